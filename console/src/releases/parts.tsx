// The pages about releases in one lazily loaded bundle.
export { ReleasePage } from './release-page.tsx';
export { ReleasesPage } from './releases-page.tsx';
