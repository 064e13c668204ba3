// The pages about scheduled jobs in one lazily loaded bundle.
export { MonitorPage } from './monitor-page.tsx';
export { MonitorsPage } from './monitors-page.tsx';
