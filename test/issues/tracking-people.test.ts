import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, isFailure } from '../../src/base/index.ts';
import type { IssueChange, IssueSignal } from '../../src/issues/index.ts';
import { ADA, BOB, groupedOf, openTracking, type TrackingForTest, VIEWER } from './open-tracking.ts';

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
