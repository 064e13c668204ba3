/** The one source of the stored tables: columns as data, and the statements generated from them. */
export { ERROR_EVENTS, ERROR_INBOX, ERROR_SESSIONS, ERROR_TABLES, errorsDdl } from './error-tables.ts';
export {
  type ColumnSpec,
  LOGS_SCHEMA,
  type LogsSchema,
  logsTableOf,
  STORAGE_CLASSES,
  storageClassOf,
} from './logs-columns.ts';
export { createDistributedTable, createPartsTable, logsDdl } from './logs-ddl.ts';
export {
  EXPIRING_TABLES,
  METRIC_POINTS,
  METRIC_SERIES,
  ROLLUPS,
  rollupTableOf,
  SKETCH,
  SPANS,
} from './metrics-columns.ts';
export { metricsDdl } from './metrics-ddl.ts';
export { logsMigrations, type SchemaStep, TELEMETRY_VERSION } from './migrations.ts';
export { EMBEDDED_TOPOLOGY, onCluster, partsTable, sqlText, systemTable, type Topology } from './topology.ts';
