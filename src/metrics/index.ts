/**
 * metrics: numbers over time, and what is told about them.
 *
 * Purpose: take points of metrics from every way in, keep them and their roll-ups, answer statistics and expressions
 * over them, read spans, and evaluate alarms.
 * Invariants:
 * - A metric is its namespace, its name and its exact set of dimensions; points of another unit are kept apart.
 * - `append` resolves when points, roll-ups and names would survive `kill -9`; listeners hear of them after that.
 * - A statistic that cannot be known from what was sent is missing and never guessed: percentiles need the values.
 * - A point lands in the period of its time however late it comes, from two weeks back to two hours ahead.
 * - Nothing here knows a protocol, and nothing here redacts: every way in has done so.
 * Limits: the `limits.ts` of each folder. Points are kept three hours, and by the minute, five minutes and hour for
 * 15, 63 and 455 days. It has no PromQL, no anomaly bands and no log of its own before the engine.
 */
export * from './alarms/index.ts';
export * from './collectors/index.ts';
export {
  createMetricFilters,
  type FilterMatch,
  METRIC_FILTERS_MIGRATIONS,
  METRICS_FILTERS_FAILURES,
  METRICS_FILTERS_LIMITS,
  type MetricFilter,
  type MetricFilterStatus,
  type MetricFilters,
  type MetricFiltersDeps,
  type MetricTransformation,
  type StoredBatch,
} from './filters/index.ts';
export {
  type CheckedExpressions,
  checkExpressions,
  type ExpressionUses,
  METRICS_MATH_FAILURES,
  METRICS_MATH_LIMITS,
  parseExpression,
  usesOf,
} from './math/index.ts';
export {
  METRICS_STATISTICS_FAILURES,
  METRICS_STATISTICS_LIMITS,
  needsDistribution,
  parseStatistic,
  type StatisticSpec,
} from './statistics/index.ts';
export {
  alignDown,
  checkPeriod,
  createMetricStore,
  hashMetric,
  METRICS_STORE_FAILURES,
  METRICS_STORE_LIMITS,
  type MetricStoreDeps,
  type PartialAppend,
  type RefusedPoint,
  whyPointInvalid,
} from './store/index.ts';
export {
  createTraceStore,
  METRICS_TRACES_FAILURES,
  METRICS_TRACES_LIMITS,
  REQUESTS_NAMESPACE,
  routeOf,
  type TraceFilter,
  type TraceSpan,
  type TraceStore,
  type TraceStoreDeps,
  type TraceSummary,
} from './traces/index.ts';
export type {
  AlarmStateValue,
  MetricIdentity,
  MetricPoint,
  MetricQuery,
  MetricSeries,
  MetricStore,
  SpanRow,
  Statistic,
} from './types.ts';
