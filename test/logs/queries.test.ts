import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryRequest, QueryView } from '../../src/logs/index.ts';
import {
  admin,
  at,
  codeOf,
  HOUR_MS,
  type LogsForTest,
  NOON_MS,
  openLogsForTest,
  outsider,
  reader,
} from './open-logs.ts';

let open: LogsForTest;
beforeAll(async () => {
  open = await openLogsForTest();
  await open.write(
    '/app/shop',
    Array.from({ length: 40 }, (_, index) => ({
      body: index % 4 === 0 ? `{"level":"error","ms":${index}}` : `request ${index} done`,
      timeNs: at(NOON_MS - HOUR_MS + index * 60_000),
      severityNumber: index % 4 === 0 ? 17 : index % 4 === 1 ? 13 : 9,
      severityText: index % 4 === 0 ? 'ERROR' : 'INFO',
      service: index % 2 === 0 ? 'cart' : 'pay',
      attributesString: { route: `/r${index % 3}`, id: `unique-${index}` },
      attributesNumber: { size: index },
      attributesBool: { cached: index % 2 === 0 },
    })),
  );
  await open.write('/hidden/shop', [{ body: 'request of another team', timeNs: at(NOON_MS - 1) }]);
});
afterAll(() => open.close());

const request = (query: string, change: Partial<QueryRequest> = {}): QueryRequest => ({
  query,
  logGroups: ['/app/shop'],
  startMs: NOON_MS - HOUR_MS,
  endMs: NOON_MS + HOUR_MS,
  ...change,
});
const fillSlow = async (): Promise<void> => {
  const rows = Array.from({ length: 50_000 }, (_, index) => ({
    body: `line ${index} ${'abcdefghij'.repeat(30)}`,
    timeNs: at(NOON_MS),
  }));
  for (let round = 0; round < 12; round += 1) await open.write('/app/slow', rows);
};
// About five seconds for each field: every message is rewritten letter by letter, and nothing can be skipped.
const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f'];
const SLOW = `fields ${LETTERS.map((letter) => `regexReplace(@message, /[a-j]{1,3}[a-${letter}]?/, "x") as f${letter}`).join(', ')}
  | stats ${LETTERS.map((letter) => `count_distinct(f${letter})`).join(', ')}`;

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  for (let count = 0; count < 2_000; count += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it never happened');
};

describe('a query', () => {
  test('runs to its end with rows in the order of its fields and counted statistics', async () => {
    const view = await open.logs.queries.run(
      reader,
      request('fields @message, size | filter severityText = "ERROR" | sort size desc | limit 3'),
    );
    expect(view.status).toBe('Complete');
    expect(view.fields.map(({ name }) => name)).toEqual(['@message', 'size', '@ptr']);
    expect(view.rows.map((row) => row[0])).toEqual([36, 32, 28].map((ms) => `{"level":"error","ms":${ms}}`));
    expect(view.statistics).toMatchObject({ recordsMatched: 10, recordsScanned: 40 });
    expect(view.statistics.bytesScanned).toBeGreaterThan(0);
    const ptr = String(view.rows[0]?.[2]);
    expect((await open.logs.events.record(reader, ptr)).body).toBe('{"level":"error","ms":36}');
  });

  test('is started, read and listed by its owner and by admins alone', async () => {
    const { queryId } = await open.logs.queries.start(reader, request('stats count(*) by service'));
    await until(async () => (await open.logs.queries.get(reader, queryId)).status === 'Complete');
    const view = await open.logs.queries.get(admin, queryId);
    expect(view.rows.map((row) => row.join(' ')).toSorted()).toEqual(['cart 20', 'pay 20']);
    const other = { ...reader, id: 'somebody-else' };
    expect(await codeOf(open.logs.queries.get(other, queryId))).toBe('logs.query-not-found');
    expect((await open.logs.queries.list(other, { limit: 10 })).items).toEqual([]);
    const own = await open.logs.queries.list(reader, { limit: 1, logGroup: '/app/shop', status: 'Complete' });
    expect(own.items.map((item) => item.queryId)).toEqual([queryId]);
    expect(await open.logs.queries.stop(reader, queryId)).toBe(false);
    const lost = { ...reader, readableLogGroups: [] };
    expect(await codeOf(open.logs.queries.get(lost, queryId))).toBe('access.forbidden');
  });

  test('is refused before it runs when it is malformed, empty in time, or too wide', async () => {
    const { run } = open.logs.queries;
    expect(await codeOf(run(reader, request('filter @message lik /x/')))).toBe('logs.query-malformed');
    expect(await codeOf(run(reader, request('fields @message', { startMs: 5, endMs: 5 })))).toBe(
      'logs.time-range-invalid',
    );
    expect(await codeOf(run(reader, request('fields @message', { limit: 10_001 })))).toBe('logs.limit-invalid');
    const many = Array.from({ length: 51 }, (_, index) => `/app/${index}`);
    expect(await codeOf(run(reader, request('fields @message', { logGroups: many })))).toBe(
      'logs.too-many-named-groups',
    );
    expect(await codeOf(run(reader, request('fields @message', { logGroups: ['/app/none'] })))).toBe(
      'logs.group-not-found',
    );
    expect(await codeOf(run(reader, request('x'.repeat(10_001))))).toBe('logs.query-text-too-long');
  });

  test('reads a named group only with a grant, and through a pattern only what is granted', async () => {
    const { run } = open.logs.queries;
    expect(await codeOf(run(reader, request('fields @message', { logGroups: ['/hidden/shop'] })))).toBe(
      'access.forbidden',
    );
    expect((await open.records('Authorize'))[0]).toMatchObject({
      errorCode: 'AccessDenied',
      resources: [{ type: 'log-group', resourceName: '/hidden/shop' }],
    });
    const count = async (logGroups: readonly string[], actor = reader): Promise<unknown> =>
      (await run(actor, request('stats count(*)', { logGroups }))).rows[0]?.[0];
    expect(await count(['*'])).toBe(40);
    expect(await count([])).toBe(40);
    expect(await count(['*/shop'], admin)).toBe(41);
    expect(await codeOf(run(outsider, request('fields @message', { logGroups: [] })))).toBe('access.forbidden');
    expect((await run(reader, request('fields @message', { logGroups: ['/app/x*'] }))).rows).toEqual([]);
  });

  test('is on record with its text before it runs', async () => {
    await open.logs.queries.run(reader, request('fields @message | filter @message like "for the record"'));
    expect(JSON.stringify((await open.records('StartQuery'))[0])).toContain('for the record');
  });

  test('is forgotten an hour after its end', async () => {
    const { queryId } = await open.logs.queries.run(reader, request('fields @message'));
    await open.clock.advance(HOUR_MS - 1);
    expect((await open.logs.queries.get(reader, queryId)).rows.length).toBe(40);
    await open.clock.advance(2);
    expect(await codeOf(open.logs.queries.get(reader, queryId))).toBe('logs.query-not-found');
  });
});

describe('a long query', () => {
  beforeAll(fillSlow);
  const slow = request(SLOW, { logGroups: ['/app/slow'], startMs: NOON_MS - 1, endMs: NOON_MS + 1 });

  test('is stopped in the engine soon after it is asked to', async () => {
    const { queryId } = await open.logs.queries.start(reader, slow);
    await until(async () => (await open.logs.queries.get(reader, queryId)).status === 'Running');
    const startedMs = performance.now();
    expect(await open.logs.queries.stop(reader, queryId)).toBe(true);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect((await open.logs.queries.get(reader, queryId)).status).toBe('Cancelled');
    expect((await open.records('StopQuery')).length).toBeGreaterThan(0);
  });

  test('makes others wait as Scheduled, which can be stopped, and does not block appending', async () => {
    const running = await Promise.all([0, 1].map(() => open.logs.queries.start(reader, slow)));
    const waiting = await open.logs.queries.start(reader, slow);
    const statusOf = async (queryId: string): Promise<QueryView['status']> =>
      (await open.logs.queries.get(reader, queryId)).status;
    expect(await statusOf(waiting.queryId)).toBe('Scheduled');
    const startedMs = performance.now();
    await open.write('/app/meanwhile', [{ body: 'not held up' }]);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    for (const { queryId } of running) expect(await statusOf(queryId)).toBe('Running');
    expect(await open.logs.queries.stop(reader, waiting.queryId)).toBe(true);
    for (const { queryId } of running) expect(await open.logs.queries.stop(reader, queryId)).toBe(true);
    const after = await open.logs.queries.run(reader, request('stats count(*)'));
    expect(after.status).toBe('Complete');
  });

  test('ends when the one who waits for it gives up', async () => {
    const stop = new AbortController();
    const ending = open.logs.queries.run(reader, slow, stop.signal);
    stop.abort();
    expect((await ending).status).toBe('Cancelled');
  });

  test('is refused when a hundred are running or waiting', async () => {
    const started: string[] = [];
    for (let count = 0; count < 100; count += 1) started.push((await open.logs.queries.start(reader, slow)).queryId);
    expect(await codeOf(open.logs.queries.start(reader, slow))).toBe('logs.too-many-queries');
    for (const queryId of started.toReversed()) await open.logs.queries.stop(reader, queryId);
  });
});

describe('what surrounds a query', () => {
  test('a histogram counts errors and warnings in aligned buckets', async () => {
    const histogram = await open.logs.queries.histogram(reader, {
      ...request('filter service = "cart" | stats count(*)'),
      buckets: 12,
    });
    expect(histogram.bucketMs).toBe(10 * 60_000);
    expect(histogram.buckets).toHaveLength(12);
    expect(histogram.buckets[0]).toEqual({ startMs: NOON_MS - HOUR_MS, count: 5, errors: 3, warnings: 0 });
    expect(histogram.statistics.recordsMatched).toBe(20);
    expect(histogram.buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(20);
  });

  test('facets name the frequent values of fields with few values', async () => {
    const facets = new Map(
      (await open.logs.queries.facets(reader, request('filter severityText = "ERROR"'))).map((facet) => [
        facet.field,
        facet.values,
      ]),
    );
    expect(facets.get('@log')).toEqual([{ value: '/app/shop', count: 10 }]);
    expect(facets.get('service')).toEqual([{ value: 'cart', count: 10 }]);
    expect(facets.get('route')?.map(({ count }) => count)).toEqual([4, 3, 3]);
    expect(facets.get('cached')).toEqual([{ value: 'true', count: 10 }]);
  });

  test('fields are the known ones, the attributes and the keys of JSON bodies, with their types', async () => {
    const { startMs, endMs, logGroups } = request('');
    const fields = await open.logs.queries.fields(reader, { startMs, endMs, logGroups });
    const typeOf = (name: string): string | undefined => fields.find((field) => field.name === name)?.type;
    expect([typeOf('@timestamp'), typeOf('route'), typeOf('size'), typeOf('cached')]).toEqual([
      'time',
      'string',
      'number',
      'boolean',
    ]);
    expect([typeOf('level'), typeOf('ms')]).toEqual(['string', 'number']);
  });

  test('is refused like a query', async () => {
    const { histogram, facets, fields } = open.logs.queries;
    expect(await codeOf(histogram(outsider, { ...request('fields @message'), buckets: 10 }))).toBe('access.forbidden');
    expect(await codeOf(facets(outsider, request('fields @message')))).toBe('access.forbidden');
    expect(await codeOf(fields(outsider, request('')))).toBe('access.forbidden');
    expect(await codeOf(histogram(reader, { ...request('fields @message'), buckets: 501 }))).toBe('logs.limit-invalid');
  });
});
