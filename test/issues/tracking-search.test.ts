import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, isFailure } from '../../src/base/index.ts';
import type { IssueQuery } from '../../src/issues/index.ts';
import { ADA, type EventInput, openTracking, START_MS, type TrackingForTest } from './open-tracking.ts';

let opened: TrackingForTest;
/** The issue that was made under each name. */
const ids = new Map<string, string>();

beforeAll(async () => {
  opened = await openTracking();
  await fill();
});
afterAll(() => opened.close());

async function make(name: string, input: Partial<EventInput>, times = 1): Promise<void> {
  const events = Array.from({ length: times }, (_, index) => ({
    hashes: [name],
    title: `${name}: broken`,
    ...(input.userKey === undefined ? {} : { userKey: `${input.userKey}${index % 3}` }),
    ...input,
  }));
  const [first] = await opened.take(events);
  ids.set(name, first?.issueId ?? '');
}

async function fill(): Promise<void> {
  const { verbs } = opened.tracking;
  await make('Old', { platform: 'python', release: '1.0', handled: false, level: 'fatal' });
  await opened.clock.advance(10 * DAY_MS);
  await make(
    'Plain',
    { release: '2.0', environment: 'staging', tags: { 'browser.name': 'Chrome', feature: 'cart' } },
    5,
  );
  await opened.clock.advance(HOUR_MS);
  await make('Warn', { level: 'warning', tags: { 'browser.name': 'Firefox' }, message: 'disk 90% full' }, 2);
  await opened.clock.advance(HOUR_MS);
  await opened.take([{ hashes: ['Warn'], tags: { 'browser.name': 'Safari', feature: 'pay' }, email: 'a@b.c' }]);
  await make('Other', { projectId: '2', transaction: 'GET /cart', tags: { feature: 'cart%' } });
  const users = Array.from({ length: 4 }, (_, index) => ({ hashes: ['Users'], userKey: `id:${index}` }));
  await opened.take([...users, ...users].map((event) => ({ ...event, title: 'Users_x: "quoted" *' })));
  const found = await listed('Users_x');
  ids.set('Users', found[0] ?? '');
  await opened.clock.advance(HOUR_MS);
  const id = (name: string): string => ids.get(name) ?? '';
  await verbs.change(ADA, [id('Plain')], { type: 'resolve' });
  await verbs.change(ADA, [id('Warn')], { type: 'ignore', condition: { untilEscalating: true } });
  await verbs.change(ADA, [id('Old')], { type: 'assign', personId: 'p-bob' });
  await verbs.change(ADA, [id('Users')], { type: 'assign', personId: 'p-ada' });
  await verbs.change(ADA, [id('Other')], { type: 'priority', priority: 'low' });
  await opened.tracking.sweep();
}

const queryOf = (query: string, change: Partial<IssueQuery> = {}): IssueQuery => ({
  query,
  fromMs: START_MS - DAY_MS,
  toMs: opened.clock.nowMs() + HOUR_MS,
  sort: 'first-seen',
  limit: 100,
  ...change,
});

/** Numbers of issues. */
async function listed(query: string, change: Partial<IssueQuery> = {}): Promise<readonly string[]> {
  const { issues, total } = await opened.tracking.verbs.list(ADA, queryOf(query, change));
  if (change.limit === undefined) expect(total, query).toBe(issues.length);
  return issues.map(({ issue }) => issue.id);
}

/** Names of issues, oldest first. */
async function names(query: string, change: Partial<IssueQuery> = {}): Promise<string> {
  const found = await listed(query, change);
  const byId = new Map([...ids].map(([name, id]) => [id, name]));
  const all = found.map((id) => byId.get(id) ?? '?');
  return (change.sort === undefined ? all.reverse() : all).join(' ');
}

describe('searching', () => {
  const check = (query: string, expected: string, change: Partial<IssueQuery> = {}): void => {
    test(`${query === '' ? 'nothing' : query}${Object.keys(change).length === 0 ? '' : ` in ${JSON.stringify(change)}`}`, async () => {
      expect(await names(query, change)).toBe(expected);
    });
  };
  check('', 'Old Plain Warn Other Users');
  check('is:unresolved', 'Old Other Users');
  check('!is:unresolved', 'Plain Warn');
  check('is:resolved', 'Plain');
  check('is:ignored', 'Warn');
  check('is:archived', 'Warn');
  check('is:[resolved,ignored]', 'Plain Warn');
  check('is:new', 'Other Users');
  check('is:ongoing', 'Old');
  check('is:for_review', 'Other Users');
  check('is:assigned', 'Old Users');
  check('is:unassigned is:unresolved', 'Other');
  check('is:unhandled', 'Old');
  check('error.unhandled:true', 'Old');
  check('error.handled:true level:error', 'Plain Warn Other Users');
  check('assigned:me', 'Users');
  check('assigned:none', 'Plain Warn Other');
  check('!assigned:me', 'Old Plain Warn Other');
  check('assigned:bob@example.org', 'Old');
  check('assigned:[me,Bob]', 'Old Users');
  check('level:[fatal,warning]', 'Old');
  check('priority:low', 'Other');
  check('platform:py*', 'Old');
  check('type:error', 'Old Plain Warn Other Users');
  check('project:my-app', 'Other');
  check('!project:my-*', 'Old Plain Warn Users');
  check('firstRelease:1.0', 'Old');
  check('firstRelease:latest', 'Plain');
  check('release:latest', 'Plain');
  check('!release:latest', 'Old Warn Other Users');
  check('release:""', 'Warn Other Users');
  check('has:release', 'Old Plain');
  check('!has:release', 'Warn Other Users');
  check('has:assignee', 'Old Users');
  check('firstSeen:-24h', 'Plain Warn Other Users');
  check('firstSeen:+24h', 'Old');
  check('age:-2h30m', 'Warn Other Users');
  check('lastSeen:>2023-11-20', 'Plain Warn Other Users');
  check('lastSeen:<2023-11-20', 'Old');
  check('firstSeen:2023-11-14', 'Old');
  check('firstSeen:>=2023-11-14 firstSeen:<2023-11-15', 'Old');
  check('firstSeen:2023-11-14T22:13:20', 'Old');
  check('timesSeen:>2', 'Plain Warn Users');
  check('timesSeen:3', 'Warn');
  check('timesSeen:<=1', 'Old Other');
  check('users:>3', 'Users');
  check('users:0', 'Old Plain Warn Other');
  check('environment:staging', 'Plain');
  check('browser.name:Chrome', 'Plain');
  check('browser.name:[chrome,firefox]', 'Plain Warn');
  // Both of one and the same event.
  check('browser.name:Firefox feature:pay', '');
  check('browser.name:Safari feature:pay', 'Warn');
  check('browser.name:Firefox AND message:90%', 'Warn');
  check('user.email:A@b.c', 'Warn');
  check('user:2', 'Users');
  check('user:id:2', 'Users');
  check('feature:cart', 'Plain');
  check('feature:"cart%"', 'Other');
  check('feature:c*', 'Plain Other');
  check('tags[feature]:pay', 'Warn');
  check('has:feature', 'Plain Warn Other');
  check('transaction:"GET /cart"', 'Other');
  check('broken', 'Old Plain Warn Other');
  check('!broken', 'Users');
  check('plain', 'Plain');
  check('title:Users_x*', 'Users');
  check('title:UsersXx*', '');
  check('"\\"quoted\\" \\*"', 'Users');
  check('error.type:Old', 'Old');
  check('issue:SHOP-1', 'Old');
  check('shop-1', 'Old');
  check('is:resolved OR level:fatal', 'Old Plain');
  check('(is:resolved OR level:fatal) platform:node', 'Plain');
  check('browser.name:Chrome OR platform:python OR feature:pay', 'Old Plain Warn');
  check('(is:ignored browser.name:Safari) OR assigned:me', 'Warn Users');
  check('', 'Plain', { environment: 'staging' });
  check('feature:cart', 'Plain', { environment: 'staging' });
  check('feature:pay', '', { environment: 'staging' });
  check('', 'Other', { projectIds: ['2'] });
  check('', 'Old', { toMs: START_MS + DAY_MS });
  check('', 'Plain Warn Other Users', { fromMs: START_MS + DAY_MS });
  check('', '', { fromMs: START_MS + DAY_MS, toMs: START_MS + 2 * DAY_MS });
  check('', 'Users Plain Warn Other Old', { sort: 'events' });
  check('', 'Users Other Warn Plain Old', { sort: 'users' });
});

describe('a search that means nothing', () => {
  const check = (query: string, at: number, hint: string): void => {
    test(query, async () => {
      const refused = listed(query).then(
        () => 'accepted',
        (error: unknown) => (isFailure(error) ? `${error.code} ${error.details['at']} ${error.hint}` : String(error)),
      );
      expect(await refused).toBe(`tracking.query-invalid ${at} ${hint}`);
    });
  };
  check('level:bad', 7, 'use fatal, error, warning, info, debug');
  check('foo timesSeen:many', 15, 'write timesSeen:>10');
  check('level:>error', 1, 'numbers are timesSeen and users, times are firstSeen and lastSeen');
  check('error.handled:maybe', 15, 'write error.handled:true');
  check('timesSeen:[1,2]', 1, 'write timesSeen:value');
  test('says which words there are', async () => {
    await expect(listed('is:broken')).rejects.toThrow('an issue is never broken');
    await expect(listed('firstSeen:yesterday')).rejects.toThrow('yesterday is no time');
  });
});

describe('a page of a list', () => {
  test('leads to the next one until every issue was shown once, in every order', async () => {
    for (const sort of ['last-seen', 'first-seen', 'events', 'users', 'trend'] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      for (;;) {
        const { issues, next, total } = await opened.tracking.verbs.list(
          ADA,
          queryOf('', { sort, limit: 2, ...(cursor === undefined ? {} : { cursor }) }),
        );
        expect(total).toBe(5);
        seen.push(...issues.map(({ issue }) => issue.id));
        if (next === undefined) break;
        cursor = next;
      }
      expect(new Set(seen).size, sort).toBe(5);
      expect(seen, sort).toHaveLength(5);
    }
  });

  test('belongs to one search and one order', async () => {
    const { next = '' } = await opened.tracking.verbs.list(ADA, queryOf('', { limit: 2 }));
    await expect(listed('is:resolved', { limit: 2, cursor: next })).rejects.toThrow('does not belong to this list');
    await expect(listed('', { limit: 2, sort: 'events', cursor: next })).rejects.toThrow('does not belong');
    await expect(listed('', { limit: 2, cursor: 'x' })).rejects.toThrow('does not belong');
    await expect(listed('', { limit: 0 })).rejects.toThrow('limit is 0');
    await expect(listed('', { fromMs: 5, toMs: 5 })).rejects.toThrow('toMs is 5');
  });

  test('tells events, users and a chart of the range and environment', async () => {
    const { issues } = await opened.tracking.verbs.list(ADA, queryOf('Users_x'));
    expect(issues[0]).toMatchObject({ events: 8, users: 4 });
    expect(issues[0]?.trend).toHaveLength(24);
    expect(issues[0]?.trend.reduce((sum, events) => sum + events, 0)).toBe(8);
    const staging = await opened.tracking.verbs.list(ADA, queryOf('', { environment: 'staging' }));
    expect(staging.issues.map(({ events }) => events)).toEqual([5]);
  });

  test('counts the users of a merged issue once, and orders by them', async () => {
    const both = [{ userKey: 'id:1' }, { userKey: 'id:2' }, { userKey: 'id:3' }];
    const [a] = await opened.take(both.map((event) => ({ ...event, hashes: ['merge-a'], title: 'Merged a' })));
    const [b] = await opened.take(both.map((event) => ({ ...event, hashes: ['merge-b'], title: 'Merged b' })));
    await opened.tracking.verbs.change(ADA, [a?.issueId ?? '', b?.issueId ?? ''], { type: 'merge' });
    const { issues } = await opened.tracking.verbs.list(ADA, queryOf('Merged', { sort: 'users' }));
    expect(issues.map(({ events, users }) => [events, users])).toEqual([[6, 3]]);
    expect(await listed('Merged users:>3')).toEqual([]);
    expect(await listed('Merged users:3')).toHaveLength(1);
  });
});

describe('the events of an issue', () => {
  test('are shown with their neighbours, and why they are here', async () => {
    const id = ids.get('Plain') ?? '';
    const verbs = opened.tracking.verbs;
    const latest = await verbs.event(ADA, id, 'latest');
    const oldest = await verbs.event(ADA, id, 'oldest');
    expect(latest.latest).toBe(latest.event.eventId);
    expect(latest.next).toBeUndefined();
    expect(oldest.previous).toBeUndefined();
    expect(latest.grouping.hashes).toEqual(['shown']);
    expect(await verbs.findEvent(ADA, latest.event.eventId)).toEqual({ issueId: id, eventId: latest.event.eventId });
    await expect(verbs.event(ADA, id, 'f'.repeat(32))).rejects.toThrow('has no event');
    await expect(verbs.event(ADA, id, 'nonsense')).rejects.toThrow('has no event');
    const other = await verbs.event(ADA, ids.get('Old') ?? '', 'latest');
    await expect(verbs.event(ADA, id, other.event.eventId)).rejects.toThrow('has no event');
  });

  test('are searched by what is said of events, and not by what is said of issues', async () => {
    const id = ids.get('Warn') ?? '';
    const range = { fromMs: START_MS, toMs: opened.clock.nowMs() + 1, limit: 10 };
    const count = async (query: string): Promise<number> =>
      (await opened.tracking.verbs.events(ADA, id, { ...range, query })).length;
    expect(await count('')).toBe(3);
    expect(await count('level:warning')).toBe(2);
    expect(await count('browser.name:Safari OR feature:none')).toBe(1);
    expect(await count('disk')).toBe(2);
    await expect(count('is:unresolved')).rejects.toThrow('is is a fact of issues');
  });
});
