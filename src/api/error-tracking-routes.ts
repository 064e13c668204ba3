import { addEventRoutes, type EventRouteDeps } from './event-routes.ts';
import { addIssueAlertRoutes, type IssueAlertRouteDeps } from './issue-alert-routes.ts';
import { addIssueRoutes, type IssueRouteDeps } from './issue-routes.ts';
import { addMonitorRoutes, type MonitorRouteDeps } from './monitor-routes.ts';
import { addProjectRoutes, type ProjectRouteDeps } from './project-routes.ts';
import { addReleaseRoutes, type ReleaseRouteDeps } from './release-routes.ts';
import type { ApiApp } from './route.ts';

export type ErrorTrackingDeps = ProjectRouteDeps &
  IssueRouteDeps &
  EventRouteDeps &
  ReleaseRouteDeps &
  MonitorRouteDeps &
  IssueAlertRouteDeps;

/** Everything of error tracking. */
export function addErrorTrackingRoutes(app: ApiApp, deps: ErrorTrackingDeps): void {
  addProjectRoutes(app, deps);
  addIssueAlertRoutes(app, deps);
  addIssueRoutes(app, deps);
  addEventRoutes(app, deps);
  addReleaseRoutes(app, deps);
  addMonitorRoutes(app, deps);
}
