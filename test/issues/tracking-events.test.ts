import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, silentLog, systemClock } from '../../src/base/index.ts';
import { createEventStore, ISSUES_PIPELINE_MIGRATIONS, type IssueQuery } from '../../src/issues/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import type { TelemetryStore } from '../../src/telemetry/index.ts';
import { ADA, type EventInput, openTracking, type TrackingForTest } from './open-tracking.ts';

/** Issues over the real stores of both sides: PostgreSQL for their facts, the embedded engine for their events. */
let opened: TrackingForTest;
let telemetry: TelemetryStore;
let folder: string;

const ISSUES = 10_000;
const BROWSERS = ['Chrome', 'Firefox', 'Safari', 'Edge'];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-tracking-'));
  telemetry = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 });
  opened = await openTracking({
    migrations: ISSUES_PIPELINE_MIGRATIONS,
    events: ({ catalog }) => createEventStore({ telemetry, catalog }),
    store: (rows) => telemetry.appendErrorEvents(rows),
  });
  for (let batch = 0; batch < 10; batch += 1) {
    const inputs = Array.from({ length: 2_000 }, (_, index) => generated((batch * 2_000 + index) % ISSUES, batch));
    await opened.take(inputs);
  }
});

afterAll(async () => {
  await opened.close();
  await telemetry.close();
  await rm(folder, { recursive: true, force: true });
});

/** Event of an issue; deterministic, so that answers can be counted by hand. */
const generated = (issue: number, batch: number): EventInput => ({
  hashes: [`h${issue}`],
  title: `Error${issue % 100}: message of ${issue}`,
  timeMs: opened.clock.nowMs() - (issue % 240) * HOUR_MS - batch,
  level: issue % 10 === 0 ? 'fatal' : 'error',
  release: `1.${issue % 5}`,
  environment: issue % 3 === 0 ? 'staging' : 'production',
  userKey: `id:${(issue * 7 + batch) % 500}`,
  platform: issue % 2 === 0 ? 'node' : 'python',
  tags: { 'browser.name': BROWSERS[(issue + batch) % 4] ?? '', 'user.email': `u${issue % 50}@example.org` },
});

const queryOf = (query: string, change: Partial<IssueQuery> = {}): IssueQuery => ({
  query,
  fromMs: opened.clock.nowMs() - 14 * DAY_MS,
  toMs: opened.clock.nowMs(),
  sort: 'last-seen',
  limit: 25,
  ...change,
});

const total = async (query: string, change: Partial<IssueQuery> = {}): Promise<number> =>
  (await opened.tracking.verbs.list(ADA, queryOf(query, change))).total;

describe('a search over ten thousand issues', () => {
  test('finds as many as there are, by facts of issues and of events together', async () => {
    expect(await total('')).toBe(10_000);
    expect(await total('level:fatal')).toBe(1_000);
    expect(await total('level:fatal platform:python')).toBe(0);
    expect(await total('release:1.3')).toBe(2_000);
    expect(await total('release:1.3 level:fatal')).toBe(0);
    expect(await total('release:1.[3]')).toBe(0);
    expect(await total('release:[1.3,1.4] is:unresolved')).toBe(4_000);
    expect(await total('!release:1.3')).toBe(8_000);
    expect(await total('release:1.*')).toBe(10_000);
    expect(await total('user.email:U7@example.org')).toBe(200);
    expect(await total('has:browser.name')).toBe(10_000);
    expect(await total('!has:browser.name')).toBe(0);
    expect(await total('Error42')).toBe(100);
    expect(await total('level:fatal OR release:1.3')).toBe(3_000);
    expect(await total('', { environment: 'staging' })).toBe(3_334);
    expect(await total('release:1.0', { environment: 'staging' })).toBe(667);
    expect(await total('timesSeen:2')).toBe(10_000);
    expect(await total('users:>2')).toBe(0);
    expect(await total('lastSeen:-12h')).toBe(12 * 42 + 9);
  });

  test('answers in a tenth of a second, in every order', async () => {
    const queries: readonly (readonly [string, Partial<IssueQuery>])[] = [
      ['is:unresolved', {}],
      ['is:unresolved level:fatal Error', {}],
      ['browser.name:Chrome', {}],
      ['is:unresolved browser.name:Chrome release:1.3', {}],
      ['', { environment: 'staging' }],
      ['is:unresolved', { sort: 'first-seen' }],
      ['is:unresolved', { sort: 'events' }],
      ['is:unresolved', { sort: 'users' }],
      ['is:unresolved', { sort: 'trend' }],
    ];
    const figures: string[] = [];
    for (const [query, change] of queries) {
      await opened.tracking.verbs.list(ADA, queryOf(query, change));
      const times: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        const startedMs = performance.now();
        await opened.tracking.verbs.list(ADA, queryOf(query, change));
        times.push(performance.now() - startedMs);
      }
      const median = times.sort((a, b) => a - b)[2] ?? 0;
      figures.push(`${query} ${JSON.stringify(change)}: ${Math.round(median)} ms`);
      // The aim is 100 ms on a machine of its own; a loaded one is slow and not wrong.
      expect(median, query).toBeLessThan(1_500);
    }
    console.log(figures.join('\n'));
  });

  test('tells counts and users of each issue of a page', async () => {
    const { issues } = await opened.tracking.verbs.list(ADA, queryOf('"message of 4711"'));
    expect(issues.map(({ events, users }) => [events, users])).toEqual([[2, 2]]);
    expect(issues[0]?.trend.reduce((sum, events) => sum + events, 0)).toBe(2);
    const [id = ''] = issues.map(({ issue }) => issue.id);
    const [hash] = await opened.tracking.verbs.hashes(ADA, id);
    const { event } = await opened.tracking.verbs.event(ADA, id, 'latest');
    expect(hash?.latestEventId).toBe(event.eventId);
    const tags = await opened.tracking.verbs.tags(ADA, id, queryOf(''));
    expect(tags.map(({ key, total: events }) => [key, events])).toContainEqual(['browser.name', 2]);
  });

  test('follows a merge: the events of both, and a user of both once', async () => {
    const find = async (text: string) =>
      (await opened.tracking.verbs.list(ADA, queryOf(text))).issues.map(({ issue }) => issue.id);
    const ids = [...(await find('"message of 1001"')), ...(await find('"message of 1501"'))];
    expect(ids).toHaveLength(2);
    await opened.tracking.verbs.change(ADA, ids, { type: 'merge' });
    const { issues } = await opened.tracking.verbs.list(ADA, queryOf('"message of 1001"'));
    // Both have the users (7n + batch) mod 500, which are the same for issues that are 500 apart.
    expect(issues.map(({ events, users }) => [events, users])).toEqual([[4, 2]]);
    const sorted = await opened.tracking.verbs.list(ADA, queryOf('', { sort: 'events', limit: 1 }));
    expect(sorted.issues.map(({ issue, events }) => [issue.id, events])).toEqual([[ids[0], 4]]);
  });

  test('a deleted issue is out of every answer at once', async () => {
    const { issues } = await opened.tracking.verbs.list(ADA, queryOf('"message of 2222"'));
    const id = issues[0]?.issue.id ?? '';
    const { event } = await opened.tracking.verbs.event(ADA, id, 'latest');
    await opened.tracking.verbs.change(ADA, [id], { type: 'delete' });
    expect(await total('"message of 2222"')).toBe(0);
    expect(await total(`id:${event.eventId}`)).toBe(0);
    expect(await opened.tracking.verbs.findEvent(ADA, event.eventId)).toBeUndefined();
    await expect(opened.tracking.verbs.event(ADA, id, 'latest')).rejects.toThrow('there is no issue');
  });
});

describe('recording', () => {
  test('costs little of a core at a thousand events a second', async () => {
    // A second of traffic as it is: most events are of few issues.
    const batch = Array.from({ length: 1_000 }, (_, index) => generated((index * index) % 300, 0));
    const before = process.cpuUsage();
    const startedMs = performance.now();
    for (let second = 0; second < 10; second += 1) await opened.count(batch);
    const tookMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(before);
    console.log(
      `1,000 events: ${Math.round(tookMs / 10)} ms of time, ${Math.round((user + system) / 10_000)} ms of our processor`,
    );
    expect((user + system) / 10_000).toBeLessThan(500);
  });
});
