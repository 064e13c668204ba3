import { DATABASE } from './database-dashboard.ts';
import { HOST_DASHBOARD } from './host-dashboard.ts';
import type { ReadyDashboard } from './ready-dashboard.ts';
import { ERRORS, LATENCY, TRAFFIC } from './service-dashboards.ts';

export type { ReadyChart, ReadyDashboard } from './ready-dashboard.ts';

/** In the order in which somebody asks at night. */
export const READY_DASHBOARDS: readonly ReadyDashboard[] = [TRAFFIC, LATENCY, ERRORS, DATABASE, HOST_DASHBOARD];
