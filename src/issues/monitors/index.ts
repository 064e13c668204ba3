/**
 * monitors: jobs that run by a schedule, and what becomes of their runs.
 *
 * Purpose: take check-ins as Sentry's SDKs and sentry-cli send them, keep the runs of each job and environment, find
 * those that did not begin (missed), did not end (timed out) or failed, and tell people.
 *
 * Invariants: a check-in, what it makes of its job and what people are to be told of it are written in one transaction.
 * A run counts once, however often its check-ins are sent. Times of a schedule are those of the clock of its zone, also
 * on the days on which that is set. Time in which Holdfast was not running is known as such: a run whose check-in would
 * have come then is `unknown`, which is neither a failure nor a recovery. Only what the store says is due is judged, so a
 * restart forgets nothing.
 *
 * Limits: limits.ts. It does not run jobs, and judges their times to a few seconds.
 */
export type { MonitorsDeps } from './context.ts';
export { createMonitors } from './create-monitors.ts';
export { MONITORS_FAILURES } from './failures.ts';
export { MONITORS_LIMITS } from './limits.ts';
export { MONITORS_MIGRATIONS, type MonitorsTables } from './migrations.ts';
export { monitorAlertKey } from './plan-alert.ts';
export * from './types.ts';
