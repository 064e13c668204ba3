import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, isFailure } from '../../../base/index.ts';
import type { Datum } from './datum.ts';
import { pointOf } from './point-of.ts';

const NOW = 1_700_000_000_000;
const read = (datum: Partial<Datum>) =>
  pointOf({ MetricName: 'm', ...datum }, { namespace: 'N', at: 'MetricData.member.1', nowMs: NOW });

const refusal = (datum: Partial<Datum>): string => {
  try {
    read(datum);
    return 'accepted';
  } catch (error) {
    return isFailure(error) ? `${error.code.replace('cloudwatch.', '')}: ${error.message}` : String(error);
  }
};

describe('a datum', () => {
  it('is a value, a set of statistics or a distribution', () => {
    expect(read({ Value: -2 })).toEqual({
      namespace: 'N',
      name: 'm',
      dimensions: {},
      unit: 'None',
      timeMs: NOW,
      resolutionSeconds: 60,
      sum: -2,
      count: 1,
      min: -2,
      max: -2,
      values: [-2],
      counts: [1],
    });
    expect(read({ Values: [3, 1, 3], Counts: [1, 2, 4], Unit: 'Count', StorageResolution: 1 })).toMatchObject({
      unit: 'Count',
      resolutionSeconds: 1,
      sum: 17,
      count: 7,
      min: 1,
      max: 3,
      values: [3, 1],
      counts: [5, 2],
    });
    expect(read({ Values: [-0, 0] }).values).toEqual([0]);
    const statistics = read({ StatisticValues: { SampleCount: 2, Sum: 5, Minimum: 1, Maximum: 4 } });
    expect(statistics).toMatchObject({ sum: 5, count: 2, min: 1, max: 4 });
    expect(statistics).not.toHaveProperty('values');
    // Equal values are a distribution that is known.
    expect(read({ StatisticValues: { SampleCount: 2, Sum: 6, Minimum: 3, Maximum: 3 } }).values).toEqual([3]);
  });

  it('keeps every rule of PutMetricData', () => {
    const check = (datum: Partial<Datum>, expected: RegExp): void => expect(refusal(datum)).toMatch(expected);
    const one = { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 };
    check({}, /^parameter-missing: The parameter MetricData\.member\.1\.Value is required/);
    check({ Value: 1, Values: [1] }, /^parameters-conflict: .*member\.1\.Value and .*member\.1\.Values are mutually/);
    check({ Value: 1, StatisticValues: one }, /^parameters-conflict/);
    check({ Value: 1, Counts: [1] }, /^parameters-conflict/);
    check({ Value: Number.NaN }, /^parameter-invalid: The value NaN for parameter MetricData\.member\.1\.Value/);
    check({ Value: Number.POSITIVE_INFINITY }, /^parameter-invalid: The value Infinity/);
    check({ Value: 2 ** 360 }, /^accepted/);
    check({ Value: -(2 ** 361) }, /^parameter-invalid: .*range of -2\^360 to 2\^360/);
    check({ Values: [] }, /^parameter-missing/);
    check({ Values: [1, 2], Counts: [1] }, /^parameters-conflict: .*same number of elements/);
    check({ Values: [1], Counts: [0] }, /^parameter-invalid: The value 0 for parameter .*Counts\.member\.1/);
    check({ Values: [1], Counts: [-1] }, /^parameter-invalid/);
    check({ Values: [1, Number.NaN] }, /^parameter-invalid: The value NaN .*Values\.member\.2/);
    check({ Values: Array.from({ length: 150 }, (_, index) => index) }, /^accepted/);
    check({ Values: Array.from({ length: 151 }, () => 1) }, /^parameter-invalid: .*size greater than 150/);
    check({ StatisticValues: { ...one, SampleCount: 0 } }, /^parameter-invalid/);
    check({ StatisticValues: { ...one, Minimum: 2 } }, /^parameter-invalid: .*Minimum must be less/);
    check({ StatisticValues: { ...one, Sum: Number.NaN } }, /^parameter-invalid/);
    check({ Value: 1, StorageResolution: 30 }, /^parameter-invalid: The value 30 .*StorageResolution/);
    check({ Value: 1, Timestamp: NOW - 14 * DAY_MS }, /^accepted/);
    check({ Value: 1, Timestamp: NOW - 14 * DAY_MS - 1 }, /^parameter-invalid: .*two weeks in the past/);
    check({ Value: 1, Timestamp: NOW + 2 * HOUR_MS }, /^accepted/);
    check({ Value: 1, Timestamp: NOW + 2 * HOUR_MS + 1 }, /^parameter-invalid: .*two hours in the future/);
    check({ Value: 1, Dimensions: [{ Name: ':a', Value: 'b' }] }, /^parameter-invalid: .*Dimensions\.member\.1\.Name/);
    check({ Value: 1, Dimensions: [{ Name: 'a', Value: 'ä' }] }, /^parameter-invalid: .*Dimensions\.member\.1\.Value/);
    check({ Value: 1, Dimensions: [{ Name: 'a', Value: ' ' }] }, /^parameter-invalid/);
    const twice = { Name: 'a', Value: 'b' };
    check({ Value: 1, Dimensions: [twice, twice] }, /^parameter-invalid: .*the dimension name a twice/);
  });

  it('takes any dimension name as a name only', () => {
    const { dimensions } = read({ Value: 1, Dimensions: [{ Name: '__proto__', Value: 'x' }] });
    expect(Object.entries(dimensions)).toEqual([['__proto__', 'x']]);
  });
});
