import { LOGS_SCHEMA } from './logs-columns.ts';
import { METRIC_POINTS, METRICS_TABLES, ROLLUPS, rollupTableOf, SKETCH } from './metrics-columns.ts';
import { tableDdl } from './table-spec.ts';
import { onCluster, partsTable, type Topology } from './topology.ts';

const { database } = LOGS_SCHEMA;

/** Every statement that makes the tables of metrics and traces, in order; each may run again without effect. */
export const metricsDdl = (topology: Topology): readonly string[] => [
  ...METRICS_TABLES.flatMap((table) => tableDdl(topology, table)),
  pointsView(topology),
  ...coarserViews(topology),
];

/** The bucket of a value. Negative values have none: percentiles are refused where there are any. */
const keyOf = (value: string): string =>
  `if(${value} <= ${SKETCH.smallest}, toInt16(${SKETCH.zeroKey}), toInt16(ceil(log(${value}) / ${Math.log(SKETCH.gamma)})))`;

/**
 * Points become minutes as they are inserted. Views run inside of the insert, so a point that is acknowledged is in
 * every roll-up too; each view takes what the one before it made, which is less than the points.
 */
function pointsView(topology: Topology): string {
  const prepared =
    "SELECT toStartOfMinute(toDateTime(time, 'UTC')) AS at, metric, unit, value_sum AS s, value_count AS c, " +
    'value_min AS lo, value_max AS hi, if(empty(values) AND lo != hi, c, 0) AS o, ' +
    `multiIf(notEmpty(values), arrayMap(v -> ${keyOf('v')}, values), lo = hi, [${keyOf('lo')}], emptyArrayInt16()) AS k, ` +
    'multiIf(notEmpty(values), counts, lo = hi, [c], emptyArrayFloat64()) AS n ' +
    `FROM ${database}.${partsTable(topology, METRIC_POINTS.name)}`;
  return view(topology, ROLLUPS[0].periodSeconds, prepared);
}

const coarserViews = (topology: Topology): readonly string[] =>
  ROLLUPS.slice(1).map(({ periodSeconds }, index) => {
    const finer = rollupTableOf(ROLLUPS[index]?.periodSeconds ?? 0);
    return view(
      topology,
      periodSeconds,
      `SELECT toStartOfInterval(time, INTERVAL ${periodSeconds} SECOND, 'UTC') AS at, metric, unit, value_sum AS s, ` +
        'value_count AS c, value_min AS lo, value_max AS hi, opaque AS o, sketch.1 AS k, sketch.2 AS n ' +
        `FROM ${database}.${partsTable(topology, finer)}`,
    );
  });

const view = (topology: Topology, periodSeconds: number, prepared: string): string =>
  `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.${rollupTableOf(periodSeconds)}_view${onCluster(topology)} ` +
  `TO ${database}.${partsTable(topology, rollupTableOf(periodSeconds))} AS\n` +
  'SELECT at AS time, metric, unit, sum(s) AS value_sum, sum(c) AS value_count, min(lo) AS value_min, ' +
  'max(hi) AS value_max, sum(o) AS opaque, sumMap(k, n) AS sketch\n' +
  `FROM (${prepared})\nGROUP BY at, metric, unit`;
