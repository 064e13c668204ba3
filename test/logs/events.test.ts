import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogEventVerbs, StoredLogEvent } from '../../src/logs/index.ts';
import { writePointer } from '../../src/logs/index.ts';
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
});
afterAll(() => open.close());

const GROUP = '/app/events';
const bodies = (events: readonly StoredLogEvent[]): readonly string[] => events.map(({ body }) => body);
const get = (change: Partial<Parameters<LogEventVerbs['get']>[1]>): ReturnType<LogEventVerbs['get']> =>
  open.logs.events.get(reader, { logGroup: GROUP, logStream: 'one', limit: 10, startFromHead: true, ...change });
const filter = (change: Partial<Parameters<LogEventVerbs['filter']>[1]>): ReturnType<LogEventVerbs['filter']> =>
  open.logs.events.filter(reader, { logGroup: GROUP, limit: 100, startFromHead: true, ...change });

async function filterAll(change: Partial<Parameters<LogEventVerbs['filter']>[1]>): Promise<readonly StoredLogEvent[]> {
  const found: StoredLogEvent[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < 1000; pages += 1) {
    const page = await filter({ ...change, ...(nextToken === undefined ? {} : { nextToken }) });
    found.push(...page.events);
    nextToken = page.nextToken;
    if (nextToken === undefined) return found;
  }
  throw new Error('the pages never ended');
}

describe('the events of a stream', () => {
  // 25 events of which runs of 10 share a time, days apart, so that pages end inside a run and windows must grow.
  const all = Array.from({ length: 25 }, (_, index) => ({
    body: `event ${index}`,
    timeNs: at(NOON_MS - Math.floor((24 - index) / 10) * 100 * HOUR_MS),
  }));
  beforeAll(() => open.write(GROUP, all));

  test('come forward page by page, each once, and the last token comes back as it was', async () => {
    const seen: string[] = [];
    let page = await get({ limit: 7 });
    for (let count = 0; count < 10 && page.events.length > 0; count += 1) {
      seen.push(...bodies(page.events));
      const passed = page.nextForwardToken;
      page = await get({ limit: 7, nextToken: passed });
      if (page.events.length === 0) expect(page.nextForwardToken).toBe(passed);
    }
    expect(seen).toEqual(all.map(({ body }) => body));
  });

  test('come backward page by page, each page in order of time', async () => {
    const seen: string[] = [];
    let page = await get({ limit: 4, startFromHead: false });
    for (let count = 0; count < 10 && page.events.length > 0; count += 1) {
      seen.unshift(...bodies(page.events));
      const passed = page.nextBackwardToken;
      page = await get({ limit: 4, startFromHead: false, nextToken: passed });
      if (page.events.length === 0) expect(page.nextBackwardToken).toBe(passed);
    }
    expect(seen).toEqual(all.map(({ body }) => body));
  });

  test('can be walked to and fro', async () => {
    const first = await get({ limit: 5 });
    const second = await get({ limit: 5, nextToken: first.nextForwardToken });
    expect(bodies((await get({ limit: 5, nextToken: second.nextBackwardToken })).events)).toEqual(bodies(first.events));
  });

  test('that come later are found with the token of the end', async () => {
    const end = await get({ limit: 100 });
    const before = await get({ limit: 100, nextToken: end.nextForwardToken });
    expect(before.events).toEqual([]);
    await open.write(GROUP, [{ body: 'late', timeNs: at(NOON_MS + 1) }]);
    const after = await get({ limit: 100, nextToken: before.nextForwardToken });
    expect(bodies(after.events)).toEqual(['late']);
  });

  test('keep to the asked time, whose end is exclusive', async () => {
    const some = await get({ startMs: NOON_MS, endMs: NOON_MS + 1, limit: 100 });
    expect(some.events).toHaveLength(10);
    expect(some.events[0]).toMatchObject({ timeMs: NOON_MS, ingestTimeMs: NOON_MS, logStream: 'one' });
    expect(await codeOf(get({ startMs: 5, endMs: 1 }))).toBe('logs.time-range-invalid');
  });

  test('make pages of at most 1 MiB, and one larger event makes a page of its own', async () => {
    const large = 'x'.repeat(400_000);
    const rows = Array.from({ length: 5 }, (_, index) => ({ body: `${index}${large}`, timeNs: at(NOON_MS + index) }));
    await open.write('/app/large', [...rows, { body: 'y'.repeat(1_100_000), timeNs: at(NOON_MS + 9) }]);
    const sizes: number[] = [];
    let page = await get({ logGroup: '/app/large', limit: 10_000 });
    while (page.events.length > 0 && sizes.length < 20) {
      sizes.push(page.events.length);
      page = await get({ logGroup: '/app/large', limit: 10_000, nextToken: page.nextForwardToken });
    }
    expect(sizes).toEqual([2, 2, 1, 1]);
  });

  test('fill a page of 10,000 when they are small', async () => {
    const rows = Array.from({ length: 10_500 }, (_, index) => ({ body: `s${index}`, timeNs: at(NOON_MS) }));
    await open.write('/app/small', rows);
    const first = await get({ logGroup: '/app/small', limit: 10_000 });
    const second = await get({ logGroup: '/app/small', limit: 10_000, nextToken: first.nextForwardToken });
    expect([first.events.length, second.events.length]).toEqual([10_000, 500]);
    expect(new Set([...first.events, ...second.events].map(({ eventId }) => eventId)).size).toBe(10_500);
  });

  test('are refused to a reader without a grant, on record, and recorded when they are read', async () => {
    const request = { logGroup: GROUP, logStream: 'one', limit: 1, startFromHead: true };
    expect(await codeOf(open.logs.events.get(outsider, request))).toBe('access.forbidden');
    expect((await open.records('Authorize'))[0]).toMatchObject({ errorCode: 'AccessDenied' });
    const before = (await open.records('GetLogEvents')).length;
    await get({ limit: 1 });
    expect((await open.records('GetLogEvents')).length).toBe(Math.min(50, before + 1));
    expect(await codeOf(get({ logStream: 'none' }))).toBe('logs.stream-not-found');
    expect(await codeOf(get({ limit: 10_001 }))).toBe('logs.limit-invalid');
    expect(await codeOf(get({ nextToken: 'x' }))).toBe('logs.token-invalid');
    const foreign = (await get({ limit: 1 })).nextForwardToken;
    expect(await codeOf(get({ startMs: 1, nextToken: foreign }))).toBe('logs.token-invalid');
  });
});

describe('filtered events', () => {
  const filtered = '/app/filtered';
  beforeAll(async () => {
    for (const [stream, offset] of [
      ['web-1', 0],
      ['web-2', 1],
      ['job', 2],
    ] as const) {
      const rows = Array.from({ length: 30 }, (_, index) => ({
        body: index % 10 === 0 ? `{"level":"ERROR","n":${index},"s":"${stream}"}` : `plain line ${index} of ${stream}`,
        timeNs: at(NOON_MS + index * 3 + offset),
      }));
      await open.write(filtered, rows, stream);
    }
  });

  test('are interleaved over streams in order of time, and paged without loss', async () => {
    const found = await filterAll({ logGroup: filtered, limit: 7 });
    expect(found).toHaveLength(90);
    expect(found.map(({ timeMs }) => timeMs)).toEqual(Array.from({ length: 90 }, (_, index) => NOON_MS + index));
    const backward = await filterAll({ logGroup: filtered, limit: 7, startFromHead: false });
    expect(bodies(backward)).toEqual(bodies(found).toReversed());
  });

  test('match terms, JSON and fields', async () => {
    expect(await filterAll({ logGroup: filtered, filterPattern: 'ERROR' })).toHaveLength(9);
    expect(await filterAll({ logGroup: filtered, filterPattern: 'plain -job' })).toHaveLength(54);
    expect(await filterAll({ logGroup: filtered, filterPattern: '{ $.n >= 10 && $.s = "web*" }' })).toHaveLength(4);
    expect(await filterAll({ logGroup: filtered, filterPattern: '[a=plain, b, n<5, ...]' })).toHaveLength(12);
    expect(await filterAll({ logGroup: filtered, filterPattern: '%web-[12]$%', limit: 5 })).toHaveLength(54);
    expect(await codeOf(filter({ logGroup: filtered, filterPattern: '{ $.n }' }))).toBe('logs.filter-pattern-invalid');
  });

  test('come from the chosen streams alone', async () => {
    expect(await filterAll({ logGroup: filtered, logStreamPrefix: 'web' })).toHaveLength(60);
    expect(await filterAll({ logGroup: filtered, logStreams: ['job', 'none'] })).toHaveLength(30);
  });

  test('are refused to a reader without a grant, and recorded with their pattern', async () => {
    const request = { logGroup: filtered, limit: 1, startFromHead: true };
    expect(await codeOf(open.logs.events.filter(outsider, request))).toBe('access.forbidden');
    await filter({ logGroup: filtered, filterPattern: '"for the record"' });
    expect(JSON.stringify((await open.records('FilterLogEvents'))[0])).toContain('for the record');
  });
});

describe('a record', () => {
  test('is found whole by its pointer', async () => {
    const timeNs = at(NOON_MS) + 123_456n;
    await open.write('/app/record', [
      {
        body: 'the body',
        timeNs,
        eventId: 'known',
        service: 'shop',
        severityNumber: 17,
        resource: { host: 'a' },
        attributesString: { k: 'v' },
        attributesNumber: { n: 1.5 },
        attributesBool: { b: true },
      },
    ]);
    const ptr = writePointer({ logGroup: '/app/record', timeNs, eventId: 'known' });
    expect(await open.logs.events.record(reader, ptr)).toMatchObject({
      ptr,
      timeNs,
      body: 'the body',
      service: 'shop',
      severityNumber: 17,
      resource: { host: 'a' },
      attributes: { k: 'v', n: 1.5, b: true },
    });
    expect(await codeOf(open.logs.events.record(outsider, ptr))).toBe('access.forbidden');
    expect(await codeOf(open.logs.events.record(reader, 'nonsense'))).toBe('logs.pointer-invalid');
    const none = writePointer({ logGroup: '/app/record', timeNs: timeNs + 1n, eventId: 'known' });
    expect(await codeOf(open.logs.events.record(admin, none))).toBe('logs.record-not-found');
  });
});
