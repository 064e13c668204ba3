import { defineFailures } from '../../base/index.ts';

/** Failures of reading the name of a statistic. */
export const METRICS_STATISTICS_FAILURES = defineFailures('statistics', {
  unknown: {
    status: 400,
    exit: 'usage',
    message: '"{statistic}" is not a statistic: {reason}',
    hint: 'use SampleCount, Sum, Average, Minimum, Maximum, IQM, IQR, p90, tm90, tc90, ts90, wm90, PR(a:b), TM(10%:90%), TC, TS or WM with bounds',
  },
});
