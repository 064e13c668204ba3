import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createManualClock,
  DAY_MS,
  HOUR_MS,
  isFailure,
  MINUTE_MS,
  type RegisteredFailure,
} from '../../src/base/index.ts';
import { METRICS_STORE_FAILURES, type MetricPoint, type MetricSeries } from '../../src/metrics/index.ts';
import type { StoredSpan } from '../../src/telemetry/index.ts';
import { type OpenMetrics, openMetrics, point, pointOf } from './open-metrics.ts';

/** 2026-03-04T12:34:56Z. */
const NOW_MS = Date.UTC(2026, 2, 4, 12, 34, 56);
const MINUTE = NOW_MS - (NOW_MS % MINUTE_MS);

const failsWith = async (work: Promise<unknown>, spec: RegisteredFailure): Promise<void> => {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  expect(isFailure(error) ? error.code : error).toBe(spec.code);
};

const span = (change: Partial<StoredSpan>): StoredSpan => ({
  timeNs: BigInt(NOW_MS) * 1_000_000n,
  durationNs: 5n,
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentSpanId: '',
  name: 'work',
  kind: 'internal',
  status: 'unset',
  statusMessage: '',
  service: 's',
  route: 'r',
  scopeName: '',
  scopeVersion: '',
  resource: {},
  attributesString: {},
  attributesNumber: {},
  attributesBool: {},
  events: [],
  links: [],
  retentionDays: 30,
  ...change,
});

describe('the store of metric points', () => {
  const clock = createManualClock(NOW_MS);
  let opened: OpenMetrics;
  beforeAll(async () => {
    opened = await openMetrics(clock);
  });
  afterAll(async () => {
    await opened.remove();
  });

  const read = async (
    statistic: string,
    name: string,
    range: {
      readonly fromMs?: number;
      readonly toMs?: number;
      readonly periodSeconds?: number;
      readonly unit?: string;
    } = {},
  ): Promise<MetricSeries> => {
    const { fromMs = MINUTE - 10 * MINUTE_MS, toMs = MINUTE + MINUTE_MS, periodSeconds = 60, unit } = range;
    const [series] = await opened.store.query({
      queries: [
        {
          id: 'm1',
          type: 'metric',
          metric: { namespace: 'Test', name, dimensions: {}, ...(unit === undefined ? {} : { unit }) },
          statistic,
          periodSeconds,
          returnData: true,
        },
      ],
      fromMs,
      toMs,
    });
    if (series === undefined) throw new Error('no series in the answer');
    return series;
  };

  it('answers the plain statistics of each minute, and leaves minutes without points out', async () => {
    const values = [3, 1, 2];
    await opened.store.append([
      ...values.map((value, index) => point(value, { name: 'plain', timeMs: MINUTE - 3 * MINUTE_MS + index * 1000 })),
      point(7, { name: 'plain', timeMs: MINUTE }),
    ]);
    const timesMs = [MINUTE - 3 * MINUTE_MS, MINUTE];
    const check = async (statistic: string, expected: readonly number[]): Promise<void> =>
      expect(await read(statistic, 'plain')).toMatchObject({ timesMs, values: expected, status: 'complete' });
    await check('SampleCount', [3, 1]);
    await check('Sum', [6, 7]);
    await check('Average', [2, 7]);
    await check('Minimum', [1, 7]);
    await check('Maximum', [3, 7]);
    await check('p50', [2, 7]);
    await check('tm50', [1.5, 7]);
  });

  it('knows percentiles exactly while points are kept, and to one percent from roll-ups', async () => {
    const values = Array.from({ length: 400 }, (_, index) => (index + 1) * 1.7);
    const oldMs = MINUTE - 2 * DAY_MS;
    await opened.store.append([
      pointOf(values, { name: 'spread', timeMs: MINUTE }),
      pointOf(values.slice(0, 200), { name: 'spread', timeMs: oldMs }),
      pointOf(values.slice(200), { name: 'spread', timeMs: oldMs + 1000 }),
    ]);
    expect((await read('p99', 'spread')).values).toEqual([396 * 1.7]);
    const [old = 0] = (await read('p99', 'spread', { fromMs: oldMs, toMs: oldMs + MINUTE_MS })).values;
    expect(Math.abs(old / (396 * 1.7) - 1)).toBeLessThan(0.0101);
    expect((await read('p100', 'spread', { fromMs: oldMs, toMs: oldMs + MINUTE_MS })).values).toEqual([400 * 1.7]);
    expect((await read('PR(:170)', 'spread')).values).toEqual([25]);
  });

  it('has no percentiles where values are known by statistic sets only, or are negative', async () => {
    await opened.store.append([
      point(0, { name: 'set', timeMs: MINUTE, sum: 30, count: 10, min: 1, max: 5 }),
      point(0, { name: 'flat', timeMs: MINUTE, sum: 30, count: 10, min: 3, max: 3 }),
      pointOf([-1, 5], { name: 'negative', timeMs: MINUTE }),
    ]);
    const check = async (name: string, expected: readonly number[]): Promise<void> => {
      expect((await read('p90', name)).values).toEqual(expected);
      // The same from the roll-up, whose range begins before points are kept.
      expect((await read('p90', name, { fromMs: MINUTE - DAY_MS })).values).toEqual(expected.map(closeTo));
    };
    const closeTo = (value: number): unknown => expect.closeTo(value, 6);
    await check('set', []);
    await check('flat', [3]);
    await check('negative', []);
    expect((await read('Average', 'set')).values).toEqual([3]);
    expect((await read('Minimum', 'negative')).values).toEqual([-1]);
  });

  it('puts late and early points into the periods of their times, in every roll-up', async () => {
    const lateMs = NOW_MS - 14 * DAY_MS + 1000;
    const aheadMs = NOW_MS + 2 * HOUR_MS - 1000;
    await opened.store.append([
      point(5, { name: 'late', timeMs: lateMs }),
      point(6, { name: 'late', timeMs: aheadMs }),
    ]);
    await opened.store.append([point(7, { name: 'late', timeMs: lateMs + 1 })]);
    for (const periodSeconds of [60, 300, 900, 3600, 86_400]) {
      const start = (timeMs: number): number => timeMs - (timeMs % (periodSeconds * 1000));
      const series = await read('Sum', 'late', { fromMs: lateMs, toMs: aheadMs + 1, periodSeconds });
      expect(series).toMatchObject({ timesMs: [start(lateMs), start(aheadMs)], values: [12, 6] });
    }
  });

  it('keeps seconds for three hours and minutes for fifteen days', async () => {
    await opened.store.append([
      point(1, { name: 'age', timeMs: MINUTE - 2 * HOUR_MS, resolutionSeconds: 1 }),
      point(2, { name: 'age', timeMs: MINUTE - 4 * HOUR_MS, resolutionSeconds: 1 }),
    ]);
    const range = { fromMs: MINUTE - 5 * HOUR_MS };
    expect((await read('Sum', 'age', { ...range, periodSeconds: 10 })).values).toEqual([1]);
    expect((await read('Sum', 'age', { ...range, periodSeconds: 60 })).values).toEqual([2, 1]);
  });

  it('keeps points of different units apart', async () => {
    await opened.store.append([
      point(1, { name: 'units', unit: 'Seconds', timeMs: MINUTE - MINUTE_MS }),
      point(1000, { name: 'units', unit: 'Milliseconds', timeMs: MINUTE }),
    ]);
    expect((await read('Sum', 'units', { unit: 'Seconds' })).values).toEqual([1]);
    expect((await read('Sum', 'units', { unit: 'Count' })).values).toEqual([]);
    const both = await read('Sum', 'units');
    expect(both.values).toEqual([1000]);
    expect(both.messages.map(({ code }) => code)).toEqual(['MultipleUnits']);
  });

  it('takes the exact set of dimensions for the metric, in whatever order', async () => {
    const dimensions = { b: '2', a: '1' };
    await opened.store.append([
      point(1, { name: 'dims', timeMs: MINUTE, dimensions }),
      point(2, { name: 'dims', timeMs: MINUTE, dimensions: { a: '1', b: '2' } }),
      point(4, { name: 'dims', timeMs: MINUTE, dimensions: { a: '1' } }),
      point(8, { name: 'dims', timeMs: MINUTE, dimensions: { ab: '12' } }),
    ]);
    const sum = async (wanted: Readonly<Record<string, string>>): Promise<readonly number[]> => {
      const [series] = await opened.store.query({
        queries: [
          {
            id: 'm1',
            type: 'metric',
            metric: { namespace: 'Test', name: 'dims', dimensions: wanted },
            statistic: 'Sum',
            periodSeconds: 60,
            returnData: true,
          },
        ],
        fromMs: MINUTE,
        toMs: MINUTE + MINUTE_MS,
      });
      return series?.values ?? [];
    };
    expect(await sum({ a: '1', b: '2' })).toEqual([3]);
    expect(await sum({ a: '1' })).toEqual([4]);
    expect(await sum({ ab: '12' })).toEqual([8]);
    expect(await sum({})).toEqual([]);
  });

  it('tells listeners of what became durable, and not of what was refused', async () => {
    const heard: MetricPoint[] = [];
    const stop = opened.store.subscribe((points) => heard.push(...points));
    await opened.store.append([point(1, { name: 'heard', timeMs: MINUTE })]);
    await failsWith(
      opened.store.append([point(2, { name: 'heard', timeMs: MINUTE }), point(Number.NaN, { timeMs: MINUTE })]),
      METRICS_STORE_FAILURES.pointInvalid,
    );
    stop();
    await opened.store.append([point(3, { name: 'heard', timeMs: MINUTE })]);
    expect(heard.map(({ sum }) => sum)).toEqual([1]);
    expect((await read('Sum', 'heard')).values).toEqual([4]);
  });

  it('evaluates expressions and searches over what it keeps', async () => {
    const hosts = ['a', 'b', 'c'];
    await opened.store.append(
      hosts.flatMap((Host, index) => [
        point(index + 1, { namespace: 'Math', name: 'Requests', dimensions: { Host }, timeMs: MINUTE }),
        point(10, { namespace: 'Math', name: 'Requests', dimensions: { Host }, timeMs: MINUTE - MINUTE_MS }),
      ]),
    );
    const metric = (id: string, Host: string) =>
      ({
        id,
        type: 'metric',
        metric: { namespace: 'Math', name: 'Requests', dimensions: { Host } },
        statistic: 'Sum',
        periodSeconds: 60,
        returnData: false,
      }) as const;
    const answer = await opened.store.query({
      queries: [
        metric('m1', 'a'),
        metric('m2', 'b'),
        { id: 'e1', type: 'expression', expression: '100 * m1 / SUM(METRICS())', returnData: true, label: 'share' },
        {
          id: 'e2',
          type: 'expression',
          expression: `SORT(SEARCH('{Math,Host} MetricName="Requests" NOT Host=b', 'Sum', 60), MIN, DESC)`,
          returnData: true,
        },
      ],
      fromMs: MINUTE - 5 * MINUTE_MS,
      toMs: MINUTE + MINUTE_MS,
    });
    expect(answer.map(({ id, label, values }) => [id, label, values])).toEqual([
      ['e1', 'share', [50, 100 / 3]],
      ['e2', 'c Requests', [10, 3]],
      ['e2', 'a Requests', [10, 1]],
    ]);
  });

  it('refuses what no period or range can be', async () => {
    await failsWith(read('Sum', 'plain', { periodSeconds: 90 }), METRICS_STORE_FAILURES.periodInvalid);
    await failsWith(read('Sum', 'plain', { fromMs: 5, toMs: 5 }), METRICS_STORE_FAILURES.rangeInvalid);
    await failsWith(
      opened.store.append([point(1, { timeMs: NOW_MS - 15 * DAY_MS })]),
      METRICS_STORE_FAILURES.pointInvalid,
    );
  });

  it('lists metrics page by page, by namespace, name and dimensions', async () => {
    const listed = Array.from({ length: 7 }, (_, index) =>
      point(index, { namespace: 'Listed', name: `n${index % 2}`, dimensions: { i: String(index) }, timeMs: MINUTE }),
    );
    await opened.store.append(listed);
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await opened.store.listMetrics({ namespace: 'Listed', limit: 3, ...(after ? { after } : {}) });
      found.push(...page.metrics.map(({ dimensions }) => String(dimensions.i)));
      after = page.next;
    } while (after !== undefined);
    expect(found.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    const one = await opened.store.listMetrics({
      namespace: 'Listed',
      name: 'n1',
      dimensions: [{ name: 'i', value: '3' }],
      recentlyActive: true,
      limit: 10,
    });
    expect(one.metrics).toEqual([{ namespace: 'Listed', name: 'n1', dimensions: { i: '3' }, unit: 'Milliseconds' }]);
    expect(await opened.store.namespaces()).toEqual(['Listed', 'Math', 'Test']);
    await failsWith(opened.store.listMetrics({ limit: 1, after: 'nonsense' }), METRICS_STORE_FAILURES.pageTokenInvalid);
  });

  it('drops points after three hours and roll-ups when CloudWatch would, and nothing before', async () => {
    await opened.store.append([point(9, { name: 'kept', timeMs: MINUTE })]);
    await opened.telemetry.appendSpans([span({ retentionDays: 30 }), span({ retentionDays: 0 })]);
    const count = async (table: string): Promise<number> =>
      Number((await opened.telemetry.query<{ n: string }>({ sql: `SELECT count() AS n FROM ${table}` })).rows[0]?.n);
    const tables = ['metric_points', 'metric_rollup_60', 'metric_rollup_300', 'metric_rollup_3600', 'metric_series'];
    const emptied = async (): Promise<readonly string[]> => {
      const counts = await Promise.all(tables.map(count));
      return tables.filter((_, index) => counts[index] === 0);
    };
    // The points reach two hours ahead of now, and an hour of them is dropped when its last moment is old.
    await opened.telemetry.expireMetrics(NOW_MS + 3 * HOUR_MS);
    expect(await count('metric_points')).toBeGreaterThan(0);
    expect((await read('Sum', 'kept')).values).toEqual([9]);
    await opened.telemetry.expireMetrics(NOW_MS + 6.5 * HOUR_MS);
    expect(await emptied()).toEqual(['metric_points']);
    await opened.telemetry.expireMetrics(NOW_MS + 17 * DAY_MS);
    expect(await emptied()).toEqual(['metric_points', 'metric_rollup_60']);
    expect(await count('spans')).toBe(2);
    await opened.telemetry.expireMetrics(NOW_MS + 71 * DAY_MS);
    expect(await emptied()).toEqual(['metric_points', 'metric_rollup_60', 'metric_rollup_300']);
    await opened.telemetry.expireMetrics(NOW_MS + 500 * DAY_MS);
    expect(await emptied()).toEqual(tables);
    // What is kept for ever stays.
    expect(await count('spans')).toBe(1);
  });
});
