import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, isFailure, MINUTE_MS } from '../../src/base/index.ts';
import type { IgnoreCondition, IssueChange, IssueSignal } from '../../src/issues/index.ts';
import { ADA, groupedOf, markOf, openTracking, type TrackingForTest } from './open-tracking.ts';

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
    // Two seconds on a machine of its own; a loaded one is slow and not wrong.
    expect(tookMs).toBeLessThan(60_000);
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
