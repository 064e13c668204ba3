import { describe, expect, test } from 'vitest';
import { ISSUE_ALERTS_LIMITS } from '../../src/issues/index.ts';
import { ADMIN } from './open-catalog-parts.ts';
import {
  heard,
  heardWords,
  issueOf,
  now,
  open,
  ring,
  settled,
  signal,
  store,
  useIssueAlerts,
  waitFor,
} from './open-issue-alerts.ts';

useIssueAlerts();

describe('an issue', () => {
  test('that is new is told of with all that one needs at night, and its end when it is resolved', async () => {
    const issue = issueOf();
    const [eventId = ''] = await store(issue, [{}, { userKey: 'id:2' }]);
    signal('new', issue, eventId);
    ring();
    await waitFor([`firing New in shop: ${issue.title}`]);
    const [alert] = heard();
    expect(alert).toMatchObject({
      ...{ key: `issue:${issue.id}`, severity: 'high', url: `https://holdfast.example/issues/${issue.id}` },
      labels: { project: 'shop', level: 'error', issue: issue.shortId, environment: 'production', release: 'shop@2' },
    });
    for (const part of [
      issue.title,
      'in checkout in pay',
      'charge at src/pay.ts:42: cart.total()',
      '1 event, 2 users',
      'server web-1',
    ]) {
      expect(alert?.body).toContain(part);
    }
    now.issues.set(issue.id, { ...issue, status: 'resolved' });
    signal('resolved', issue);
    ring();
    await expect.poll(() => heardWords().at(-1), { timeout: 10_000 }).toBe(`resolved Resolved in shop: ${issue.title}`);
    now.clock.setNowMs(now.clock.nowMs() + 5);
    now.issues.set(issue.id, issue);
    signal('regressed', issue, eventId);
    ring();
    await expect.poll(() => heardWords().at(-1), { timeout: 10_000 }).toBe(`firing Came back in shop: ${issue.title}`);
  });

  test('below the level of an error, resolved meanwhile or of a deleted project tells nothing', async () => {
    signal('new', issueOf({ level: 'warning' }));
    signal('new', issueOf({ status: 'resolved' }));
    signal('new', issueOf({ projectId: '9' }));
    const last = issueOf();
    signal('new', last);
    ring();
    await waitFor([`firing New in shop: ${last.title}`]);
  });

  test('is told of once, and again only when something worse happens to it', async () => {
    const issue = issueOf({ level: 'error' });
    for (const type of ['new', 'new', 'regressed'] as const) signal(type, issue);
    await settled();
    signal('new', issue);
    await settled();
    signal('escalating', issue);
    await settled();
    await expect.poll(() => heard().map(({ severity }) => severity), { timeout: 10_000 }).toContain('critical');
    expect(heard().length).toBeLessThanOrEqual(3);
    expect((await now.alerts.status()).openAlerts).toBe(1);
  });

  test('that is quiet for hours, or gone, ends without being resolved', async () => {
    const [quiet, gone] = [issueOf(), issueOf()];
    signal('new', quiet);
    signal('new', gone);
    await settled();
    await expect.poll(() => heard().length, { timeout: 10_000 }).toBe(2);
    now.issues.delete(gone.id);
    now.clock.setNowMs(now.clock.nowMs() + ISSUE_ALERTS_LIMITS.quietMs + 1);
    await now.alerts.turn();
    await expect
      .poll(() => heardWords().slice(2).sort(), { timeout: 10_000 })
      .toEqual([`resolved Deleted or merged in shop: issue ${gone.shortId}`, `resolved Quiet in shop: ${quiet.title}`]);
    expect((await now.alerts.status()).openAlerts).toBe(0);
  });

  test('of the internal project reaches its probe alone', async () => {
    signal('new', issueOf({ projectId: '2' }));
    const last = issueOf();
    signal('new', last);
    await settled();
    await waitFor([`firing New in shop: ${last.title}`]);
    expect((await now.notify.alerts.list(ADMIN, { limit: 10 })).total).toBe(1);
  });
});

describe('a storm of 10,000 distinct messages', () => {
  test('tells of twenty by themselves and of the rest in one alert, also over a crash, and ends when it is calm', async () => {
    const fatal = 'Fatal: everything is broken';
    for (let index = 0; index < 10_000; index += 1) {
      const worst = index === 7_777 ? ({ level: 'fatal', title: fatal } as const) : {};
      signal('new', issueOf(worst));
    }
    ring();
    // Killed in the middle of it: what was decided goes out, and the rest is decided by the next process.
    await expect.poll(async () => (await now.alerts.status()).cursor, { timeout: 20_000 }).toBeGreaterThan(1_000);
    await now.alerts.close();
    await now.outbox.close();
    await open();
    await settled();
    await expect.poll(() => heard().length, { timeout: 20_000 }).toBe(21);
    const keys = heard().map(({ key }) => key);
    expect(new Set(keys).size).toBe(21);
    expect(keys.filter((key) => key === 'issues-storm:shop')).toHaveLength(1);
    expect(await now.alerts.status()).toEqual({ cursor: 10_000, openAlerts: 20, storms: 1 });
    now.clock.setNowMs(now.clock.nowMs() + ISSUE_ALERTS_LIMITS.stormRefreshMs);
    await now.alerts.turn();
    await settled();
    const { alert } = await now.notify.alerts.get(ADMIN, 'issues-storm:shop');
    expect(alert.title).toBe('Storm of issues in shop: 9,980 changes of issues so far');
    expect(alert.body).toContain(`- critical: `);
    expect(alert.body).toContain(fatal);
    for (let window = 0; window < 2; window += 1) {
      now.clock.setNowMs(now.clock.nowMs() + ISSUE_ALERTS_LIMITS.stormWindowMs);
      await now.alerts.turn();
    }
    await settled();
    await expect
      .poll(() => heardWords().at(-1), { timeout: 10_000 })
      .toBe('resolved The storm of issues in shop is over: 9,980 changes of issues were not told of one by one');
    // Renewing the numbers of the storm told nobody again.
    expect(heard().length).toBe(22);
    const next = issueOf();
    signal('new', next);
    await settled();
    await expect.poll(() => heardWords().at(-1), { timeout: 10_000 }).toBe(`firing New in shop: ${next.title}`);
  }, 60_000);
});

describe('the queue of events', () => {
  test('that stands still is told of, and that it goes on', async () => {
    now.pipeline = { waiting: 12, oldestWaitingMs: now.clock.nowMs() - ISSUE_ALERTS_LIMITS.blindMs - 1_000 };
    await now.alerts.turn();
    await now.alerts.turn();
    await settled();
    await waitFor(['firing Events of applications are not processed: the oldest waits for 61 s']);
    now.pipeline = { waiting: 0 };
    now.clock.setNowMs(now.clock.nowMs() + 10);
    await now.alerts.turn();
    await settled();
    await expect
      .poll(() => heardWords().at(-1), { timeout: 10_000 })
      .toBe('resolved Events of applications are processed again');
  });
});

test('a project that is deleted ends what is told of it', async () => {
  const issue = issueOf();
  signal('new', issue);
  await settled();
  await expect.poll(() => heard().length, { timeout: 10_000 }).toBe(1);
  await now.alerts.eraseProject('1');
  await now.alerts.eraseProject('1');
  await settled();
  await expect
    .poll(() => heardWords().at(-1), { timeout: 10_000 })
    .toBe(`resolved Project deleted in shop: issue ${issue.shortId}`);
});
