import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, isFailure, MINUTE_MS } from '../../src/base/index.ts';
import type { IgnoreCondition, IssueChange, IssueSignal } from '../../src/issues/index.ts';
import { ADA, BOB, groupedOf, markOf, openTracking, type TrackingForTest, VIEWER } from './open-tracking.ts';

let opened: TrackingForTest;
let unique = 0;

beforeAll(async () => {
  opened = await openTracking();
});
afterAll(() => opened.close());
beforeEach(() => {
  unique += 1;
});

/** A hash that no other test has. */
const own = (name: string): string => `${name}-${unique}`;

async function taken(...hashes: readonly (readonly string[])[]): Promise<readonly string[]> {
  const recorded = await opened.take(hashes.map((of) => ({ hashes: of.map(own) })));
  return recorded.map(({ issueId }) => issueId);
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isFailure(error)) return error.code;
    throw error;
  }
  return 'done';
}

async function signalsSince(id: number): Promise<readonly Pick<IssueSignal, 'type' | 'issueId'>[]> {
  const signals = await opened.tracking.signals.signalsAfter(id, 100);
  return signals.map(({ type, issueId }) => ({ type, issueId }));
}

const change = (id: string, what: IssueChange) => opened.tracking.verbs.change(ADA, [id], what);

describe('finding the issue of an event', () => {
  test('the first hash that is known wins, and takes the others that are not', async () => {
    const [a, b] = await taken(['app'], ['other']);
    expect(a).not.toBe(b);
    expect(await taken(['app', 'system'])).toEqual([a]);
    // `system` was learnt from the event above.
    expect(await taken(['new', 'system'])).toEqual([a]);
    // What is known already stays where it is.
    expect(await taken(['app', 'other'], ['other'], ['other', 'app'])).toEqual([a, b, b]);
  });

  test('events of one batch with the same new hash make one issue', async () => {
    const ids = await taken(['x'], ['y', 'x'], ['x', 'z'], ['z']);
    expect(new Set(ids).size).toBe(1);
  });

  test('an issue that only the older algorithm knows learns the hash of the new one', async () => {
    const [old] = await taken(['old']);
    const [found] = await opened.take([{ hashes: [own('v2')], previousHashes: [own('old')] }]);
    expect(found?.issueId).toBe(old);
    expect(await taken(['v2'])).toEqual([old]);
  });

  test('the same hash in two projects is two issues, and each project counts its own', async () => {
    const before = await opened.take([{ hashes: [own('h')], projectId: '2' }]);
    const [shop] = await taken(['h']);
    expect(before[0]?.issueId).not.toBe(shop);
    expect((await opened.issue(shop ?? '')).shortId).toMatch(/^SHOP-[0-9A-Z]+$/);
    expect((await opened.issue(before[0]?.issueId ?? '')).shortId).toMatch(/^MY-APP-[0-9A-Z]+$/);
  });

  test('assigning counts nothing, twice gives the same, and nobody sees the issue before it is recorded', async () => {
    const event = groupedOf({ hashes: [own('quiet')] }, 900_000 + unique, opened.clock.nowMs());
    const first = await opened.tracking.tracker.assign([event]);
    const again = await opened.reopen().tracker.assign([event]);
    expect(again).toEqual(first);
    expect(await refusal(opened.issue(first[0]?.issueId ?? ''))).toBe('tracking.not-found');
  });

  test('ten thousand distinct messages become as many issues, fast', async () => {
    const startedMs = performance.now();
    for (let batch = 0; batch < 10; batch += 1) {
      await opened.take(Array.from({ length: 1_000 }, (_, index) => ({ hashes: [own(`storm-${batch}-${index}`)] })));
    }
    const tookMs = performance.now() - startedMs;
    const { rows } = await sql<{ issues: number }>`SELECT count(DISTINCT issue_id) AS issues FROM issue_hashes
      WHERE hash LIKE ${`storm-%-${unique}`} AND times_seen = 1`.execute(opened.catalog.db());
    expect(rows).toEqual([{ issues: 10_000 }]);
    console.log(`10,000 new issues: ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(20_000);
  });
});

describe('counting', () => {
  test('first and last are by the time of the events, whatever the order in which they come', async () => {
    const nowMs = opened.clock.nowMs();
    const at = (timeMs: number, release: string, level: 'error' | 'fatal') => ({
      hashes: [own('late')],
      timeMs,
      release,
      level,
    });
    const [first] = await opened.take([at(nowMs - 1_000, '2.0', 'error'), at(nowMs - 3_000, '1.0', 'error')]);
    await opened.take([at(nowMs - 2_000, '1.5', 'error'), at(nowMs - 500, '3.0', 'fatal')]);
    await opened.take([at(nowMs - 9_000, '0.5', 'error')]);
    expect(await opened.issue(first?.issueId ?? '')).toMatchObject({
      timesSeen: 5,
      firstSeenMs: nowMs - 9_000,
      firstRelease: '0.5',
      lastSeenMs: nowMs - 500,
      lastRelease: '3.0',
      level: 'fatal',
    });
  });

  test('a batch that is recorded again after its commit counts once', async () => {
    const [recorded] = await opened.take([{ hashes: [own('again')] }]);
    if (recorded === undefined) throw new Error('nothing was taken');
    const mark = await opened.tracking.tracker.mark();
    await opened.tracking.tracker.record({ events: [recorded], mark });
    await opened.reopen().tracker.record({ events: [recorded], mark });
    expect((await opened.issue(recorded.issueId)).timesSeen).toBe(1);
  });

  test('a record that fails leaves neither counts nor the mark, and the same again counts once', async () => {
    const event = groupedOf({ hashes: [own('crash')] }, 800_000 + unique, opened.clock.nowMs());
    const [assigned] = await opened.tracking.tracker.assign([event]);
    if (assigned === undefined) throw new Error('nothing was assigned');
    const before = await opened.tracking.tracker.mark();
    const row = { ...assigned, ...event.event, userKey: '', handled: true };
    const batch = { events: [row], mark: markOf(800_000 + unique) };
    await sql`CREATE OR REPLACE FUNCTION refuse_for_test() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the disk is gone'; END $$`.execute(opened.catalog.db());
    await sql`CREATE TRIGGER refuse_for_test BEFORE INSERT ON issue_signals
      FOR EACH ROW EXECUTE FUNCTION refuse_for_test()`.execute(opened.catalog.db());
    await expect(opened.tracking.tracker.record(batch)).rejects.toThrow('the disk is gone');
    await sql`DROP TRIGGER refuse_for_test ON issue_signals`.execute(opened.catalog.db());
    expect(await opened.tracking.tracker.mark()).toBe(before);
    expect(await refusal(opened.issue(assigned.issueId))).toBe('tracking.not-found');
    await opened.tracking.tracker.record(batch);
    await opened.tracking.tracker.record(batch);
    expect((await opened.issue(assigned.issueId)).timesSeen).toBe(1);
    expect(await opened.tracking.tracker.mark()).toBe(batch.mark);
    await sql`UPDATE issue_mark SET mark = ${before}`.execute(opened.catalog.db());
  });

  test('the identity of a hash cannot be rewritten', async () => {
    await taken(['fixed']);
    const rewrite = sql`UPDATE issue_hashes SET hash = 'x' WHERE hash = ${own('fixed')}`.execute(opened.catalog.db());
    await expect(rewrite).rejects.toThrow('append-only');
  });
});

describe('regressions', () => {
  /** Resolves an issue, sends one event, and tells what became of it. */
  async function check(
    how: IssueChange & { type: 'resolve' },
    event: { readonly release?: string; readonly receivedMs?: number },
    expected: 'resolved' | 'regressed',
  ): Promise<void> {
    unique += 1;
    const [id = ''] = await taken(['r']);
    await change(id, how);
    await opened.clock.advance(1_000);
    const since = await opened.tracking.signals.newest();
    await opened.take([{ hashes: [own('r')], ...event }]);
    const issue = await opened.issue(id);
    const label = `${JSON.stringify(how)} ${JSON.stringify(event)}`;
    expect(issue.substatus ?? issue.status, label).toBe(expected);
    expect(await signalsSince(since), label).toEqual(
      expected === 'regressed' ? [{ type: 'regressed', issueId: id }] : [],
    );
    expect(issue.timesSeen, label).toBe(2);
  }

  test('an issue that is resolved comes back by the releases that its resolution does not cover', async () => {
    await check({ type: 'resolve' }, {}, 'regressed');
    await check({ type: 'resolve', in: 'now' }, { release: '0.1' }, 'regressed');
    await check({ type: 'resolve' }, { receivedMs: opened.clock.nowMs() - 1 }, 'resolved');
    const in15 = { type: 'resolve', in: { release: '1.5' } } as const;
    await check(in15, { release: '1.4' }, 'resolved');
    await check(in15, { release: '1.5' }, 'regressed');
    await check(in15, { release: '1.10' }, 'regressed');
    await check(in15, {}, 'resolved');
    // The newest release is 2.0.
    const next = { type: 'resolve', in: 'next-release' } as const;
    await check(next, { release: '1.9' }, 'resolved');
    await check(next, { release: '2.0' }, 'resolved');
    await check(next, { release: '2.0.1' }, 'regressed');
    await check(next, {}, 'resolved');
  });

  test('a regression says what was resolved, and a week later it is no news', async () => {
    const [id = ''] = await taken(['r']);
    await change(id, { type: 'resolve', in: { release: '1.5' } });
    await opened.clock.advance(1_000);
    await opened.take([{ hashes: [own('r')], release: '1.6' }]);
    const [newest] = await opened.tracking.verbs.activity(ADA, id);
    expect(newest).toMatchObject({ type: 'regressed', by: 'holdfast', detail: { release: '1.6' } });
    await opened.clock.advance(7 * DAY_MS);
    await opened.tracking.sweep();
    expect((await opened.issue(id)).substatus).toBe('ongoing');
  });
});

describe('ignoring', () => {
  async function ignored(condition: IgnoreCondition): Promise<string> {
    unique += 1;
    const [id = ''] = await taken(['i']);
    await change(id, { type: 'ignore', condition });
    expect((await opened.issue(id)).ignore).toEqual(condition);
    return id;
  }
  const send = async (users: readonly string[], change: { readonly receivedMs?: number } = {}): Promise<void> => {
    await opened.take(users.map((userKey) => ({ hashes: [own('i')], userKey, ...change })));
  };
  const stateOf = async (id: string): Promise<string> => {
    const { status, substatus } = await opened.issue(id);
    return `${status}/${substatus ?? ''}`;
  };
  const OPEN = 'unresolved/ongoing';
  const CLOSED = 'ignored/until-condition';

  test('for ever is for ever', async () => {
    const id = await ignored({});
    await send(Array.from({ length: 50 }, (_, index) => `id:${index}`));
    await opened.clock.advance(30 * DAY_MS);
    await opened.tracking.sweep();
    expect(await stateOf(id)).toBe('ignored/forever');
  });

  test('until a time: the clock ends it, and so does the first event after it', async () => {
    const untilMs = opened.clock.nowMs() + HOUR_MS;
    const id = await ignored({ untilMs });
    await opened.clock.advance(HOUR_MS - 1);
    await opened.tracking.sweep();
    expect(await stateOf(id)).toBe(CLOSED);
    await opened.clock.advance(1);
    const since = await opened.tracking.signals.newest();
    await opened.tracking.sweep();
    expect(await stateOf(id)).toBe(OPEN);
    expect(await signalsSince(since)).toContainEqual({ type: 'unignored', issueId: id });
    const other = await ignored({ untilMs: opened.clock.nowMs() + HOUR_MS });
    await opened.clock.advance(HOUR_MS);
    await send(['']);
    expect(await stateOf(other)).toBe(OPEN);
  });

  test('until so many events, counted from then on', async () => {
    const id = await ignored({ count: 3 });
    await send(['', '']);
    expect(await stateOf(id)).toBe(CLOSED);
    await opened.clock.advance(10 * DAY_MS);
    await send(['']);
    expect(await stateOf(id)).toBe(OPEN);
  });

  test('until so many events within a window', async () => {
    const id = await ignored({ count: 3, countWindowMs: 10 * MINUTE_MS });
    await send(['', '']);
    await opened.clock.advance(12 * MINUTE_MS);
    await send(['', '']);
    expect(await stateOf(id)).toBe(CLOSED);
    await opened.clock.advance(2 * MINUTE_MS);
    await send(['']);
    expect(await stateOf(id)).toBe(OPEN);
  });

  test('until so many users, of whom each counts once and nobody counts for none', async () => {
    const id = await ignored({ users: 3 });
    await send(['id:1', 'id:1', 'id:2', '', '']);
    expect(await stateOf(id)).toBe(CLOSED);
    await opened.clock.advance(5 * DAY_MS);
    await send(['id:3']);
    expect(await stateOf(id)).toBe(OPEN);
  });

  test('until so many users within a window', async () => {
    const id = await ignored({ users: 2, usersWindowMs: HOUR_MS });
    await send(['id:1']);
    await opened.clock.advance(2 * HOUR_MS);
    await send(['id:2']);
    expect(await stateOf(id)).toBe(CLOSED);
    await send(['id:1']);
    expect(await stateOf(id)).toBe(OPEN);
  });

  test('what was received before does not count towards a window', async () => {
    const id = await ignored({ count: 2, countWindowMs: HOUR_MS });
    await send(['', '', ''], { receivedMs: opened.clock.nowMs() - 1 });
    expect(await stateOf(id)).toBe(CLOSED);
  });

  test('until it escalates: beyond three times its busiest hour, and not by the hour in which it was ignored', async () => {
    unique += 1;
    const hour = (events: number) => opened.take(Array.from({ length: events }, () => ({ hashes: [own('i')] })));
    await opened.clock.advance(HOUR_MS - (opened.clock.nowMs() % HOUR_MS));
    const [first] = await hour(20);
    const id = first?.issueId ?? '';
    await change(id, { type: 'ignore', condition: { untilEscalating: true } });
    await hour(40);
    expect(await stateOf(id)).toBe('ignored/until-escalating');
    // The busiest hour has 60 now, so 180 are expected at most in the next one.
    await opened.clock.advance(HOUR_MS);
    await hour(180);
    expect(await stateOf(id)).toBe('ignored/until-escalating');
    const since = await opened.tracking.signals.newest();
    await hour(1);
    expect(await stateOf(id)).toBe('unresolved/escalating');
    expect(await signalsSince(since)).toEqual([{ type: 'escalating', issueId: id }]);
  });

  test('an ongoing issue escalates too, and the floor keeps three after one from being a storm', async () => {
    const [id = ''] = await taken(['i']);
    await change(id, { type: 'unresolve' });
    await opened.clock.advance(2 * HOUR_MS);
    await send(Array.from({ length: 10 }, () => ''));
    expect(await stateOf(id)).toBe(OPEN);
    await send(['']);
    expect(await stateOf(id)).toBe('unresolved/escalating');
  });

  test('a condition that can never come true is refused', async () => {
    const [id = ''] = await taken(['i']);
    const check = async (condition: IgnoreCondition): Promise<void> => {
      expect(await refusal(change(id, { type: 'ignore', condition })), JSON.stringify(condition)).toBe(
        'tracking.condition-invalid',
      );
    };
    await check({ untilMs: opened.clock.nowMs() });
    await check({ count: 0 });
    await check({ count: 1.5 });
    await check({ users: 10_001 });
    await check({ countWindowMs: HOUR_MS });
    await check({ count: 1, countWindowMs: 1 });
    expect((await opened.issue(id)).status).toBe('unresolved');
  });
});

describe('merging and unmerging', () => {
  test('merging teaches: an event with the merged hash lands in the keeper', async () => {
    const [a = '', b = '', c = ''] = await taken(['a'], ['b'], ['c']);
    await taken(['b'], ['c'], ['c']);
    await opened.tracking.verbs.comment(ADA, b, 'seen on monday');
    const before = await opened.issue(b);
    const [keeper] = await opened.tracking.verbs.change(ADA, [a, b, c], { type: 'merge' });
    expect(keeper).toMatchObject({ id: a, timesSeen: 6, commentCount: 1 });
    expect(await taken(['b'], ['c'])).toEqual([a, a]);
    expect(await opened.reopen().tracker.assign([groupedOf({ hashes: [own('b')] }, 1, 0)])).toMatchObject([
      { issueId: a },
    ]);
    expect((await opened.issue(a)).timesSeen).toBe(8);
    // Old names lead to the keeper.
    expect((await opened.issue(b)).id).toBe(a);
    expect((await opened.issue(before.shortId.toLowerCase())).id).toBe(a);
    const activity = await opened.tracking.verbs.activity(ADA, a);
    expect(activity.map(({ type }) => type)).toEqual(['merged', 'comment', 'first-seen']);
  });

  test('unmerging restores exact counters on both sides', async () => {
    const nowMs = opened.clock.nowMs();
    const event = (name: string, timeMs: number, release: string) => ({ hashes: [own(name)], timeMs, release });
    const [a, b] = await opened.take([event('a', nowMs - 9_000, '1.0'), event('b', nowMs - 8_000, '1.1')]);
    const ids = [a?.issueId ?? '', b?.issueId ?? ''];
    const before = await opened.issue(ids[1] ?? '');
    await opened.tracking.verbs.change(ADA, ids, { type: 'merge' });
    await opened.take([event('b', nowMs - 1_000, '1.3'), event('a', nowMs - 2_000, '1.2'), event('b', nowMs, '1.4')]);
    expect(await opened.issue(ids[0] ?? '')).toMatchObject({ timesSeen: 5, lastRelease: '1.4', firstRelease: '1.0' });
    const parted = await opened.tracking.verbs.unmerge(ADA, ids[0] ?? '', [own('b')]);
    expect(parted).toMatchObject({
      timesSeen: 3,
      firstSeenMs: nowMs - 8_000,
      lastSeenMs: nowMs,
      firstRelease: '1.1',
      lastRelease: '1.4',
      title: before.title,
      status: 'unresolved',
    });
    expect(parted.shortId).not.toBe(before.shortId);
    expect(await opened.issue(ids[0] ?? '')).toMatchObject({
      timesSeen: 2,
      firstSeenMs: nowMs - 9_000,
      lastSeenMs: nowMs - 2_000,
      lastRelease: '1.2',
    });
    expect(await taken(['b'], ['a'])).toEqual([parted.id, ids[0]]);
  });

  test('what is left and what is taken out must both have events', async () => {
    const [a = ''] = await taken(['a', 'silent']);
    const unmerge = (...names: readonly string[]) => refusal(opened.tracking.verbs.unmerge(ADA, a, names.map(own)));
    expect(await unmerge('a')).toBe('tracking.nothing-to-unmerge');
    expect(await unmerge('silent')).toBe('tracking.nothing-to-unmerge');
    expect(await unmerge('unknown')).toBe('tracking.hash-not-found');
  });

  test('issues of two projects, and one issue alone, are not merged', async () => {
    const [a = ''] = await taken(['a']);
    const [other] = await opened.take([{ hashes: [own('a')], projectId: '2' }]);
    expect(await refusal(opened.tracking.verbs.change(ADA, [a, other?.issueId ?? ''], { type: 'merge' }))).toBe(
      'tracking.change-invalid',
    );
    expect(await refusal(opened.tracking.verbs.change(ADA, [a, a], { type: 'merge' }))).toBe('tracking.change-invalid');
  });

  test('events that arrive while people merge and unmerge are all counted, each once', async () => {
    const [a = '', b = ''] = await taken(['a'], ['b']);
    const sender = (async () => {
      for (let round = 0; round < 30; round += 1) await taken(['a'], ['b'], ['b', 'a']);
    })();
    let parted = b;
    const mover = (async () => {
      for (let round = 0; round < 10; round += 1) {
        await opened.tracking.verbs.change(ADA, [a, parted], { type: 'merge' });
        parted = (await opened.tracking.verbs.unmerge(ADA, a, [own('b')])).id;
      }
    })();
    await Promise.all([sender, mover]);
    const [left, right] = [await opened.issue(a), await opened.issue(parted)];
    expect([left.timesSeen, right.timesSeen]).toEqual([31, 61]);
    expect(await taken(['a'], ['b'])).toEqual([a, parted]);
  });

  test('an event that was assigned before a merge is counted by the keeper', async () => {
    const [a = '', b = ''] = await taken(['a'], ['b']);
    const event = groupedOf({ hashes: [own('b')] }, 700_000 + unique, opened.clock.nowMs());
    const [assigned] = await opened.tracking.tracker.assign([event]);
    expect(assigned?.issueId).toBe(b);
    await opened.tracking.verbs.change(ADA, [a, b], { type: 'merge' });
    if (assigned === undefined) throw new Error('nothing was assigned');
    const row = { ...assigned, ...event.event, userKey: '', handled: true };
    await opened.tracking.tracker.record({ events: [row], mark: '' });
    expect((await opened.issue(a)).timesSeen).toBe(3);
  });
});

describe('deleting', () => {
  test('a deleted issue is gone with its events, and the same error makes a new one', async () => {
    const [a = ''] = await taken(['d']);
    const [event] = await opened.take([{ hashes: [own('d')] }]);
    const old = await opened.issue(a);
    expect(await opened.tracking.verbs.change(ADA, [a], { type: 'delete' })).toEqual([]);
    expect(await refusal(opened.issue(a))).toBe('tracking.not-found');
    expect(await refusal(opened.issue(old.shortId))).toBe('tracking.not-found');
    expect(await opened.tracking.verbs.findEvent(ADA, event?.eventId ?? '')).toBeUndefined();
    const since = await opened.tracking.signals.newest();
    const [again] = await opened.take([{ hashes: [own('d')] }]);
    expect(again?.hashId).not.toBe(event?.hashId);
    expect(await opened.issue(again?.issueId ?? '')).toMatchObject({ timesSeen: 1, substatus: 'new' });
    expect(await signalsSince(since)).toEqual([{ type: 'new', issueId: again?.issueId }]);
  });

  test('an event that was assigned before the deletion belongs to nobody, and the batch goes on', async () => {
    const [a = ''] = await taken(['d']);
    const events = [own('d'), own('e')].map((hash, index) =>
      groupedOf({ hashes: [hash] }, 600_000 + unique * 10 + index, opened.clock.nowMs()),
    );
    const assigned = await opened.tracking.tracker.assign(events);
    await opened.tracking.verbs.change(ADA, [a], { type: 'delete' });
    const rows = events.map(({ event }, index) => {
      const to = assigned[index];
      if (to === undefined) throw new Error('nothing was assigned');
      return { ...to, ...event, userKey: '', handled: true };
    });
    await opened.tracking.tracker.record({ events: rows, mark: '' });
    expect((await opened.issue(assigned[1]?.issueId ?? '')).timesSeen).toBe(1);
    expect(await refusal(opened.issue(a))).toBe('tracking.not-found');
  });

  test('an erased project leaves nothing, also when it is erased again', async () => {
    const [event] = await opened.take([{ hashes: [own('p')], projectId: '2' }]);
    await opened.tracking.eraseProject('2');
    await opened.tracking.eraseProject('2');
    expect(await refusal(opened.issue(event?.issueId ?? ''))).toBe('tracking.not-found');
    const [again] = await opened.take([{ hashes: [own('p')], projectId: '2' }]);
    expect((await opened.issue(again?.issueId ?? '')).timesSeen).toBe(1);
  });
});

describe('what people do', () => {
  test('of several issues all are changed or none', async () => {
    const [a = '', b = ''] = await taken(['a'], ['b']);
    expect(await refusal(opened.tracking.verbs.change(ADA, [a, b, '999999999'], { type: 'resolve' }))).toBe(
      'tracking.not-found',
    );
    expect((await opened.issue(a)).status).toBe('unresolved');
    const changed = await opened.tracking.verbs.change(ADA, [b, a], { type: 'resolve' });
    expect(changed.map(({ id, status }) => [id, status])).toEqual([
      [b, 'resolved'],
      [a, 'resolved'],
    ]);
    const many = Array.from({ length: 1_001 }, () => a);
    expect(await refusal(opened.tracking.verbs.change(ADA, many, { type: 'resolve' }))).toBe(
      'tracking.too-many-at-once',
    );
  });

  test('of two people who decide on the same state the second is told', async () => {
    const [a = ''] = await taken(['a']);
    const { revision = 0 } = await opened.issue(a);
    const options = { revisions: { [a]: revision } };
    await opened.tracking.verbs.change(BOB, [a], { type: 'resolve' }, options);
    const late = opened.tracking.verbs.change(ADA, [a], { type: 'ignore', condition: {} }, options);
    await expect(late).rejects.toThrow('changed by bob@example.org meanwhile');
    expect((await opened.issue(a)).status).toBe('resolved');
    // Events that only count are no change that anybody decided on.
    const [b = ''] = await taken(['b']);
    const seen = await opened.issue(b);
    await taken(['b']);
    await opened.tracking.verbs.change(ADA, [b], { type: 'resolve' }, { revisions: { [b]: seen.revision ?? 0 } });
  });

  test('an issue is given to people, by id or address, and taken back', async () => {
    const [a = ''] = await taken(['a']);
    const assign = (personId: string | null) => change(a, { type: 'assign', personId });
    expect((await assign('p-bob'))[0]?.assignee).toEqual({ type: 'person', id: 'p-bob', name: 'Bob' });
    expect((await assign('ADA@example.org'))[0]?.assignee).toEqual({ type: 'person', id: 'p-ada', name: 'Ada' });
    expect((await assign(null))[0]?.assignee).toBeUndefined();
    expect(await refusal(assign('nobody'))).toBe('tracking.person-not-found');
    const types = (await opened.tracking.verbs.activity(ADA, a)).map(({ type }) => type);
    expect(types).toEqual(['unassigned', 'assigned', 'assigned', 'first-seen']);
  });

  test('a change that changes nothing leaves no trace', async () => {
    const [a = ''] = await taken(['a']);
    await change(a, { type: 'priority', priority: 'low' });
    await change(a, { type: 'priority', priority: 'low' });
    await change(a, { type: 'assign', personId: null });
    expect(await opened.tracking.verbs.activity(ADA, a)).toHaveLength(2);
  });

  test('comments are redacted, removed by their author or who manages, and counted', async () => {
    const [a = ''] = await taken(['a']);
    const secret = ['ghp', 'x7Tq2LmWb9RkVz4NcJ8sYd3HfP6gQ1uEoA5t'].join('_');
    const first = await opened.tracking.verbs.comment(BOB, a, `  see ${secret}  `);
    expect(JSON.stringify(first)).not.toContain(secret);
    const second = await opened.tracking.verbs.comment(ADA, a, 'mine');
    expect((await opened.issue(a)).commentCount).toBe(2);
    expect(await refusal(opened.tracking.verbs.removeComment(BOB, second.id))).toBe('tracking.change-invalid');
    await opened.tracking.verbs.removeComment(ADA, first.id);
    await opened.tracking.verbs.removeComment(ADA, second.id);
    expect((await opened.issue(a)).commentCount).toBe(0);
    expect(await refusal(opened.tracking.verbs.removeComment(ADA, second.id))).toBe('tracking.comment-not-found');
    expect(await refusal(opened.tracking.verbs.comment(ADA, a, ' '))).toBe('tracking.comment-invalid');
  });

  test('a viewer changes nothing, a responder deletes nothing, and every change is on record', async () => {
    const [a = ''] = await taken(['a']);
    const verbs = opened.tracking.verbs;
    expect(await refusal(verbs.change(VIEWER, [a], { type: 'resolve' }))).toBe('tracking.change-invalid');
    expect(await refusal(verbs.comment(VIEWER, a, 'x'))).toBe('tracking.change-invalid');
    expect(await refusal(verbs.unmerge(VIEWER, a, [own('a')]))).toBe('tracking.change-invalid');
    expect(await refusal(verbs.change(BOB, [a], { type: 'delete' }))).toBe('tracking.change-invalid');
    const before = opened.audited.length;
    await verbs.change(BOB, [a], { type: 'resolve' });
    await refusal(verbs.change(BOB, ['999999999'], { type: 'resolve' }));
    const entries = opened.audited.slice(before).map(({ eventName, errorCode }) => [eventName, errorCode]);
    expect(entries).toEqual([
      ['ResolveIssues', undefined],
      ['ResolveIssues', 'tracking.not-found'],
    ]);
  });
});

describe('what time does', () => {
  test('a new issue is ongoing after a week, and nobody is told', async () => {
    const [id = ''] = await taken(['n']);
    await opened.clock.advance(7 * DAY_MS - 1);
    await opened.tracking.sweep();
    expect((await opened.issue(id)).substatus).toBe('new');
    await opened.clock.advance(1);
    const since = await opened.tracking.signals.newest();
    await opened.tracking.sweep();
    expect((await opened.issue(id)).substatus).toBe('ongoing');
    expect((await signalsSince(since)).filter(({ issueId }) => issueId === id)).toEqual([]);
  });

  test('what was not seen for as long as the project says is resolved, and comes back as a regression', async () => {
    const [id = ''] = await taken(['n']);
    const [project] = opened.projects;
    if (project === undefined) throw new Error('there is no project');
    opened.projects[0] = { ...project, settings: { ...project.settings, resolveAfterDays: 14 } };
    await opened.clock.advance(13 * DAY_MS);
    await opened.tracking.sweep();
    expect((await opened.issue(id)).status).toBe('unresolved');
    await opened.clock.advance(2 * DAY_MS);
    await opened.tracking.sweep();
    expect((await opened.issue(id)).status).toBe('unresolved');
    await opened.clock.advance(14 * DAY_MS);
    await opened.tracking.sweep();
    expect((await opened.issue(id)).resolution).toMatchObject({ type: 'by-age' });
    opened.projects[0] = project;
    await opened.clock.advance(1_000);
    await taken(['n']);
    expect((await opened.issue(id)).substatus).toBe('regressed');
  });

  test('counters and signals that nobody needs any more are removed', async () => {
    await taken(['n']);
    await opened.clock.advance(9 * DAY_MS);
    await opened.tracking.sweep();
    const { rows } = await sql<{ hours: number; signals: number }>`SELECT
      (SELECT count(*) FROM issue_hash_hours) AS hours, (SELECT count(*) FROM issue_signals) AS signals
    `.execute(opened.catalog.db());
    expect(rows).toEqual([{ hours: 0, signals: 0 }]);
  });
});
