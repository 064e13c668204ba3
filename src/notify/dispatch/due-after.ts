import type { Alert, Route } from '../types.ts';

/** What a group's next look depends on; undefined times mean that it never happened. */
export interface GroupTimes {
  readonly dueMs: number | undefined;
  readonly flushedMs: number | undefined;
  /** Whether the group told of a critical alert that fires still. */
  readonly toldCritical: boolean;
}

/**
 * When a group has to be looked at after one of its alerts changed. A new group waits for what comes along with the
 * first alert, a group that told something waits for its interval; the first critical alert waits for nothing.
 */
export function dueAfter(
  group: GroupTimes | undefined,
  route: Pick<Route, 'groupWaitMs' | 'groupIntervalMs'>,
  change: { readonly alert: Pick<Alert, 'severity' | 'state'>; readonly nowMs: number },
): number {
  const { alert, nowMs } = change;
  const isUrgent = alert.state === 'firing' && alert.severity === 'critical' && group?.toldCritical !== true;
  const waited = nowMs + (alert.state === 'firing' ? route.groupWaitMs : 0);
  const afterInterval =
    group?.flushedMs === undefined
      ? nowMs + route.groupWaitMs
      : Math.max(waited, group.flushedMs + route.groupIntervalMs);
  return Math.min(group?.dueMs ?? Number.POSITIVE_INFINITY, isUrgent ? nowMs : afterInterval);
}
