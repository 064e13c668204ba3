import { DAY_MS, defineLimits, HOUR_MS, MiB } from '../../../base/index.ts';

export const CLOUDWATCH_LIMITS = defineLimits('cloudwatch', {
  bodyBytes: {
    value: 4 * MiB,
    unit: 'bytes',
    reason: 'a GetMetricData request of 500 queries fits several times; counted after decompression as well',
  },
  putBytes: { value: MiB, unit: 'bytes', reason: 'the rule of PutMetricData, after decompression' },
  cborDepth: {
    value: 32,
    unit: 'count',
    reason: 'the deepest request nests 8 levels; deeper is an attack on the stack',
  },
  cborItems: {
    value: 1_000_000,
    unit: 'count',
    reason: 'the fullest PutMetricData has less than half as many; more is only work',
  },
  formFields: { value: 500_000, unit: 'count', reason: 'as many as fit in a body with the shortest names' },
  formDepth: { value: 32, unit: 'count', reason: 'parts of a name in a form; the deepest of the API has 14' },
  valueEchoed: { value: 256, unit: 'count', reason: 'characters of a refused value that are repeated to the sender' },
  problemsNamed: { value: 20, unit: 'count', reason: 'constraint violations spelled out in one answer' },
  metricsPerPut: { value: 1_000, unit: 'count', reason: 'the rule of PutMetricData' },
  valuesPerDatum: { value: 150, unit: 'count', reason: 'the rule of PutMetricData for Values and Counts' },
  dimensions: { value: 30, unit: 'count', reason: 'the rule of the API' },
  magnitude: { value: 2 ** 360, unit: 'count', reason: 'the rule of PutMetricData: values between -2^360 and 2^360' },
  pointAgeMs: { value: 14 * DAY_MS, unit: 'ms', reason: 'the rule of PutMetricData: older points are refused' },
  pointAheadMs: { value: 2 * HOUR_MS, unit: 'ms', reason: 'the rule of PutMetricData: newer points are refused' },
  queries: { value: 500, unit: 'count', reason: 'the rule of GetMetricData' },
  pointsPerPage: { value: 100_800, unit: 'count', reason: 'the rule of GetMetricData' },
  pointsComputed: {
    value: 2_000_000,
    unit: 'count',
    reason: 'points that one GetMetricData may make the store compute before paging; more would hold too much memory',
  },
  statisticPoints: { value: 1_440, unit: 'count', reason: 'the rule of GetMetricStatistics' },
  metricsPerPage: { value: 500, unit: 'count', reason: 'the rule of ListMetrics' },
  alarmsPerPage: { value: 100, unit: 'count', reason: 'the rule of DescribeAlarms and DescribeAlarmHistory' },
  alarmsNamed: { value: 100, unit: 'count', reason: 'the rule of DeleteAlarms, EnableAlarmActions and DescribeAlarms' },
  tokenLength: { value: 4_096, unit: 'count', reason: 'a token names one place in a list; a longer one is not ours' },
});
