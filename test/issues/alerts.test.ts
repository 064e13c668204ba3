import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createManualClock,
  HOUR_MS,
  type ManualClock,
  MINUTE_MS,
  silentLog,
  systemClock,
} from '../../src/base/index.ts';
import {
  type AlertOutbox,
  createAlertOutbox,
  createIssueAlerts,
  DEFAULT_RULE,
  ISSUE_ALERTS_LIMITS,
  ISSUE_ALERTS_MIGRATIONS,
  ISSUES_OUTBOX_MIGRATIONS,
  type Issue,
  type IssueAlerts,
  type IssueSignal,
  type PipelineView,
  type RuleInput,
} from '../../src/issues/index.ts';
import { createNotify, NOTIFY_MIGRATIONS, type Notify } from '../../src/notify/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import type { ErrorEventRow, TelemetryStore } from '../../src/telemetry/index.ts';
import { quickRoute, setFallback } from '../notify/open-notify.ts';
import { type HttpReceiver, startHttpReceiver } from '../notify/receivers.ts';
import {
  ADMIN,
  type CatalogParts,
  directoryOf,
  openCatalogParts,
  projectOf,
  RESPONDER,
  VIEWER,
} from './open-catalog-parts.ts';

const SHOP = projectOf('1', 'shop');
const PROBE = projectOf('2', 'probe', { isInternal: true });

let parts: CatalogParts;
let folder: string;
let telemetry: TelemetryStore;
let notify: Notify;
let receiver: HttpReceiver;
let clock: ManualClock;
let outbox: AlertOutbox;
let alerts: IssueAlerts;
let signals: IssueSignal[] = [];
let issues = new Map<string, Issue>();
let listeners = new Set<() => void>();
let pipeline: PipelineView = { waiting: 0 };
/** Ids are never used again, so that tests share one store of events. */
let number = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-issue-alerts-'));
  [parts, receiver, telemetry] = await Promise.all([
    openCatalogParts([...NOTIFY_MIGRATIONS, ...ISSUES_OUTBOX_MIGRATIONS, ...ISSUE_ALERTS_MIGRATIONS]),
    startHttpReceiver(),
    openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 }),
  ]);
}, 60_000);
afterAll(async () => {
  await receiver.close();
  await telemetry.close();
  await parts.close();
  await rm(folder, { recursive: true, force: true });
});

/** A notify and a channel of its own for each test: there is a cap on what one channel is told in a minute. */
async function openNotify(): Promise<void> {
  const { catalog, audit, access } = parts;
  notify = createNotify({
    ...{ catalog, audit, authorize: access.authorize, secrets: access.secrets, redactor: createRedactor() },
    ...{ clock: systemClock, log: silentLog(), publicUrl: 'https://holdfast.example', allowLoopback: true },
  });
  await notify.start();
  number += 1;
  const name = `hook-${number}`;
  await notify.channels.create(ADMIN, { name, type: 'webhook', url: receiver.url });
  await setFallback(notify, quickRoute([name]));
}

const open = async (): Promise<void> => {
  const { catalog, audit, access } = parts;
  const shared = { catalog, clock, log: silentLog() };
  outbox = createAlertOutbox({ ...shared, alerting: notify.alerting });
  outbox.start();
  alerts = createIssueAlerts({
    ...{ ...shared, outbox, audit, telemetry, authorize: access.authorize, pipeline: () => pipeline },
    projects: directoryOf([SHOP, PROBE]),
    signals: {
      signalsAfter: async (id, limit) => signals.filter((signal) => signal.id > id).slice(0, limit),
      signalsBetween: async ({ projectId, fromMs, toMs, limit }) =>
        signals
          .filter((signal) => signal.projectId === projectId && signal.atMs >= fromMs && signal.atMs < toMs)
          .reverse()
          .slice(0, limit),
      newest: async () => signals.at(-1)?.id ?? 0,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    issues: {
      byIds: async (ids) => ids.flatMap((id) => issues.get(id) ?? []),
      seenSince: async (sinceMs) => [...issues.values()].filter(({ lastSeenMs }) => lastSeenMs >= sinceMs),
      ownersOf: async (hashIds) =>
        new Map(hashIds.flatMap((hash) => (issues.has(String(hash)) ? [[hash, String(hash)] as const] : []))),
      hashesOf: async (ids) => new Map(ids.map((id) => [id, [Number(id)]])),
    },
  });
  await alerts.start();
};

beforeEach(async () => {
  clock = createManualClock(Date.now());
  [signals, issues, listeners, pipeline] = [[], new Map(), new Set(), { waiting: 0 }];
  await sql`TRUNCATE issue_alert_rules, issue_alert_cursor, issue_alerts, issue_alert_storms, issue_outbox, notify_alerts,
    notify_events, notify_groups, notify_members, notify_escalations, notify_deliveries, notify_attempts`.execute(
    parts.catalog.db(),
  );
  receiver.received.length = 0;
  await openNotify();
  await open();
});
afterEach(async () => {
  await alerts.close();
  await outbox.close();
  await notify.close();
});

function issueOf(change: Partial<Issue> = {}): Issue {
  number += 1;
  const id = change.id ?? String(number);
  const seen = {
    firstSeenMs: clock.nowMs(),
    lastSeenMs: clock.nowMs(),
    firstRelease: '',
    lastRelease: '',
    timesSeen: 1,
  };
  const issue: Issue = {
    ...{ id, shortId: `SHOP-${id}`, projectId: '1', status: 'unresolved', priority: 'high', level: 'error' },
    ...{ type: 'error', platform: 'node', title: `TypeError: cart ${id} is undefined`, titleType: 'TypeError' },
    ...{
      titleValue: `cart ${id} is undefined`,
      culprit: 'checkout in pay',
      handled: false,
      commentCount: 0,
      feedbackCount: 0,
    },
    ...seen,
    ...change,
  };
  issues.set(id, issue);
  return issue;
}

function signal(type: IssueSignal['type'], issue: Issue, eventId?: string): void {
  const id = (signals.at(-1)?.id ?? 0) + 1;
  const { id: issueId, projectId } = issue;
  signals.push({ id, type, issueId, projectId, atMs: clock.nowMs(), ...(eventId === undefined ? {} : { eventId }) });
}

/** As tracking does after a commit. */
const ring = (): void => {
  for (const listener of listeners) listener();
};

async function store(issue: Issue, events: readonly Partial<ErrorEventRow>[]): Promise<readonly string[]> {
  const rows = events.map((event): ErrorEventRow => {
    number += 1;
    const frames = [
      { filename: 'node:internal', function: 'run', inApp: false, preContext: [], postContext: [] },
      { filename: 'src/pay.ts', function: 'charge', inApp: true, lineno: 42, contextLine: '  cart.total()' },
    ];
    const payload = JSON.stringify({ exceptions: [{ stacktrace: { frames } }], threads: [] });
    const eventId = String(number).padStart(32, '0');
    return {
      ...{
        projectId: issue.projectId,
        eventId,
        hashId: Number(issue.id),
        timeMs: clock.nowMs(),
        receivedMs: clock.nowMs(),
      },
      ...{
        inboxId: eventId,
        type: 'error',
        level: 'error',
        platform: 'node',
        title: issue.title,
        culprit: '',
        message: '',
      },
      ...{
        transaction: '',
        release: 'shop@2',
        dist: '',
        environment: 'production',
        serverName: 'web-1',
        userKey: 'id:1',
      },
      ...{ handled: false, traceId: '', spanId: '', sdk: '', tags: {}, retentionDays: 30, payload },
      ...event,
    };
  });
  await telemetry.appendErrorEvents(rows);
  return rows.map(({ eventId }) => eventId);
}

interface Heard {
  readonly key: string;
  readonly state: string;
  readonly title: string;
  readonly body: string;
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
}
const heard = (): readonly Heard[] =>
  receiver.received.flatMap(({ body }) => (JSON.parse(body) as { readonly alerts: readonly Heard[] }).alerts);
const heardWords = () => heard().map(({ state, title }) => `${state} ${title}`);
const settled = async (): Promise<void> => {
  await alerts.settled();
};
const waitFor = (words: readonly string[]) => expect.poll(heardWords, { timeout: 10_000 }).toEqual(words);

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
    issues.set(issue.id, { ...issue, status: 'resolved' });
    signal('resolved', issue);
    ring();
    await expect.poll(() => heardWords().at(-1), { timeout: 10_000 }).toBe(`resolved Resolved in shop: ${issue.title}`);
    clock.setNowMs(clock.nowMs() + 5);
    issues.set(issue.id, issue);
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
    expect((await alerts.status()).openAlerts).toBe(1);
  });

  test('that is quiet for hours, or gone, ends without being resolved', async () => {
    const [quiet, gone] = [issueOf(), issueOf()];
    signal('new', quiet);
    signal('new', gone);
    await settled();
    await expect.poll(() => heard().length, { timeout: 10_000 }).toBe(2);
    issues.delete(gone.id);
    clock.setNowMs(clock.nowMs() + ISSUE_ALERTS_LIMITS.quietMs + 1);
    await alerts.turn();
    await expect
      .poll(() => heardWords().slice(2).sort(), { timeout: 10_000 })
      .toEqual([`resolved Deleted or merged in shop: issue ${gone.shortId}`, `resolved Quiet in shop: ${quiet.title}`]);
    expect((await alerts.status()).openAlerts).toBe(0);
  });

  test('of the internal project reaches its probe alone', async () => {
    signal('new', issueOf({ projectId: '2' }));
    const last = issueOf();
    signal('new', last);
    await settled();
    await waitFor([`firing New in shop: ${last.title}`]);
    expect((await notify.alerts.list(ADMIN, { limit: 10 })).total).toBe(1);
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
    await expect.poll(async () => (await alerts.status()).cursor, { timeout: 20_000 }).toBeGreaterThan(1_000);
    await alerts.close();
    await outbox.close();
    await open();
    await settled();
    await expect.poll(() => heard().length, { timeout: 20_000 }).toBe(21);
    const keys = heard().map(({ key }) => key);
    expect(new Set(keys).size).toBe(21);
    expect(keys.filter((key) => key === 'issues-storm:shop')).toHaveLength(1);
    expect(await alerts.status()).toEqual({ cursor: 10_000, openAlerts: 20, storms: 1 });
    clock.setNowMs(clock.nowMs() + ISSUE_ALERTS_LIMITS.stormRefreshMs);
    await alerts.turn();
    await settled();
    const { alert } = await notify.alerts.get(ADMIN, 'issues-storm:shop');
    expect(alert.title).toBe('Storm of issues in shop: 9,980 changes of issues so far');
    expect(alert.body).toContain(`- critical: `);
    expect(alert.body).toContain(fatal);
    for (let window = 0; window < 2; window += 1) {
      clock.setNowMs(clock.nowMs() + ISSUE_ALERTS_LIMITS.stormWindowMs);
      await alerts.turn();
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

describe('rules', () => {
  const rule = (change: Partial<RuleInput> = {}): RuleInput => ({ ...DEFAULT_RULE, name: 'mine', ...change });
  const only = async (change: Partial<RuleInput>): Promise<void> => {
    await alerts.verbs.update(ADMIN, '1', 'default', rule(change));
  };

  test('can be made, changed and removed by administrators, and the default among them', async () => {
    expect(await alerts.verbs.list(VIEWER, '1')).toEqual([{ ...DEFAULT_RULE, id: 'default', projectId: '1' }]);
    await expect(alerts.verbs.create(RESPONDER, '1', rule())).rejects.toMatchObject({ code: 'access.forbidden' });
    const made = await alerts.verbs.create(ADMIN, '1', rule());
    await alerts.verbs.update(ADMIN, '1', made.id, rule({ name: 'other' }));
    await alerts.verbs.update(ADMIN, '1', 'default', { ...DEFAULT_RULE, isEnabled: false });
    expect((await alerts.verbs.list(VIEWER, '1')).map(({ name, isEnabled }) => [name, isEnabled])).toEqual([
      ['other', true],
      [DEFAULT_RULE.name, false],
    ]);
    await alerts.verbs.remove(ADMIN, '1', 'default');
    await alerts.verbs.remove(ADMIN, '1', made.id);
    expect(await alerts.verbs.list(VIEWER, '1')).toEqual([]);
    const refused = alerts.verbs.remove(ADMIN, '1', made.id);
    await expect(refused).rejects.toMatchObject({ code: 'issue-alerts.rule-unknown' });
    for (const wrong of [
      { triggers: [] },
      { triggers: [{ type: 'frequency', events: 0, windowMs: MINUTE_MS }] },
      { triggers: [{ type: 'users', users: 5, windowMs: 1 }] },
      { filters: { levels: [] } },
      { filters: { tags: [{ key: '', operator: 'exists' }] } },
      { name: ' ' },
    ] as const) {
      await expect(alerts.verbs.create(ADMIN, '1', rule(wrong))).rejects.toMatchObject({
        code: 'issue-alerts.rule-invalid',
      });
    }
    signal('new', issueOf());
    await settled();
    expect((await alerts.status()).openAlerts).toBe(0);
  });

  test('look at the environment and tags of the event', async () => {
    await only({
      filters: { environments: ['production'], tags: [{ key: 'tenant', operator: '=', value: 'big-*' }] },
      severity: 'low',
    });
    const told = issueOf();
    const others = [issueOf(), issueOf(), issueOf()];
    const [a = ''] = await store(told, [{ tags: { tenant: 'big-one' } }]);
    const [b = ''] = await store(told, [{ tags: { tenant: 'small' } }]);
    const [c = ''] = await store(told, [{ environment: 'dev', tags: { tenant: 'big-one' } }]);
    for (const [index, eventId] of [b, c].entries()) signal('new', others[index] ?? told, eventId);
    signal('new', others[2] ?? told);
    signal('new', told, a);
    await settled();
    await waitFor([`firing New in shop: ${told.title}`]);
    expect(heard()[0]?.severity).toBe('low');
  });

  test('of frequency and users count the events of the window, once', async () => {
    await only({
      triggers: [
        { type: 'frequency', events: 10, windowMs: 5 * MINUTE_MS },
        { type: 'users', users: 4, windowMs: 5 * MINUTE_MS },
      ],
      filters: { environments: ['production'] },
    });
    const [often, many, rare] = [issueOf({ timesSeen: 50 }), issueOf({ timesSeen: 50 }), issueOf({ timesSeen: 50 })];
    await store(
      often,
      Array.from({ length: 10 }, () => ({})),
    );
    await store(
      many,
      Array.from({ length: 4 }, (_, user) => ({ userKey: `id:${user}` })),
    );
    const old = clock.nowMs() - 6 * MINUTE_MS;
    await store(rare, [...Array.from({ length: 9 }, () => ({})), ...[{ timeMs: old }, { environment: 'dev' }]]);
    await alerts.turn();
    await alerts.turn();
    await settled();
    await expect
      .poll(() => heardWords().sort(), { timeout: 10_000 })
      .toEqual([`firing Frequent in shop: ${often.title}`, `firing Many users in shop: ${many.title}`]);
    expect(heard().find(({ key }) => key === `issue:${often.id}`)?.body).toContain('10 events of 1 users in 5 min.');
  });

  test('can be tried on the past without telling anybody', async () => {
    const [a, b] = [issueOf(), issueOf({ level: 'info' })];
    const nowMs = clock.nowMs();
    clock.setNowMs(nowMs - 2 * 24 * HOUR_MS);
    signal('new', a);
    signal('new', b);
    await store(
      b,
      Array.from({ length: 12 }, () => ({})),
    );
    clock.setNowMs(nowMs - 9 * 24 * HOUR_MS);
    signal('new', issueOf());
    clock.setNowMs(nowMs);
    const triggers = [{ type: 'new' }, { type: 'frequency', events: 12, windowMs: HOUR_MS }] as const;
    const run = await alerts.verbs.dryRun(VIEWER, '1', rule({ triggers, filters: {} }));
    expect(run.firings.map(({ issueId, trigger, severity }) => [issueId, trigger, severity])).toEqual(
      expect.arrayContaining([
        [a.id, 'new', 'high'],
        [b.id, 'new', 'low'],
        [b.id, 'frequency', 'low'],
      ]),
    );
    expect(run).toMatchObject({ total: 3, issues: 2, isPartial: false });
    expect((await alerts.verbs.dryRun(VIEWER, '1', rule())).total).toBe(1);
    const wrong = alerts.verbs.dryRun(VIEWER, '1', rule(), { fromMs: 5, toMs: 4 });
    await expect(wrong).rejects.toMatchObject({ code: 'issue-alerts.range-invalid' });
    expect((await notify.alerts.list(ADMIN, { limit: 10 })).alerts.map(({ title }) => title)).not.toContain(b.title);
  });
});

describe('the queue of events', () => {
  test('that stands still is told of, and that it goes on', async () => {
    pipeline = { waiting: 12, oldestWaitingMs: clock.nowMs() - ISSUE_ALERTS_LIMITS.blindMs - 1_000 };
    await alerts.turn();
    await alerts.turn();
    await settled();
    await waitFor(['firing Events of applications are not processed: the oldest waits for 61 s']);
    pipeline = { waiting: 0 };
    clock.setNowMs(clock.nowMs() + 10);
    await alerts.turn();
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
  await alerts.eraseProject('1');
  await alerts.eraseProject('1');
  await settled();
  await expect
    .poll(() => heardWords().at(-1), { timeout: 10_000 })
    .toBe(`resolved Project deleted in shop: issue ${issue.shortId}`);
});
