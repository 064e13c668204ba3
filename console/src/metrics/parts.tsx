// The pages about numbers in one lazily loaded bundle: whoever reads one goes on to the next.
export { DashboardPage } from './dashboard-page.tsx';
export { ExplorerPage } from './explorer-page.tsx';
export { TracePage } from './trace-page.tsx';
export { TracesPage } from './traces-page.tsx';
