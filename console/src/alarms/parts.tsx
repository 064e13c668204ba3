// The pages about alarms in one lazily loaded bundle: whoever reads the list goes on to one of them.
export { AlarmPage } from './alarm-page.tsx';
export { AlarmsPage } from './alarms-page.tsx';
