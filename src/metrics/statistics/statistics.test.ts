import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../base/index.ts';
import { SKETCH } from '../../telemetry/index.ts';
import { computeStatistic } from './compute-statistic.ts';
import { parseStatistic } from './parse-statistic.ts';
import { readSketch } from './read-sketch.ts';
import type { PeriodAggregate } from './types.ts';

const aggregate = (values: readonly number[]): PeriodAggregate => {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    sum: values.reduce((sum, value) => sum + value, 0),
    count: values.length,
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    distribution: { values: sorted, counts: sorted.map(() => 1) },
  };
};

const of = (statistic: string, period: PeriodAggregate): number | undefined =>
  computeStatistic(parseStatistic(statistic), period);

describe('statistics', () => {
  const ten = aggregate([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]);
  const check = (statistic: string, expected: number | undefined, period = ten): void =>
    expect(of(statistic, period), statistic).toEqual(expected);

  it('gives the plain ones', () => {
    check('SampleCount', 10);
    check('Sum', 145);
    check('Average', 14.5);
    check('Minimum', 1);
    check('Maximum', 100);
  });

  it('gives percentiles by nearest rank', () => {
    check('p0', 1);
    check('p10', 1);
    check('p10.1', 2);
    check('p50', 5);
    check('p90', 9);
    check('p99.99', 100);
    check('p100', 100);
    check('IQR', 5);
  });

  it('trims by rank and by value', () => {
    check('tm90', 5);
    check('TM(:90%)', 5);
    check('TM(10%:90%)', 5.5);
    check('tc90', 9);
    check('ts90', 45);
    check('wm90', (45 + 9) / 10);
    check('WM(10%:90%)', (2 + 44 + 9) / 10);
    check('IQM', 5.5);
    check('TC(2:5)', 3);
    check('TS(2:5)', 12);
    check('TM(2:5)', 4);
    check('WM(2:5)', (2 * 2 + 12 + 5 * 5) / 10);
    check('PR(:5)', 50);
    check('PR(5:)', 50);
    check('PR(2:5)', 30);
    check('TM(200:300)', undefined);
    check('TC(200:300)', 0);
    check('PR(200:300)', 0);
  });

  it('keeps values that are all the same', () => {
    const same: PeriodAggregate = { sum: 30, count: 10, min: 3, max: 3 };
    for (const statistic of ['p1', 'tm90', 'TM(10%:90%)', 'wm50', 'IQM']) check(statistic, 3, same);
    check('PR(:3)', 100, same);
  });

  it('has none that need values where these are not known or negative', () => {
    const set: PeriodAggregate = { sum: 30, count: 10, min: 1, max: 5 };
    for (const statistic of ['p50', 'tm90', 'PR(:5)', 'IQR']) check(statistic, undefined, set);
    check('p50', undefined, aggregate([-1, 2]));
    check('Average', 3, set);
    check('Average', undefined, { ...set, count: 0 });
  });

  it('refuses what is none, and throws nothing else', () => {
    const refuse = (text: string): void => expect(() => parseStatistic(text), text).toThrow(Failure);
    for (const text of ['sum', '', 'p', 'p101', 'p-1', 'p99.12345678901', 'tm', 'TM()', 'TM(:)', 'TM(90%:10%)'])
      refuse(text);
    for (const text of ['TM(10%:500)', 'PR(10%:90%)', 'TM(1:1)', 'TM(a:b)', 'p99 ', 'XX(1:2)', 'TM(101%:)'])
      refuse(text);
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    const part = fc.constantFrom('p', 'tm', 'TM', 'PR', '(', ')', ':', '%', '9', '.', '-', ' ', '1e5');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        try {
          parseStatistic(parts.join(''));
        } catch (error) {
          expect((error as Failure).code).toBe('statistics.unknown');
        }
      }),
      { seed, numRuns: 1000 },
    );
  });

  it('reads a sketch to one percent, and never beyond the extremes', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (values) => {
          const exact = aggregate(values);
          const keys = (exact.distribution?.values ?? []).map((value) =>
            Math.ceil(Math.log(value) / Math.log(SKETCH.gamma)),
          );
          const sketch = {
            ...exact,
            distribution: readSketch(
              keys,
              keys.map(() => 1),
              exact,
            ),
          };
          for (const percent of ['p0', 'p37', 'p50', 'p99', 'p100']) {
            const [near = 0, right = 0] = [of(percent, sketch), of(percent, exact)];
            expect(Math.abs(near - right)).toBeLessThanOrEqual(right * 0.010001);
            expect(near).toBeGreaterThanOrEqual(exact.min);
            expect(near).toBeLessThanOrEqual(exact.max);
          }
        },
      ),
      { seed, numRuns: 300 },
    );
  });
});
