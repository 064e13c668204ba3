import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManualClock, HOUR_MS, MINUTE_MS } from '../../src/base/index.ts';
import { type MetricPoint, type MetricQuery, parseStatistic } from '../../src/metrics/index.ts';
import { SKETCH } from '../../src/telemetry/index.ts';
import { computeStatistic, type PeriodAggregate } from './compute-statistic.ts';
import { type OpenMetrics, openMetrics, point } from './open-metrics.ts';
import { readSketch } from './read-sketch.ts';

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

const STATISTICS = [
  ...['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum', 'IQR', 'IQM'],
  ...['p0', 'p10', 'p33.3', 'p50', 'p90', 'p99', 'p99.9', 'p100'],
  ...['tm90', 'tc90', 'ts90', 'wm90', 'tm0', 'wm0', 'TM(10%:90%)', 'TC(25%:)', 'TS(:50%)', 'WM(5%:95%)', 'WM(25%:)'],
  ...[
    'TM(2:20)',
    'TC(:5)',
    'TS(5:)',
    'WM(2:20)',
    'WM(3:)',
    'TM(500:600)',
    'WM(500:600)',
    'PR(:5)',
    'PR(2:20)',
    'PR(7:)',
  ],
];

/** Points of one period: values with counts, or a statistic set; now and then a negative one. */
const period: fc.Arbitrary<readonly (readonly [readonly number[], readonly number[], boolean])[]> = fc.array(
  fc
    .tuple(
      fc.uniqueArray(
        fc.oneof(
          { weight: 6, arbitrary: fc.integer({ min: 0, max: 30 }) },
          { weight: 3, arbitrary: fc.double({ min: 0, max: 1e9, noNaN: true }) },
          { weight: 1, arbitrary: fc.double({ min: -1, max: 0, noNaN: true }) },
        ),
        { minLength: 1, maxLength: 12 },
      ),
      fc.array(fc.constantFrom(1, 1, 2, 3, 10, 0.5), { minLength: 12, maxLength: 12 }),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([values, counts, opaque]) => [values, counts.slice(0, values.length), opaque === 0] as const),
  { minLength: 1, maxLength: 4 },
);

describe('statistics as the engine computes them', () => {
  const nowMs = Date.UTC(2026, 2, 4, 12, 34, 56);
  const minute = nowMs - (nowMs % MINUTE_MS);
  let opened: OpenMetrics;
  beforeAll(async () => {
    opened = await openMetrics(createManualClock(nowMs));
  });
  afterAll(async () => {
    await opened.remove();
  });

  /** The statistics of every case, by the name of its metric; as few statements as the store allows. */
  const ask = async (names: readonly string[], fromMs: number): Promise<ReadonlyMap<string, number | undefined>> => {
    const found = new Map<string, number | undefined>();
    for (let start = 0; start < STATISTICS.length; start += 10) {
      const asked = STATISTICS.slice(start, start + 10).flatMap((statistic) =>
        names.map((name) => ({ statistic, name })),
      );
      const queries = asked.map(
        ({ statistic, name }, index): MetricQuery => ({
          id: `m${index}`,
          type: 'metric',
          metric: { namespace: 'Test', name, dimensions: {} },
          statistic,
          periodSeconds: 60,
          returnData: true,
        }),
      );
      const answer = await opened.store.query({ queries, fromMs, toMs: minute + MINUTE_MS });
      for (const [index, { statistic, name }] of asked.entries())
        found.set(`${name} ${statistic}`, answer[index]?.values[0]);
    }
    return found;
  };

  it('are what they mean, from points and from roll-ups', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    const cases = fc.sample(period, { seed, numRuns: 45 });
    const points = cases.map((one, index) =>
      one.map(([values, counts, opaque], at) => pointOf(values, counts, { opaque, name: `c${index}`, at })),
    );
    await opened.store.append(points.flat());
    const names = points.map((_, index) => `c${index}`);
    const exact = await ask(names, minute);
    // A range that begins before points are kept is read from the roll-up.
    const near = await ask(names, minute - 4 * HOUR_MS);
    for (const [index, one] of points.entries()) {
      for (const statistic of STATISTICS) {
        const where = `seed ${seed}, case ${index}, ${statistic} of ${JSON.stringify(one)}`;
        expectSame(
          exact.get(`c${index} ${statistic}`),
          of(
            statistic,
            togetherOf(one, (value) => value),
          ),
          where,
        );
        expectSame(near.get(`c${index} ${statistic}`), of(statistic, sketchOf(togetherOf(one, keyOf))), where);
      }
    }
  });

  const pointOf = (
    values: readonly number[],
    counts: readonly number[],
    of: { readonly opaque: boolean; readonly name: string; readonly at: number },
  ): MetricPoint =>
    point(0, {
      name: of.name,
      timeMs: minute + of.at * 1000,
      sum: values.reduce((sum, value, index) => sum + value * (counts[index] ?? 0), 0),
      count: counts.reduce((sum, count) => sum + count, 0),
      min: Math.min(...values),
      max: Math.max(...values),
      ...(of.opaque ? {} : { values, counts }),
    });
});

const keyOf = (value: number): number =>
  value <= SKETCH.smallest ? SKETCH.zeroKey : Math.ceil(Math.log(value) / Math.log(SKETCH.gamma));

/** All points of a period as one aggregate, their values as `bucket` says. */
function togetherOf(points: readonly MetricPoint[], bucket: (value: number) => number): PeriodAggregate {
  const all = new Map<number, number>();
  let opaque = false;
  for (const { min, max, count, values, counts } of points) {
    if (min === max) all.set(bucket(min), (all.get(bucket(min)) ?? 0) + count);
    else if (values === undefined) opaque = true;
    else
      values.forEach((value, at) => void all.set(bucket(value), (all.get(bucket(value)) ?? 0) + (counts?.[at] ?? 0)));
  }
  const sorted = [...all].sort(([a], [b]) => a - b);
  return {
    sum: points.reduce((sum, one) => sum + one.sum, 0),
    count: points.reduce((sum, one) => sum + one.count, 0),
    min: Math.min(...points.map(({ min }) => min)),
    max: Math.max(...points.map(({ max }) => max)),
    ...(opaque
      ? {}
      : { distribution: { values: sorted.map(([key]) => key), counts: sorted.map(([, count]) => count) } }),
  };
}

function sketchOf(period: PeriodAggregate): PeriodAggregate {
  const { distribution, ...plain } = period;
  if (distribution === undefined) return plain;
  return { ...plain, distribution: readSketch(distribution.values, distribution.counts, plain) };
}

function expectSame(found: number | undefined, right: number | undefined, where: string): void {
  if (found === undefined || right === undefined) expect(found, where).toBe(right);
  else expect(Math.abs(found - right), where).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(right)));
}
