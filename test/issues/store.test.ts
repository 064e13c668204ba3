import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, isFailure, MINUTE_MS } from '../../src/base/index.ts';
import { createEventStore, type EventStore, ISSUES_STORE_FAILURES } from '../../src/issues/store/index.ts';
import type { EventCondition, EventField } from '../../src/issues/tracking/index.ts';
import type { JsonObject } from '../../src/issues/types.ts';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';
import { failure, incoming, type OpenPipeline, openPipeline, PROJECT } from './open-pipeline.ts';

const NOW_MS = Date.now();
const AGO = (minutes: number): number => NOW_MS - minutes * MINUTE_MS;
const TRACE = 'ab'.repeat(16);

let postgres: ServerForTest;
let folder: string;
let opened: OpenPipeline;
let store: EventStore;
/** Hash ids by the type of the exception. */
const hashes = new Map<string, number>();
const ids = new Map<string, string>();

const send = (name: string, minutes: number, type: string, more: JsonObject = {}) => {
  const event = incoming({ ...failure(type, `${type} at ${name}`), timestamp: AGO(minutes) / 1000, ...more });
  ids.set(name, event.eventId);
  return event;
};
const idOf = (name: string): string => ids.get(name) ?? '';
const all = { projectIds: [PROJECT.id], fromMs: NOW_MS - DAY_MS, toMs: NOW_MS };
const hashOf = (type: string): number => hashes.get(type) ?? -1;
const of = (...types: readonly string[]) => ({ ...all, hashIds: types.map(hashOf) });
const match = (field: EventField, ...patterns: readonly (readonly string[])[]): EventCondition => ({
  type: 'match',
  field,
  patterns: patterns.map((pieces) => ({ pieces })),
  isNegated: false,
});
const found = async (condition: EventCondition): Promise<readonly string[]> => {
  const wanted = await store.findHashes({ ...all, condition });
  return [...hashes].filter(([, hash]) => wanted.includes(hash)).map(([type]) => type);
};

beforeAll(async () => {
  postgres = await serverForTest();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-store-'));
  opened = await openPipeline({ folder, url: postgres.server.url });
  store = createEventStore(opened);
  await opened.pipeline.events([
    send('a1', 50, 'A', { user: { id: 1, email: 'Ada@example.org' }, tags: { shard: 'one', odd: '50%_off' } }),
    send('a2', 40, 'A', { user: { id: 1 }, tags: { shard: 'two' } }),
    send('a3', 30, 'A', { user: { id: 2 }, release: 'shop@1', contexts: { trace: { trace_id: TRACE } } }),
    send('a4', 20, 'A'),
    send('b1', 10, 'B', { user: { id: 2 }, environment: 'staging', level: 'warning' }),
    send('b2', 5 * 60, 'B'),
    send('c1', 1, 'C', { tags: { "qu'ote": `a'b"c\\d` } }),
  ]);
  await opened.pipeline.drain();
  for (const event of await store.list(all, { limit: 100 })) hashes.set(event.title.split(':')[0] ?? '', event.hashId);
});
afterAll(async () => {
  await opened.close();
  await postgres.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('the store of events', () => {
  it('counts events and users by hash, and a user of two hashes of one group once', async () => {
    const one = await store.counts(all, new Map());
    const sorted = (counts: typeof one) => [...counts].sort((a, b) => a.key - b.key);
    expect(sorted(one)).toEqual(
      sorted([
        { key: hashOf('A'), events: 4, users: 2 },
        { key: hashOf('B'), events: 2, users: 1 },
        { key: hashOf('C'), events: 1, users: 0 },
      ]),
    );
    const together = new Map([
      [hashOf('A'), 77],
      [hashOf('B'), 77],
    ]);
    expect(await store.counts(of('A', 'B'), together)).toEqual([{ key: 77, events: 6, users: 2 }]);
    expect(await store.counts({ ...all, projectIds: ['999'] }, together)).toEqual([]);
    expect(await store.counts(of(), together)).toEqual([]);
  });

  it('answers trends and histograms in equal steps that add up', async () => {
    const hour = { ...of('A', 'B'), fromMs: NOW_MS - HOUR_MS };
    const trends = await store.trends(hour, new Map(), 6);
    expect(trends.get(hashOf('A'))).toEqual([0, 1, 1, 1, 1, 0]);
    expect(trends.get(hashOf('B'))).toEqual([0, 0, 0, 0, 0, 1]);
    expect(trends.has(hashOf('C'))).toBe(false);
    const histogram = await store.histogram(hour, 6);
    expect(histogram.events).toEqual([0, 1, 1, 1, 1, 1]);
    expect(histogram.users).toEqual([0, 1, 1, 1, 0, 1]);
    expect(histogram.timesMs).toEqual([0, 1, 2, 3, 4, 5].map((step) => NOW_MS - HOUR_MS + step * 10 * MINUTE_MS));
  });

  it('puts an event of the very end of the range into the last step', async () => {
    const end = { ...of('C'), fromMs: AGO(11), toMs: AGO(1) };
    expect((await store.histogram(end, 10)).events).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('pages through events without repeating or skipping one', async () => {
    const names: string[] = [];
    let before: string | undefined;
    for (;;) {
      const page = await store.list(all, { limit: 3, ...(before === undefined ? {} : { before }) });
      names.push(...page.map(({ eventId }) => [...ids].find(([, id]) => id === eventId)?.[0] ?? ''));
      before = page.at(-1)?.eventId;
      if (page.length < 3) break;
    }
    expect(names).toEqual(['c1', 'b1', 'a4', 'a3', 'a2', 'a1', 'b2']);
  });

  it('picks the newest, the oldest, the one that tells most, and one by its id', async () => {
    const pick = async (which: string) => (await store.pick(of('A'), which))?.event.exceptions[0]?.value;
    expect(await pick('latest')).toBe('A at a4');
    expect(await pick('oldest')).toBe('A at a1');
    expect(await pick('recommended')).toBe('A at a3');
    expect(await pick(idOf('a2').toUpperCase())).toBe('A at a2');
    // Of another issue, or of none.
    expect(await pick(idOf('b1'))).toBeUndefined();
    expect(await store.pick({ ...of('A'), projectIds: ['8'] }, 'latest')).toBeUndefined();
  });

  it('knows what stands before and after an event of its issue', async () => {
    const at = (name: string, minutes: number) =>
      store.neighbours(of('A'), { eventId: idOf(name), timeMs: Math.trunc(AGO(minutes)) });
    expect(await at('a2', 40)).toEqual({
      previous: idOf('a1'),
      next: idOf('a3'),
      oldest: idOf('a1'),
      latest: idOf('a4'),
    });
    expect(await at('a1', 50)).toEqual({ next: idOf('a2'), oldest: idOf('a1'), latest: idOf('a4') });
  });

  it('finds events by id and by trace, and the newest of each hash', async () => {
    expect(await store.locate(idOf('b1'))).toEqual([{ projectId: PROJECT.id, hashId: hashOf('B') }]);
    expect(await store.locate('f'.repeat(32))).toEqual([]);
    const traced = await store.ofTrace({ projectIds: [PROJECT.id], traceId: TRACE });
    expect(traced.map(({ eventId }) => eventId)).toEqual([idOf('a3')]);
    expect(await store.latestEventIds(PROJECT.id, [hashOf('A'), hashOf('B')])).toEqual(
      new Map([
        [hashOf('A'), idOf('a4')],
        [hashOf('B'), idOf('b1')],
      ]),
    );
    const recent = await store.recent(all, 2);
    expect(recent.map(({ event }) => event.exceptions[0]?.type)).toEqual(['C', 'B']);
  });

  it('shows how tags are distributed, and the parts of a user only in searches', async () => {
    const tags = await store.tags(of('A'));
    const user = tags.find(({ key }) => key === 'user');
    expect(user).toMatchObject({ total: 3 });
    expect(user?.values.map(({ value, count }) => [value, count])).toEqual([
      ['id:1', 2],
      ['id:2', 1],
    ]);
    expect(tags.map(({ key }) => key)).not.toContain('user.id');
    expect(tags.find(({ key }) => key === 'shard')?.total).toBe(2);
  });

  it('finds hashes by fields, tags, users, wildcards and their opposites', async () => {
    const column = (name: 'environment' | 'title' | 'level' | 'eventId'): EventField => ({ type: 'column', name });
    expect(await found(match(column('environment'), ['STAGING']))).toEqual(['B']);
    expect(await found(match(column('title'), ['c', '']))).toEqual(['C']);
    expect(await found(match(column('title'), ['', 'AT', '1']))).toEqual(expect.arrayContaining(['A', 'B', 'C']));
    expect(await found(match(column('eventId'), [idOf('a2')]))).toEqual(['A']);
    expect(await found(match({ type: 'tag', key: 'shard' }, ['one'], ['three']))).toEqual(['A']);
    expect(await found(match({ type: 'tag', key: 'odd' }, ['50%_off']))).toEqual(['A']);
    // The signs that LIKE would read are only signs.
    expect(await found(match({ type: 'tag', key: 'odd' }, ['5', '_o', '']))).toEqual(['A']);
    expect(await found(match({ type: 'tag', key: 'odd' }, ['5%', '']))).toEqual([]);
    expect(await found(match({ type: 'tag', key: "qu'ote" }, [`a'b"c\\d`]))).toEqual(['C']);
    expect(await found(match({ type: 'tag', key: "qu'ote" }, ['a', `"c\\d`]))).toEqual(['C']);
    expect(await found(match({ type: 'user', name: 'email' }, ['', '@example.org']))).toEqual(['A']);
    expect(await found({ type: 'has', field: { type: 'tag', key: 'shard' }, isNegated: false })).toEqual(['A']);
    expect(
      await found({
        type: 'all',
        conditions: [
          { type: 'has', field: { type: 'user', name: 'id' }, isNegated: true },
          {
            type: 'any',
            conditions: [
              match(column('level'), ['warning']),
              { ...match(column('title'), ['A', '']), isNegated: true } as EventCondition,
            ],
          },
        ],
      }),
    ).toEqual(expect.arrayContaining(['B', 'C']));
    expect(await found({ type: 'any', conditions: [] })).toEqual([]);
  });

  it('refuses a read of more hashes than one read may ask for', async () => {
    const hashIds = Array.from({ length: 20_001 }, (_, index) => index);
    const error: unknown = await store.counts({ ...all, hashIds }, new Map()).catch((reason: unknown) => reason);
    expect(isFailure(error, ISSUES_STORE_FAILURES.tooMany)).toBe(true);
    const most = hashIds.slice(1);
    const groups = new Map(most.map((hash) => [hash, 1_000_000]));
    expect(await store.counts({ ...all, hashIds: most }, groups)).toEqual([{ key: 1_000_000, events: 7, users: 2 }]);
  });

  it('reads feedback and attachments, newest first, in pages', async () => {
    const at = (minutes: number, eventId: string) => ({
      project: PROJECT,
      feedbackId: `${minutes}`.padStart(32, '0'),
      eventId,
      timeMs: AGO(minutes),
      name: 'Ada',
      email: '',
      message: `after ${minutes}`,
      url: '',
      source: '',
      environment: '',
      release: '',
    });
    await opened.pipeline.feedback([at(49, idOf('a1')), at(39, idOf('a2')), at(9, idOf('b1'))]);
    const filter = { projectIds: [PROJECT.id], limit: 2 };
    const first = await store.feedback(filter);
    expect(first.map(({ message, hashId }) => [message, hashId])).toEqual([
      ['after 9', hashOf('B')],
      ['after 39', hashOf('A')],
    ]);
    const rest = await store.feedback({ ...filter, before: first.at(-1)?.feedbackId ?? '' });
    expect(rest.map(({ message }) => message)).toEqual(['after 49']);
    expect(await store.feedback({ ...filter, hashIds: [hashOf('C')] })).toEqual([]);
    expect(await store.feedback({ ...filter, eventId: idOf('a1') })).toHaveLength(1);
    const groups = new Map([
      [hashOf('A'), 5],
      [hashOf('B'), 5],
      [hashOf('C'), 6],
    ]);
    expect(await store.feedbackCounts([PROJECT.id], groups)).toEqual(new Map([[5, 3]]));
    await opened.pipeline.blobs([
      {
        project: PROJECT,
        kind: 'attachment',
        ownerId: idOf('a1'),
        receivedMs: NOW_MS,
        facts: {},
        filename: 'log.txt',
        contentType: 'text/plain',
        attachmentType: 'event.attachment',
        bytes: Buffer.from('hello'),
      },
    ]);
    const [kept] = await store.attachments(PROJECT.id, idOf('a1'));
    expect(kept).toMatchObject({ filename: 'log.txt', bytes: 5, isRedacted: true, projectId: PROJECT.id });
    expect(await store.attachment(kept?.id ?? '')).toEqual(kept);
    expect(await store.attachments('8', idOf('a1'))).toEqual([]);
  });
});
