import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock, Failure, silentLog } from '../../base/index.ts';
import type { LogGroup } from '../../logs/index.ts';
import type { MetricPoint } from '../types.ts';
import type { ActiveFilter } from './apply-filters.ts';
import { compileFilter } from './compile-filter.ts';
import { mayHoldEmf, readEmf } from './emf.ts';
import { createPointGatherer, type Sample } from './gather-points.ts';
import { METRICS_FILTERS_LIMITS } from './limits.ts';
import { createPairCount } from './pair-count.ts';
import { createPointOutbox, type PointOutbox } from './point-outbox.ts';
import type { MetricFilter, MetricTransformation } from './types.ts';
import { watchStream } from './watch-stream.ts';

const NOW = 1_700_000_000_000;
const MINUTE = Math.floor(NOW / 60_000) * 60_000;
const group: LogGroup = {
  name: '/shop',
  storageClass: 'standard',
  retentionDays: 0,
  createdMs: 1,
  storedBytes: 0,
  deletionProtected: false,
  tags: {},
};

const filterOf = (pattern: string, transformation: Partial<MetricTransformation> = {}): MetricFilter => ({
  logGroup: group.name,
  name: 'f',
  pattern,
  transformation: { metricNamespace: 'Shop', metricName: 'Hits', metricValue: '1', ...transformation },
  createdMs: NOW,
});
const activate = (pattern: string, transformation: Partial<MetricTransformation> = {}): ActiveFilter => ({
  compiled: compileFilter(filterOf(pattern, transformation)),
  key: pattern,
  pairs: createPairCount(),
  minute: undefined,
});

/** A watch over the filters whose points end in a list. */
function watched(filters: readonly ActiveFilter[]) {
  const clock = createManualClock(NOW);
  const pushed: MetricPoint[] = [];
  const off: ActiveFilter[] = [];
  const outbox: PointOutbox = {
    push: async (points) => void pushed.push(...points),
    lost: () => 0,
    held: () => 0,
    close: async () => undefined,
  };
  const watch = watchStream({
    filtersOf: () => filters.filter((filter) => !off.includes(filter)),
    withDefault: () => filters.filter(({ compiled }) => compiled.filter.transformation.defaultValue !== undefined),
    switchOff: async (filter) => void off.push(filter),
    outbox,
    clock,
    log: silentLog(),
  });
  const store = (...bodies: readonly string[]): Promise<void> =>
    watch.onStored([{ group, rows: bodies.map((body) => ({ timeNs: BigInt(clock.nowMs()) * 1_000_000n, body })) }]);
  return { clock, watch, store, pushed, off };
}
const brief = (points: readonly MetricPoint[]) =>
  points.map(({ name, dimensions, sum, count, timeMs }) => ({ name, dimensions, sum, count, timeMs }));

describe('a metric filter', () => {
  it('counts matches by the minute, and reads values and dimensions out of JSON and of fields', async () => {
    const { store, pushed, watch } = watched([
      activate('ERROR'),
      activate('{ $.ms > 10 }', { metricName: 'Slow', metricValue: '$.ms', dimensions: { Path: '$.path' } }),
      activate('[ip, ..., status=5*, bytes]', { metricName: 'Bytes', metricValue: '$bytes' }),
    ]);
    await store('ERROR a', 'ERROR b', '{"ms":20,"path":"/x"}', '{"ms":30.5,"path":"/x"}', '{"ms":5,"path":"/x"}');
    await store('{"ms":40,"path":"/y"}', '{"ms":50}', '1.2.3.4 - "GET /" 503 77', '1.2.3.4 - "GET /" 503 many');
    await watch.close();
    expect(brief(pushed)).toEqual([
      { name: 'Hits', dimensions: {}, sum: 2, count: 2, timeMs: MINUTE },
      { name: 'Slow', dimensions: { Path: '/x' }, sum: 50.5, count: 2, timeMs: MINUTE },
      { name: 'Slow', dimensions: { Path: '/y' }, sum: 40, count: 1, timeMs: MINUTE },
      { name: 'Bytes', dimensions: {}, sum: 77, count: 1, timeMs: MINUTE },
    ]);
  });

  it('gives its default once for each minute in which records came and none matched', async () => {
    const { store, pushed, clock, watch } = watched([activate('ERROR', { defaultValue: 0 })]);
    await store('fine');
    await store('also fine');
    expect(pushed).toEqual([]);
    await clock.advance(60_000 + METRICS_FILTERS_LIMITS.defaultAfterMs);
    expect(brief(pushed)).toEqual([{ name: 'Hits', dimensions: {}, sum: 0, count: 1, timeMs: MINUTE }]);
    // A minute without records gives nothing, and one with a match gives the match.
    await clock.advance(120_000);
    expect(pushed).toHaveLength(1);
    await store('fine');
    await store('ERROR');
    await clock.advance(120_000);
    await watch.close();
    expect(brief(pushed).map(({ sum }) => sum)).toEqual([0, 1]);
  });

  it('is switched off by the pair of dimension values that is one too many', async () => {
    const filter = activate('{ $.id = * }', { dimensions: { Id: '$.id' } });
    const { store, pushed, off, watch } = watched([filter]);
    const bodies = Array.from({ length: METRICS_FILTERS_LIMITS.pairsPerWindow + 5 }, (_, id) => JSON.stringify({ id }));
    await store(...bodies);
    expect([pushed.length, off]).toEqual([METRICS_FILTERS_LIMITS.pairsPerWindow, [filter]]);
    await store('{"id":1}');
    expect(pushed).toHaveLength(METRICS_FILTERS_LIMITS.pairsPerWindow);
    await watch.close();
  });

  it('is refused when its value or dimensions do not go with its pattern', () => {
    const check = (pattern: string, transformation: Partial<MetricTransformation>, reason: RegExp) =>
      expect(() => compileFilter(filterOf(pattern, transformation))).toThrow(reason);
    check('ERROR', { metricValue: '$.ms' }, /metricValue .* needs a JSON pattern/);
    check('{ $.a = 1 }', { metricValue: '$a' }, /needs a pattern of fields/);
    check('[a, b]', { metricValue: '$c' }, /has no field c/);
    check('{ $.a = 1 }', { metricValue: '$.a extra' }, /something follows/);
    check('ERROR', { metricValue: 'many' }, /metricValue/);
    check('ERROR', { metricValue: '1e999' }, /between -2\^360/);
    check('{ $.a = 1 }', { defaultValue: 0, dimensions: { A: '$.a' } }, /mutually exclusive/);
    check('{ $.a = 1 }', { dimensions: { A: '$.a', B: '$.a', C: '$.a', D: '$.a' } }, /more than 3/);
    check('ERROR', { metricName: 'a:b' }, /metricName/);
    check('{ $.a = ', {}, /column/);
  });
});

describe('the embedded metric format', () => {
  const samplesOf = (record: unknown): readonly Sample[] => {
    const samples: Sample[] = [];
    const body = typeof record === 'string' ? record : JSON.stringify(record);
    if (mayHoldEmf(body)) readEmf(body, (_key, sample) => void samples.push(sample));
    return samples;
  };
  const metadata = (directive: object) => ({ _aws: { Timestamp: NOW, CloudWatchMetrics: [directive] } });

  it('makes a sample of each value in each dimension set', () => {
    const samples = samplesOf({
      ...metadata({
        Namespace: 'App',
        Dimensions: [['fn'], ['fn', 'region'], ['missing'], []],
        Metrics: [
          { Name: 'time', Unit: 'Milliseconds', StorageResolution: 1 },
          { Name: 'n', Unit: 'Bananas' },
        ],
      }),
      fn: 'pay',
      region: 'eu',
      time: [1, 2],
      n: 3,
    });
    expect(
      samples.map(({ name, value, dimensions, unit, resolutionSeconds }) => [
        name,
        value,
        dimensions,
        unit,
        resolutionSeconds,
      ]),
    ).toEqual([
      ...[{ fn: 'pay' }, { fn: 'pay', region: 'eu' }, {}].flatMap((dimensions) =>
        [1, 2].map((value) => ['time', value, dimensions, 'Milliseconds', 1]),
      ),
      ...[{ fn: 'pay' }, { fn: 'pay', region: 'eu' }, {}].map((dimensions) => ['n', 3, dimensions, 'None', 60]),
    ]);
  });

  it('makes nothing of what breaks the rules', () => {
    const metrics = [{ Name: 'n' }];
    for (const record of [
      { ...metadata({ Namespace: 'A', Metrics: metrics }), n: Array.from({ length: 101 }, () => 1) },
      { ...metadata({ Namespace: 'A', Metrics: metrics }), n: 'text' },
      { ...metadata({ Namespace: '', Metrics: metrics }), n: 1 },
      { ...metadata({ Namespace: 'A', Metrics: Array.from({ length: 101 }, () => metrics[0]) }), n: 1 },
      { ...metadata({ Namespace: 'A', Metrics: metrics, Dimensions: [['d']] }), n: 1, d: 5 },
      { _aws: { CloudWatchMetrics: [{ Namespace: 'A', Metrics: metrics }] }, n: 1 },
      '{"_aws": CloudWatchMetrics',
      '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"A","Metrics":[{"Name":"__proto__"}]}]}}',
    ]) {
      expect(samplesOf(record)).toEqual([]);
    }
  });

  it('answers any record with samples or nothing', () => {
    const json = fc.json({ maxDepth: 4 });
    fc.assert(
      fc.property(json, json, (directive, value) => {
        const body = `{"_aws":{"Timestamp":1,"CloudWatchMetrics":[${directive}]},"n":${value}}`;
        expect(samplesOf(body).every((sample) => Number.isFinite(sample.value))).toBe(true);
      }),
    );
  });
});

it('gathers any samples without losing one', () => {
  const samples = fc.array(
    fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: -300, max: 300 }), fc.nat({ max: 120_000 })),
    { maxLength: 500 },
  );
  fc.assert(
    fc.property(samples, (all) => {
      const gatherer = createPointGatherer();
      for (const [name, value, at] of all) {
        gatherer.add(name, {
          namespace: 'N',
          name,
          dimensions: {},
          unit: 'None',
          timeMs: NOW + at,
          resolutionSeconds: 60,
          value,
        });
      }
      const points = gatherer.points();
      for (const name of ['a', 'b']) {
        const own = all.filter(([of]) => of === name);
        const got = points.filter((point) => point.name === name);
        expect(got.reduce((sum, point) => sum + point.count, 0)).toBe(own.length);
        expect(got.reduce((sum, point) => sum + point.sum, 0)).toBe(own.reduce((sum, [, value]) => sum + value, 0));
      }
      expect(points.every(({ values }) => (values?.length ?? 0) <= METRICS_FILTERS_LIMITS.valuesPerPoint)).toBe(true);
    }),
  );
});

describe('the outbox', () => {
  const point: MetricPoint = {
    namespace: 'N',
    name: 'm',
    dimensions: {},
    unit: 'None',
    timeMs: NOW,
    sum: 1,
    count: 1,
    min: 1,
    max: 1,
    resolutionSeconds: 60,
  };

  it('holds points while the store takes none, and offers them again', async () => {
    const clock = createManualClock(NOW);
    const stored: MetricPoint[] = [];
    let isDown = true;
    const outbox = createPointOutbox({
      store: {
        append: async (points) => {
          if (isDown) throw unavailable();
          stored.push(...points);
        },
      },
      clock,
      log: silentLog(),
    });
    await outbox.push([point, point]);
    expect([stored.length, outbox.held()]).toEqual([0, 2]);
    isDown = false;
    await clock.advance(METRICS_FILTERS_LIMITS.retryMs);
    expect([stored.length, outbox.held(), outbox.lost()]).toEqual([2, 0, 0]);
    await outbox.close();
  });

  it('loses and counts what can never be stored, and what is more than it holds', async () => {
    const clock = createManualClock(NOW);
    const outbox = createPointOutbox({
      store: { append: async () => Promise.reject(unavailable()) },
      clock,
      log: silentLog(),
    });
    await outbox.push([{ ...point, timeMs: NOW - 15 * 86_400_000 }]);
    expect([outbox.held(), outbox.lost()]).toEqual([0, 0]);
    await outbox.push(Array.from({ length: METRICS_FILTERS_LIMITS.pointsHeld + 7 }, () => point));
    expect([outbox.held(), outbox.lost()]).toEqual([METRICS_FILTERS_LIMITS.pointsHeld, 7]);
    await outbox.close();
    expect([outbox.held(), outbox.lost()]).toEqual([0, METRICS_FILTERS_LIMITS.pointsHeld + 7]);
  });
});

const unavailable = (): Failure =>
  new Failure({ code: 'test.away', status: 429, exit: 'limit', message: 'm', hint: 'h', retryable: true });
