import { defineLimits } from '../../base/index.ts';

export const METRICS_STATISTICS_LIMITS = defineLimits('statistics', {
  textLengthMax: {
    value: 100,
    unit: 'count',
    reason: 'the longest name with two bounds of ten decimals is half as long; longer text is not a statistic',
  },
});
