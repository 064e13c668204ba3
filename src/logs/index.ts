/**
 * logs: stored logs and everything that is asked of them.
 *
 * Purpose: log groups and streams, pages of events, CloudWatch filter patterns, Logs Insights queries, and retention.
 * Invariants:
 * - Every verb authorizes before it looks at anything, and leaves its audit record before it answers. Reading the
 *   content of a group needs logs:Read for that very group; a pattern means only groups that the actor may read.
 * - What has passed the present retention of its group is never shown, whether it is dropped already or not.
 * - Nothing is dropped that a plan made at that moment does not name, with a clock that is plausible; rows whose
 *   group has another policy by now are moved first.
 * - Pages lie between rows in the order of time and event id: none is skipped or repeated at equal times.
 * - Statistics of queries are counted by the engine, never estimated.
 * Limits: limits.ts. Groups live in memory, and queries and their results do so for an hour.
 * It takes no records in (ingest does), stores none (telemetry does), and has no live tail and no metric filters.
 * One process owns the tables of groups and streams: another one that changed them would not be noticed.
 */
export type { LogsDeps } from './context.ts';
export { createLogs } from './create-logs.ts';
export { type RecordPointer, readPointer, writePointer } from './events/pointer.ts';
export { LOGS_FAILURES } from './failures.ts';
export {
  extractedValues,
  extractValue,
  type FilterPattern,
  matchesFilterPattern,
  parseFilterPattern,
  parseRecord,
  parseValueReference,
  type ValueReference,
} from './filter-pattern/index.ts';
export {
  checkInsights,
  type InsightsCommand,
  type InsightsFunction,
  insightsCommands,
  insightsFunctions,
  type KnownField,
  knownFields,
  type QueryMistake,
} from './insights/index.ts';
export { LOGS_LIMITS } from './limits.ts';
export { LOGS_MIGRATIONS, type LogsTables } from './migrations.ts';
export { RETENTION_DAYS } from './names.ts';
export type {
  LogEventVerbs,
  LogGroupVerbs,
  LogQueryVerbs,
  LogRetention,
  LogStreamVerbs,
  Logs,
  OpenLogs,
  Page,
  QueryCell,
  QueryRequest,
  QueryStatus,
  QueryView,
  RetentionPlan,
  StoredLogEvent,
  StoredLogRecord,
} from './service.ts';
export type { IncomingLog, IncomingLogs, LogGroup, LogStream, Sink, SinkRequest, SinkResult } from './types.ts';
