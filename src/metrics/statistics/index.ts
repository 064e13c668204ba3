/** Statistics of a period: their names read and checked, and what the engine computes for each of them. */
export { METRICS_STATISTICS_FAILURES } from './failures.ts';
export { METRICS_STATISTICS_LIMITS } from './limits.ts';
export { needsDistribution, parseStatistic } from './parse-statistic.ts';
export { distributionExpression, rankExpression, SIMPLE_NEEDS, simpleExpression } from './statistic-expression.ts';
export type { Bound, StatisticSpec, TrimmedMeasure } from './types.ts';
