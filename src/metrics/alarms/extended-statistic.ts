import { isFailure } from '../../base/index.ts';
import { METRICS_STATISTICS_FAILURES, parseStatistic, type StatisticSpec } from '../statistics/index.ts';

/** A statistic beyond the five basic ones as the one reader of statistics understands it; undefined for others. */
function extendedOf(text: string): StatisticSpec | undefined {
  try {
    const spec = parseStatistic(text);
    return spec.type === 'simple' ? undefined : spec;
  } catch (error) {
    if (isFailure(error) && error.code === METRICS_STATISTICS_FAILURES.unknown.code) return undefined;
    throw error;
  }
}

/** True for the statistics beyond the five basic ones, in the forms that CloudWatch documents. */
export const isExtendedStatistic = (text: string): boolean => extendedOf(text) !== undefined;

/** True for `p99` and the like. */
export const isPercentile = (text: string): boolean => extendedOf(text)?.type === 'percentile';

/**
 * How many samples a percentile needs to mean something: 10/(1-p) from the median up, 10/p below it, as CloudWatch
 * documents for EvaluateLowSampleCountPercentile. Undefined for other statistics.
 */
export function samplesNeeded(statistic: string): number | undefined {
  const spec = extendedOf(statistic);
  if (spec?.type !== 'percentile') return undefined;
  const share = spec.percent / 100;
  if (share <= 0 || share >= 1) return 0;
  // Rounded, because 10 / (1 - 0.9) is 100.00000000000001 in binary floating point.
  return Math.ceil(Math.round((share >= 0.5 ? 10 / (1 - share) : 10 / share) * 1e6) / 1e6);
}
