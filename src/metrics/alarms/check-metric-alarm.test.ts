import { describe, expect, it } from 'vitest';
import type { MetricQuery } from '../types.ts';
import { checkMetricAlarm } from './check-metric-alarm.ts';
import { isExtendedStatistic, samplesNeeded } from './extended-statistic.ts';
import type { MetricAlarmInput } from './service.ts';

const good: MetricAlarmInput = {
  alarmName: 'cpu',
  namespace: 'N',
  metricName: 'M',
  statistic: 'Average',
  period: 60,
  evaluationPeriods: 3,
  threshold: 1,
  comparisonOperator: 'GreaterThanThreshold',
};
const metric = (id: string, change: object = {}): MetricQuery => ({
  id,
  type: 'metric',
  metric: { namespace: 'N', name: id, dimensions: {} },
  statistic: 'Sum',
  periodSeconds: 60,
  returnData: false,
  ...change,
});
const expression = (text: string, change: object = {}): MetricQuery => ({
  id: 'e1',
  type: 'expression',
  expression: text,
  returnData: true,
  ...change,
});
const math = (...metrics: readonly MetricQuery[]): Partial<MetricAlarmInput> => ({
  metrics,
  namespace: undefined,
  metricName: undefined,
  statistic: undefined,
  period: undefined,
});

const check = (change: Partial<MetricAlarmInput>, expected: string | undefined): void => {
  let code: string | undefined;
  let text = '';
  try {
    checkMetricAlarm({ ...good, ...change });
  } catch (error) {
    code = (error as { readonly code?: string }).code;
    text = (error as Error).message;
  }
  expect(`${JSON.stringify(change)} ${code ?? 'accepted'} ${text}`).toContain(
    `${JSON.stringify(change)} ${expected ?? 'accepted'}`,
  );
};
const INVALID = 'alarms.parameter-invalid';
const COMBINATION = 'alarms.parameter-combination';

describe('PutMetricAlarm', () => {
  it('accepts periods of 10, 20, 30 and multiples of 60 seconds within the longest window', () => {
    for (const period of [10, 20, 30, 60, 120, 3600, 86_400]) check({ period, evaluationPeriods: 1 }, undefined);
    for (const period of [undefined, 0, 1, 15, 45, 90, -60, 60.5, Number.NaN]) check({ period }, INVALID);
    check({ period: 60, evaluationPeriods: 1440 }, undefined);
    check({ period: 60, evaluationPeriods: 1441 }, INVALID);
    check({ period: 3540, evaluationPeriods: 25 }, INVALID);
    check({ period: 3600, evaluationPeriods: 168 }, undefined);
    check({ period: 3600, evaluationPeriods: 169 }, INVALID);
  });

  it('accepts M up to N', () => {
    check({ datapointsToAlarm: 3 }, undefined);
    check({ datapointsToAlarm: 4 }, INVALID);
    check({ datapointsToAlarm: 0 }, INVALID);
    check({ evaluationPeriods: 0 }, INVALID);
  });

  it('wants exactly one of Statistic, ExtendedStatistic and Metrics', () => {
    check({ statistic: undefined }, COMBINATION);
    check({ extendedStatistic: 'p99' }, COMBINATION);
    check({ statistic: undefined, extendedStatistic: 'p99' }, undefined);
    check({ metrics: [metric('m1', { returnData: true })] }, COMBINATION);
    check({ metricName: undefined }, COMBINATION);
    check({ statistic: 'Median' }, INVALID);
    check({ statistic: undefined, extendedStatistic: 'p101' }, INVALID);
  });

  it('accepts metric math that CloudWatch allows in alarms', () => {
    check(math(metric('m1'), metric('m2'), expression('m1/m2')), undefined);
    check(math(metric('m1', { returnData: true })), undefined);
    check(math(metric('m1'), metric('m2', { periodSeconds: 300 }), expression('m1/m2')), COMBINATION);
    check(math(metric('m1'), metric('m1'), expression('m1')), COMBINATION);
    check(math(metric('m1'), expression('m1', { returnData: false })), COMBINATION);
    check(math(metric('m1', { returnData: true }), expression('m1')), COMBINATION);
    check(math(metric('M1'), expression('M1')), INVALID);
    check(math(), INVALID);
    check(math(...Array.from({ length: 11 }, (_, index) => metric(`m${index}`)), expression('m1')), INVALID);
    check(math(expression("SEARCH('x', 'Sum')")), 'alarms.unsupported');
    check(math(expression('SELECT SUM(x) FROM y')), 'alarms.unsupported');
    check(math(expression('ANOMALY_DETECTION_BAND(m1)'), metric('m1')), 'alarms.unsupported');
  });

  it('refuses math that cannot be computed, or gives another number of series than one', () => {
    const [m1, m2] = [metric('m1'), metric('m2')];
    check(math(m1, expression('m1 / PERIOD(m1)')), undefined);
    check(math(m1, m2, expression('SUM(METRICS())')), undefined);
    check(math(m1, expression('m1 +')), 'math.malformed');
    check(math(m1, expression('m1 + m9')), 'math.unknown-id');
    check(math(m1, expression('NOSUCH(m1)')), 'math.unknown-function');
    check(math(m1, expression('e1 + m1')), 'math.cycle');
    check(math(m1, expression('1 + 1')), 'math.scalar-result');
    check(math(m1, m2, expression('METRICS()')), COMBINATION);
  });

  it('refuses anomaly detection by name', () => {
    check({ comparisonOperator: 'GreaterThanUpperThreshold' }, 'alarms.unsupported');
    check({ thresholdMetricId: 'ad1' }, 'alarms.unsupported');
    check({ comparisonOperator: 'Greater' }, INVALID);
  });

  it('checks thresholds, treatments, units, names and texts', () => {
    check({ threshold: undefined }, 'alarms.parameter-missing');
    check({ threshold: Number.POSITIVE_INFINITY }, INVALID);
    check({ threshold: 2 ** 361 }, INVALID);
    check({ treatMissingData: 'ignore' }, undefined);
    check({ treatMissingData: 'Ignore' }, INVALID);
    check({ unit: 'Count/Second' }, undefined);
    check({ unit: 'Furlongs' }, INVALID);
    check({ alarmName: '' }, INVALID);
    check({ alarmName: 'a\u0007b' }, INVALID);
    check({ alarmName: 'x'.repeat(256) }, INVALID);
    check({ alarmName: 'Übergröße' }, undefined);
    check({ alarmDescription: 'x'.repeat(1025) }, INVALID);
    check({ dimensions: Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`d${index}`, 'x'])) }, INVALID);
    check({ dimensions: { host: '' } }, INVALID);
  });

  it('takes the setting for low samples on percentiles alone', () => {
    const percentile = { statistic: undefined, extendedStatistic: 'p99' };
    check({ ...percentile, evaluateLowSampleCountPercentile: 'ignore' }, undefined);
    check({ ...percentile, evaluateLowSampleCountPercentile: 'maybe' }, INVALID);
    check({ evaluateLowSampleCountPercentile: 'ignore' }, COMBINATION);
    check({ statistic: undefined, extendedStatistic: 'tm90', evaluateLowSampleCountPercentile: 'ignore' }, COMBINATION);
  });

  it('takes up to five actions a state, each an ARN or a label for notify', () => {
    const arn = 'arn:aws:sns:us-east-1:123456789012:ops';
    check({ alarmActions: [arn, arn, arn, arn, arn] }, undefined);
    check({ alarmActions: [arn, arn, arn, arn, arn, arn] }, INVALID);
    check({ okActions: ['holdfast:notify', 'holdfast:notify:team=db'] }, undefined);
    check({ okActions: ['mailto:me'] }, INVALID);
    check({ insufficientDataActions: ['holdfast:notify:=x'] }, INVALID);
  });

  it('refuses tags that would be misread', () => {
    check({ tags: { severity: 'critical', 'holdfast:raise': 'off' } }, undefined);
    check({ tags: { severity: 'urgent' } }, INVALID);
    check({ tags: { 'holdfast:raise': 'no' } }, INVALID);
    check({ tags: { 'aws:x': 'y' } }, INVALID);
  });

  it('refuses more than 120 KB', () => {
    const long = Array.from({ length: 10 }, (_, index) =>
      metric(`m${index}`, {
        metric: {
          namespace: 'N',
          name: 'x',
          dimensions: Object.fromEntries(Array.from({ length: 30 }, (_unused, at) => [`d${at}`, 'v'.repeat(1000)])),
        },
      }),
    );
    check(math(...long, expression('m1')), INVALID);
  });
});

describe('extended statistics', () => {
  it('are those that CloudWatch documents', () => {
    const all = [
      'p99',
      'p99.9',
      'p100',
      'tm90',
      'tc99',
      'ts80.5',
      'wm98',
      'IQR',
      'TM(10%:90%)',
      'TM(:95%)',
      'WM(5%:)',
      'PR(:300)',
      'PR(100:2000)',
      'TS(0.5:2)',
    ];
    expect(all.filter((text) => !isExtendedStatistic(text))).toEqual([]);
    const none = ['', 'p', 'p101', 'p-1', 'TM()', 'TM(:)', 'PR(10%:20%)', 'Average', 'TM(10%:90%', 'xx99'];
    expect(none.filter((text) => isExtendedStatistic(text))).toEqual([]);
  });

  it('need so many samples', () => {
    expect(['p99', 'p90', 'p50', 'p25', 'p10', 'tm90'].map(samplesNeeded)).toEqual([1000, 100, 20, 40, 100, undefined]);
  });
});
