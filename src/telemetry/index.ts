/**
 * telemetry: the store of logs, of points of metrics, of spans, and of errors and sessions of applications.
 *
 * Purpose: take redacted rows and keep them; answer bounded SQL over them; move, expire and delete them.
 * Invariants:
 * - An append resolves only when the rows would survive `kill -9`. There is no log of our own before the
 *   engine: concurrent calls share one insert, which the engine syncs to disk.
 * - An insert that is tried again after an unclear answer stores its rows once.
 * - Reading never holds up writing: they use different sessions, and each query is bounded in time, memory and
 *   size of its result, and stopped in the engine when it is cancelled.
 * - Nothing is taken that cannot be kept: when a limit of memory or disk is reached, a call is refused whole.
 * - One schema source makes the tables of the embedded engine and of a cluster.
 * - No text of a query or a row is kept anywhere else: the engine has no log of queries, and failures name the
 *   engine's error by its code.
 * Limits: limits.ts. It does not redact, does not know log groups as things with settings, does not decide what
 * expires; those who call it do. Rows of one call are not one transaction: a call that is rejected may have
 * stored some of its rows.
 */
export { TELEMETRY_FAILURES } from './failures.ts';
export { TELEMETRY_LIMITS } from './limits.ts';
export {
  EMBEDDED_TOPOLOGY,
  ERROR_EVENTS,
  ERROR_INBOX,
  ERROR_SESSIONS,
  errorsDdl,
  LOGS_SCHEMA,
  logsDdl,
  logsTableOf,
  METRIC_POINTS,
  METRIC_SERIES,
  metricsDdl,
  ROLLUPS,
  rollupTableOf,
  SKETCH,
  SPANS,
  type Topology,
} from './schema/index.ts';
export type {
  ErrorEventRow,
  ErrorInboxRow,
  ErrorSessionRow,
  ExpiredPartition,
  LogRow,
  PointRow,
  SeriesRow,
  StorageClass,
  StoredSpan,
  TelemetryPartition,
  TelemetryQuery,
  TelemetryResult,
  TelemetryStatus,
  TelemetryStore,
} from './types.ts';
