import { type Clock, Failure } from '../../base/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import { checkExpressions } from '../math/index.ts';
import { needsDistribution, parseStatistic } from '../statistics/index.ts';
import type { MetricQuery, MetricSeries, MetricStore } from '../types.ts';
import { alignDown, checkPeriod } from './choose-table.ts';
import { METRICS_STORE_FAILURES } from './failures.ts';
import { METRICS_STORE_LIMITS } from './limits.ts';
import { decimalOf, hashMetric } from './metric-hash.ts';
import { queryExpressions } from './query-expressions.ts';
import { type PeriodValues, type ReadRange, readPeriods } from './read-periods.ts';

export type PlainQuery = Extract<MetricQuery, { readonly type: 'metric' }>;
export type ExpressionQuery = Extract<MetricQuery, { readonly type: 'expression' }>;

/** The reading of plain metrics, which expressions stand on. */
export type ReadSeries = (queries: readonly PlainQuery[], range: ReadRange) => Promise<readonly MetricSeries[]>;

export interface QueryMetricsDeps {
  readonly telemetry: Pick<TelemetryStore, 'query'>;
  readonly clock: Clock;
}

export function createReadSeries(deps: QueryMetricsDeps): ReadSeries {
  return async (queries, range) => {
    for (const query of queries) checkPeriod(query.periodSeconds);
    refuseTooMuch(queries, range);
    const requests = queries.map(({ metric, statistic, periodSeconds }) => ({
      metric: decimalOf(hashMetric(metric)),
      unit: metric.unit,
      statistic,
      periodSeconds,
    }));
    const found = await readPeriods(deps.telemetry, requests, range);
    return queries.map((query, index) => seriesOf(query, found[index]));
  };
}

export function createQueryMetrics(deps: QueryMetricsDeps & Pick<MetricStore, 'listMetrics'>): MetricStore['query'] {
  const readSeries = createReadSeries(deps);
  return async ({ queries, fromMs, toMs, signal }) => {
    checkQueries(queries);
    if (!(fromMs < toMs)) {
      throw new Failure(METRICS_STORE_FAILURES.rangeInvalid, { fromMs, toMs, reason: 'it is empty' });
    }
    const plain = queries.filter((query) => query.type === 'metric');
    const expressions = queries.filter((query) => query.type === 'expression');
    // What is wrong with an expression is told before anything is read for it.
    if (expressions.length > 0) checkExpressions(queries);
    const range = { fromMs, toMs, nowMs: deps.clock.nowMs(), signal };
    const found = await readSeries(plain, range);
    const metrics = plain.flatMap((query, index) => {
      const series = found[index];
      return series === undefined ? [] : [{ query, found: series }];
    });
    const evaluated =
      expressions.length === 0
        ? new Map<string, readonly MetricSeries[]>()
        : await queryExpressions({
            queries: expressions,
            metrics,
            range,
            readSeries,
            listMetrics: deps.listMetrics,
          });
    const readById = new Map(metrics.map((one) => [one.query.id, one.found]));
    return queries.flatMap(({ id, returnData }) => {
      const series = readById.get(id);
      return series === undefined ? (evaluated.get(id) ?? []) : returnData ? [series] : [];
    });
  };
}

function checkQueries(queries: readonly MetricQuery[]): void {
  const { queriesPerCallMax: max } = METRICS_STORE_LIMITS;
  if (queries.length > max) throw new Failure(METRICS_STORE_FAILURES.tooManyQueries, { queries: queries.length, max });
  const ids = new Set<string>();
  for (const { id } of queries) {
    if (!/^[a-z][a-zA-Z0-9_]{0,254}$/.test(id)) {
      throw new Failure(METRICS_STORE_FAILURES.queryIdInvalid, { id, reason: 'it has not the form of one' });
    }
    if (ids.has(id)) throw new Failure(METRICS_STORE_FAILURES.queryIdInvalid, { id, reason: 'it is used twice' });
    ids.add(id);
  }
}

function refuseTooMuch(queries: readonly PlainQuery[], range: ReadRange): void {
  let points = 0;
  let distributions = 0;
  for (const { statistic, periodSeconds } of queries) {
    const periods = Math.ceil((range.toMs - alignDown(range.fromMs, periodSeconds)) / (periodSeconds * 1000));
    points += periods;
    if (needsDistribution(parseStatistic(statistic))) distributions += periods;
  }
  const { datapointsPerCallMax, distributionPointsMax } = METRICS_STORE_LIMITS;
  if (points > datapointsPerCallMax) {
    throw new Failure(METRICS_STORE_FAILURES.tooManyDatapoints, { points, max: datapointsPerCallMax });
  }
  if (distributions > distributionPointsMax) {
    throw new Failure(METRICS_STORE_FAILURES.tooManyDatapoints, { points: distributions, max: distributionPointsMax });
  }
}

function seriesOf(query: PlainQuery, found: PeriodValues | undefined): MetricSeries {
  const { timesMs = [], values = [], units = [] } = found ?? {};
  const messages =
    units.length > 1
      ? [{ code: 'MultipleUnits', value: `points of ${[...units].sort().join(', ')} are kept apart; name one of them` }]
      : [];
  return {
    id: query.id,
    label: query.label ?? query.metric.name,
    timesMs,
    values,
    status: 'complete',
    messages,
    units,
  };
}
