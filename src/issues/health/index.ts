/**
 * health: how well sessions of a release go.
 *
 * Purpose: take sessions as Sentry's SDKs send them, one by one or summed up, count them by the minute in which they
 * began, and answer rates of sessions and users without a crash, and how far a release has spread.
 *
 * Invariants: a session counts once as started, once as one with errors and once as ended, however often clients say
 * it. A user is kept as a hash that only this installation can compute. What is refused leaves no trace.
 *
 * What is approximated: which sessions are open is remembered for a bounded number of them and saved every few minutes
 * and at the end. After `kill -9` a session of the last minutes that has errors before and after it counts among those
 * with errors twice; its beginning and its end do not. Sessions that are forgotten because there are too many are taken
 * as counted.
 *
 * Limits: limits.ts. It keeps no single sessions and no durations.
 */
export type { SessionHealthDeps } from './context.ts';
export { createSessionHealth } from './create-session-health.ts';
export { ISSUES_HEALTH_FAILURES } from './failures.ts';
export { ISSUES_HEALTH_LIMITS } from './limits.ts';
export { ISSUES_HEALTH_MIGRATIONS, type IssuesHealthTables } from './migrations.ts';
export type * from './types.ts';
