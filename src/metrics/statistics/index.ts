/** Statistics of a period: their names read and checked, and their values from aggregates, values or sketches. */
export { computeStatistic } from './compute-statistic.ts';
export { METRICS_STATISTICS_FAILURES } from './failures.ts';
export { METRICS_STATISTICS_LIMITS } from './limits.ts';
export { needsDistribution, parseStatistic } from './parse-statistic.ts';
export { readSketch } from './read-sketch.ts';
export type { Bound, Distribution, PeriodAggregate, StatisticSpec, TrimmedMeasure } from './types.ts';
