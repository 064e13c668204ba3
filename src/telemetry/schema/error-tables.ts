import type { ColumnSpec } from './logs-columns.ts';
import { type TableSpec, tableDdl } from './table-spec.ts';
import type { Topology } from './topology.ts';

const NAME = 'LowCardinality(String)';
const PLAIN = 'ZSTD(1)';
const plain = (name: string, type: string): ColumnSpec => ({ name, type, codec: PLAIN });

/** Events that were taken and not processed yet, and those of the last hours, from which a crash is made good. */
export const ERROR_INBOX: TableSpec = {
  name: 'error_inbox',
  columns: [
    { name: 'received', type: "DateTime64(3, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    plain('inbox_id', 'String'),
    plain('project_id', NAME),
    plain('event_id', 'String'),
    // Read once after a crash and dropped within hours: speed matters more than size.
    { name: 'payload', type: 'String', codec: 'LZ4' },
  ],
  engine: 'MergeTree',
  partitionBy: 'toStartOfHour(received)',
  orderBy: '(inbox_id)',
  shardBy: 'sipHash64(project_id, event_id)',
};

/** Events as people read them. The order serves the question that is asked most: the events of one issue in a range. */
export const ERROR_EVENTS: TableSpec = {
  name: 'error_events',
  columns: [
    { name: 'time', type: "DateTime64(3, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    { name: 'received', type: "DateTime64(3, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    plain('project_id', NAME),
    plain('hash_id', 'UInt64'),
    plain('event_id', 'String'),
    plain('inbox_id', 'String'),
    plain('type', NAME),
    plain('level', NAME),
    plain('platform', NAME),
    plain('title', 'String'),
    plain('culprit', 'String'),
    plain('message', 'String'),
    plain('transaction', NAME),
    plain('release', NAME),
    plain('dist', NAME),
    plain('environment', NAME),
    plain('server_name', NAME),
    plain('user_key', 'String'),
    plain('handled', 'Bool'),
    plain('trace_id', 'String'),
    plain('span_id', 'String'),
    plain('sdk', NAME),
    plain('tags', 'Map(LowCardinality(String), String)'),
    plain('retention_days', 'UInt16'),
    { name: 'payload', type: 'String', codec: 'ZSTD(3)' },
  ],
  engine: 'MergeTree',
  partitionBy: '(toDate(time), retention_days)',
  orderBy: '(project_id, hash_id, time)',
  indexes: [
    'event event_id TYPE bloom_filter(0.001) GRANULARITY 1',
    'trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1',
  ],
  shardBy: 'sipHash64(project_id, event_id)',
};

const COUNTS = ['started', 'exited', 'errored', 'crashed', 'abnormal', 'unhandled'];

/** Sessions by minute, release, environment and user. Rows of one key are added up when parts merge. */
export const ERROR_SESSIONS: TableSpec = {
  name: 'error_sessions',
  columns: [
    { name: 'time', type: "DateTime('UTC')", codec: 'Delta(4), ZSTD(1)' },
    plain('project_id', NAME),
    plain('release', NAME),
    plain('environment', NAME),
    ...COUNTS.map((name) => plain(name, 'Int64')),
    plain('user_hash', 'String'),
    plain('retention_days', 'UInt16'),
  ],
  engine: 'SummingMergeTree',
  engineArgument: `(${COUNTS.join(', ')})`,
  partitionBy: '(toDate(time), retention_days)',
  orderBy: '(project_id, release, environment, time, user_hash)',
  shardBy: 'sipHash64(project_id, release, environment, time, user_hash)',
};

export const ERROR_TABLES: readonly TableSpec[] = [ERROR_INBOX, ERROR_EVENTS, ERROR_SESSIONS];

/** Every statement that makes the tables of errors, in order; each may run again without effect. */
export const errorsDdl = (topology: Topology): readonly string[] =>
  ERROR_TABLES.flatMap((table) => tableDdl(topology, table));
