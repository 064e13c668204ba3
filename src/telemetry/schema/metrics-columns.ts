import { DAY_MS, HOUR_MS } from '../../base/index.ts';
import type { ColumnSpec } from './logs-columns.ts';
import type { TableSpec } from './table-spec.ts';

/** A table whose partitions are spans of time that expire whole. */
export interface ExpiringTable {
  readonly table: string;
  /** How long one partition is, at most. */
  readonly partitionMs: number;
  /** How long what is in it is kept after its time. */
  readonly keptMs: number;
}

const FLOAT: ColumnSpec['codec'] = 'ZSTD(1)';
const NAME = 'LowCardinality(String)';

/**
 * Logarithmic buckets with a relative error of one percent: bucket k holds the values in (g^(k-1), g^k]. The lowest
 * key stands for zero and for what is too small to matter.
 */
export const SKETCH = {
  gamma: 1.01 / 0.99,
  zeroKey: -32_768,
  /** 2^-360, the smallest magnitude that CloudWatch knows. */
  smallest: 2 ** -360,
} as const;

/** Seconds of the periods that are rolled up, and how long each is kept; the numbers of CloudWatch. */
export const ROLLUPS = [
  { periodSeconds: 60, keptMs: 15 * DAY_MS, partitionBy: 'toDate(time)', partitionMs: DAY_MS },
  { periodSeconds: 300, keptMs: 63 * DAY_MS, partitionBy: 'toMonday(time)', partitionMs: 7 * DAY_MS },
  { periodSeconds: 3600, keptMs: 455 * DAY_MS, partitionBy: 'toStartOfMonth(time)', partitionMs: 31 * DAY_MS },
] as const;

export const rollupTableOf = (periodSeconds: number): string => `metric_rollup_${periodSeconds}`;

/** Points as they came, for three hours: periods below a minute and exact percentiles are read from here. */
export const METRIC_POINTS: TableSpec = {
  name: 'metric_points',
  columns: [
    { name: 'time', type: "DateTime64(3, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    { name: 'metric', type: 'UInt64', codec: 'ZSTD(1)' },
    { name: 'unit', type: NAME, codec: 'ZSTD(1)' },
    { name: 'value_sum', type: 'Float64', codec: FLOAT },
    { name: 'value_count', type: 'Float64', codec: FLOAT },
    { name: 'value_min', type: 'Float64', codec: FLOAT },
    { name: 'value_max', type: 'Float64', codec: FLOAT },
    { name: 'values', type: 'Array(Float64)', codec: FLOAT },
    { name: 'counts', type: 'Array(Float64)', codec: FLOAT },
  ],
  engine: 'MergeTree',
  partitionBy: 'toStartOfHour(time)',
  orderBy: '(metric, unit, time)',
  shardBy: 'metric',
};

const ROLLUP_COLUMNS: readonly ColumnSpec[] = [
  { name: 'time', type: "DateTime('UTC')", codec: 'Delta(4), ZSTD(1)' },
  { name: 'metric', type: 'UInt64', codec: 'ZSTD(1)' },
  { name: 'unit', type: NAME, codec: 'ZSTD(1)' },
  { name: 'value_sum', type: 'SimpleAggregateFunction(sum, Float64)', codec: FLOAT },
  { name: 'value_count', type: 'SimpleAggregateFunction(sum, Float64)', codec: FLOAT },
  { name: 'value_min', type: 'SimpleAggregateFunction(min, Float64)', codec: FLOAT },
  { name: 'value_max', type: 'SimpleAggregateFunction(max, Float64)', codec: FLOAT },
  // How many values are known by their statistic set only; percentiles need it to be zero.
  { name: 'opaque', type: 'SimpleAggregateFunction(sum, Float64)', codec: FLOAT },
  {
    name: 'sketch',
    type: 'SimpleAggregateFunction(sumMap, Tuple(Array(Int16), Array(Float64)))',
    codec: 'ZSTD(1)',
  },
];

export const METRIC_ROLLUPS: readonly TableSpec[] = ROLLUPS.map(({ periodSeconds, partitionBy }) => ({
  name: rollupTableOf(periodSeconds),
  columns: ROLLUP_COLUMNS,
  engine: 'AggregatingMergeTree',
  partitionBy,
  orderBy: '(metric, unit, time)',
  shardBy: 'metric',
}));

/** What the hash of a point stands for; one row a month and series remains. */
export const METRIC_SERIES: TableSpec = {
  name: 'metric_series',
  columns: [
    { name: 'metric', type: 'UInt64', codec: 'ZSTD(1)' },
    { name: 'unit', type: NAME, codec: 'ZSTD(1)' },
    { name: 'namespace', type: NAME, codec: 'ZSTD(1)' },
    { name: 'name', type: NAME, codec: 'ZSTD(1)' },
    { name: 'dimensions', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
    { name: 'last_seen', type: "DateTime64(3, 'UTC')", codec: 'ZSTD(1)' },
  ],
  engine: 'ReplacingMergeTree',
  engineArgument: 'last_seen',
  partitionBy: 'toStartOfMonth(last_seen)',
  orderBy: '(namespace, name, metric, unit)',
  shardBy: 'metric',
};

export const SPANS: TableSpec = {
  name: 'spans',
  columns: [
    { name: 'time', type: "DateTime64(9, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    { name: 'duration_ns', type: 'UInt64', codec: 'ZSTD(1)' },
    { name: 'trace_id', type: 'String', codec: 'ZSTD(1)' },
    { name: 'span_id', type: 'String', codec: 'ZSTD(1)' },
    { name: 'parent_span_id', type: 'String', codec: 'ZSTD(1)' },
    { name: 'name', type: NAME, codec: 'ZSTD(1)' },
    { name: 'kind', type: NAME, codec: 'ZSTD(1)' },
    { name: 'status', type: NAME, codec: 'ZSTD(1)' },
    { name: 'status_message', type: 'String', codec: 'ZSTD(1)' },
    { name: 'service', type: NAME, codec: 'ZSTD(1)' },
    { name: 'route', type: NAME, codec: 'ZSTD(1)' },
    { name: 'scope_name', type: NAME, codec: 'ZSTD(1)' },
    { name: 'scope_version', type: NAME, codec: 'ZSTD(1)' },
    { name: 'resource', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
    { name: 'attributes_string', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
    { name: 'attributes_number', type: 'Map(LowCardinality(String), Float64)', codec: 'ZSTD(1)' },
    { name: 'attributes_bool', type: 'Map(LowCardinality(String), Bool)', codec: 'ZSTD(1)' },
    { name: 'event_times', type: "Array(DateTime64(9, 'UTC'))", codec: 'ZSTD(1)' },
    { name: 'event_names', type: 'Array(String)', codec: 'ZSTD(1)' },
    { name: 'event_attributes', type: 'Array(Map(LowCardinality(String), String))', codec: 'ZSTD(1)' },
    { name: 'link_trace_ids', type: 'Array(String)', codec: 'ZSTD(1)' },
    { name: 'link_span_ids', type: 'Array(String)', codec: 'ZSTD(1)' },
    { name: 'retention_days', type: 'UInt16', codec: 'ZSTD(1)' },
  ],
  engine: 'MergeTree',
  partitionBy: '(toDate(time), retention_days)',
  orderBy: '(service, toStartOfFiveMinutes(time), route, time)',
  indexes: ['trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1'],
  shardBy: 'sipHash64(trace_id)',
};

export const METRICS_TABLES: readonly TableSpec[] = [METRIC_POINTS, ...METRIC_ROLLUPS, METRIC_SERIES, SPANS];

/** Points of three hours, roll-ups as long as CloudWatch keeps them, and the names as long as the coarsest of them. */
export const EXPIRING_TABLES: readonly ExpiringTable[] = [
  { table: METRIC_POINTS.name, partitionMs: HOUR_MS, keptMs: 3 * HOUR_MS },
  ...ROLLUPS.map(({ periodSeconds, partitionMs, keptMs }) => ({
    table: rollupTableOf(periodSeconds),
    partitionMs,
    keptMs,
  })),
  { table: METRIC_SERIES.name, partitionMs: 31 * DAY_MS, keptMs: 455 * DAY_MS },
];
