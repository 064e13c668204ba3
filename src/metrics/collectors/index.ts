/**
 * metrics/collectors: what Holdfast measures itself, without anybody sending it: PostgreSQL servers, the machine it runs
 * on, and its own process; with alarms that are there from the start.
 *
 * Invariants:
 * - A server is asked over one connection, read only, with short limits for statements and locks; a question that it
 *   refuses is told as unseen, and the others go on.
 * - A rate is told between two readings of one counting: never after a restart or a reset, never negative.
 * - Not known is no number. Nothing is told as nought that could not be seen.
 * - A collector without a good round for 40 seconds is an alert, raised past metrics and alarms.
 * - Texts of statements are without their values and redacted before they leave this folder.
 * - A ready alarm is made once. What people change stays changed, what they delete stays away.
 *
 * Limits: limits.ts. Names that come from outside (tables, statements, devices) are bounded, at a time and over time.
 * It asks no other kind of database, opens no connection for each database of a server, and changes nothing anywhere.
 */
export { type CollectorsDeps, createCollectors } from './create-collectors.ts';
export { READY_DASHBOARDS, type ReadyChart, type ReadyDashboard } from './dashboards/index.ts';
export { METRICS_COLLECTORS_FAILURES } from './failures.ts';
export type { NamedFolder } from './host/ask-machine.ts';
export { HOST_NAMESPACE } from './host/watch-host.ts';
export { METRICS_COLLECTORS_LIMITS } from './limits.ts';
export { COLLECTORS_MIGRATIONS, type CollectorsTables } from './migrations.ts';
export { POSTGRES_NAMESPACE } from './postgres/collect-postgres.ts';
export type { DatabaseTarget, SqlRow, SqlSession } from './postgres/sql-session.ts';
export { READY_TAG } from './ready/ready-alarm.ts';
export type { CollectorStatus, Collectors, StatementRow, StatementsView, Targets, Unseen } from './types.ts';
