import { describe, expect, it } from 'vitest';
import { decideRange } from './decide-metric.ts';
import type { MetricDefinition } from './definition.ts';
import { javaNumber, longTime, stateReason, stateReasonData } from './state-reason.ts';

const END_MS = Date.UTC(2022, 0, 17, 14, 47);
const definition: MetricDefinition = {
  type: 'MetricAlarm',
  alarmName: 'rds cpu high',
  namespace: 'AWS/RDS',
  metricName: 'CPUUtilization',
  statistic: 'Average',
  dimensions: {},
  period: 300,
  evaluationPeriods: 2,
  datapointsToAlarm: 2,
  threshold: 10,
  comparisonOperator: 'GreaterThanThreshold',
  okActions: [],
  alarmActions: [],
  insufficientDataActions: [],
};

/** `isPlain` leaves DatapointsToAlarm out. */
type Change = Partial<MetricDefinition> & { readonly isPlain?: boolean };

const decide = (values: readonly (number | undefined)[], change: Change = {}) => {
  const { isPlain = false, ...given } = change;
  const { datapointsToAlarm, ...plain } = definition;
  const changed: MetricDefinition = { ...(isPlain || datapointsToAlarm === undefined ? plain : definition), ...given };
  const points = values.map((value, index) =>
    value === undefined ? undefined : { startMs: END_MS - (values.length - index) * 300_000, value, sampleCount: 5 },
  );
  return { changed, decision: decideRange(changed, { points, endMs: END_MS }, undefined) };
};
const reason = (values: readonly (number | undefined)[], change: Change = {}): string => {
  const { changed, decision } = decide(values, change);
  return decision.state === 'retain' ? 'retain' : stateReason(changed, decision, decision.state);
};

describe('a state reason', () => {
  it("is in CloudWatch's words", () => {
    expect(reason([undefined, undefined, 11.488333333333333, 15.398333333333332])).toBe(
      'Threshold Crossed: 2 out of the last 2 datapoints [15.398333333333332 (17/01/22 14:42:00), 11.488333333333333 (17/01/22 14:37:00)] were greater than the threshold (10.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
    expect(reason([undefined, undefined, 0], { evaluationPeriods: 1, isPlain: true })).toBe(
      'Threshold Crossed: 1 datapoint [0.0 (17/01/22 14:42:00)] was not greater than the threshold (10.0).',
    );
    expect(
      reason([undefined, undefined, undefined], {
        evaluationPeriods: 1,
        isPlain: true,
        treatMissingData: 'notBreaching',
      }),
    ).toBe(
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    );
    expect(reason([undefined, undefined, undefined, undefined])).toBe('Insufficient Data: 2 datapoints were unknown.');
  });

  it('carries the evaluated points as data', () => {
    const { changed, decision } = decide([undefined, undefined, 11.5, 15]);
    expect(JSON.parse(stateReasonData(changed, decision, END_MS + 102_271))).toEqual({
      version: '1.0',
      queryDate: '2022-01-17T14:48:42.271+0000',
      startDate: '2022-01-17T14:37:00.000+0000',
      statistic: 'Average',
      period: 300,
      recentDatapoints: [11.5, 15],
      threshold: 10,
      evaluatedDatapoints: [
        { timestamp: '2022-01-17T14:42:00.000+0000', sampleCount: 5, value: 15 },
        { timestamp: '2022-01-17T14:37:00.000+0000', sampleCount: 5, value: 11.5 },
      ],
    });
  });

  it('stays within what CloudWatch allows, however many points there are', () => {
    const many = Array.from({ length: 290 }, (_, index) => index + 1000.123456);
    const { changed, decision } = decide(many, { evaluationPeriods: 288, datapointsToAlarm: 288 });
    expect(stateReason(changed, decision, 'ALARM').length).toBeLessThanOrEqual(1_023);
    const data = stateReasonData(changed, decision, END_MS);
    expect(data.length).toBeLessThanOrEqual(4_000);
    expect(JSON.parse(data).recentDatapoints.at(-1)).toBe(1289.123456);
  });
});

it('prints numbers and times as CloudWatch does', () => {
  expect([0, 5, -2.5, 1e7, 12_345_678, 0.0001, 123.456].map(javaNumber)).toEqual([
    '0.0',
    '5.0',
    '-2.5',
    '1.0E7',
    '1.2345678E7',
    '1.0E-4',
    '123.456',
  ]);
  expect(longTime(Date.UTC(2023, 7, 4, 12, 54, 46))).toBe('Friday 04 August, 2023 12:54:46 UTC');
});
