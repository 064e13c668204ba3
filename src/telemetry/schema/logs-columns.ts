import type { StorageClass } from '../types.ts';

/** A column of a stored table. Order matters: rows are encoded in the order of the columns. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: string;
  readonly codec?: string;
}

export interface IndexSpec {
  readonly name: string;
  readonly expression: string;
  readonly type: string;
  /** The classes whose table carries the index. */
  readonly classes: readonly StorageClass[];
}

/** The data that every form of the logs tables is generated from. */
export interface LogsSchema {
  readonly version: number;
  readonly database: string;
  readonly columns: readonly ColumnSpec[];
  readonly partitionBy: string;
  readonly orderBy: string;
  readonly indexes: readonly IndexSpec[];
}

const NAME = 'LowCardinality(String)';
const PLAIN = 'ZSTD(1)';

/** docs/formats/logs-table.md describes the columns for readers. */
export const LOGS_SCHEMA: LogsSchema = {
  version: 1,
  database: 'holdfast',
  columns: [
    { name: 'time', type: "DateTime64(9, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    { name: 'ingest_time', type: "DateTime64(3, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    { name: 'log_group', type: NAME, codec: PLAIN },
    { name: 'log_stream', type: 'String', codec: PLAIN },
    { name: 'event_id', type: 'String', codec: PLAIN },
    { name: 'service', type: NAME, codec: PLAIN },
    { name: 'severity_number', type: 'UInt8', codec: PLAIN },
    { name: 'severity_text', type: NAME, codec: PLAIN },
    { name: 'body', type: 'String', codec: PLAIN },
    { name: 'trace_id', type: 'String', codec: PLAIN },
    { name: 'span_id', type: 'String', codec: PLAIN },
    { name: 'trace_flags', type: 'UInt8', codec: PLAIN },
    { name: 'scope_name', type: NAME, codec: PLAIN },
    { name: 'scope_version', type: NAME, codec: PLAIN },
    { name: 'event_name', type: NAME, codec: PLAIN },
    { name: 'resource', type: 'Map(LowCardinality(String), String)', codec: PLAIN },
    { name: 'attributes_string', type: 'Map(LowCardinality(String), String)', codec: PLAIN },
    { name: 'attributes_number', type: 'Map(LowCardinality(String), Float64)', codec: PLAIN },
    { name: 'attributes_bool', type: 'Map(LowCardinality(String), Bool)', codec: PLAIN },
    { name: 'retention_days', type: 'UInt16', codec: PLAIN },
  ],
  partitionBy: '(toDate(time), retention_days)',
  orderBy: '(toStartOfFiveMinutes(time), log_group, time, event_id)',
  indexes: [
    {
      name: 'body_text',
      expression: 'body',
      type: "text(tokenizer = 'splitByNonAlpha')",
      classes: ['standard'],
    },
  ],
};

export const STORAGE_CLASSES: readonly StorageClass[] = ['standard', 'infrequent'];

/** The table that the rows of a class are written to; also its name in TelemetryPartition. */
export const logsTableOf = (storageClass: StorageClass): string => `logs_${storageClass}`;

/** Which class a table holds; undefined when it is none of ours. */
export const storageClassOf = (table: string): StorageClass | undefined =>
  STORAGE_CLASSES.find((storageClass) => logsTableOf(storageClass) === table);
