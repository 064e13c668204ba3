// The pages about alerts in one lazily loaded bundle: whoever reads one goes on to the next.
export { AlertPage } from './alert-page.tsx';
export { AlertsPage } from './alerts-page.tsx';
export { ChannelsPage } from './channels-page.tsx';
export { SilencesPage } from './silences-page.tsx';
