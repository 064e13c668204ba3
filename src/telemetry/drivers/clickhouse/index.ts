/** A ClickHouse server or cluster over HTTP: the same store, tables and SQL. Only boot and tests import this. */
export { type ClickhouseTelemetryOptions, openClickhouseTelemetry } from './open-clickhouse-telemetry.ts';
