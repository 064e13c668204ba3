import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createManualClock, type ManualClock, silentLog, systemClock } from '../../src/base/index.ts';
import {
  type AlertOutbox,
  createAlertOutbox,
  createIssueAlerts,
  ISSUE_ALERTS_MIGRATIONS,
  ISSUES_OUTBOX_MIGRATIONS,
  type Issue,
  type IssueAlerts,
  type IssueSignal,
  type PipelineView,
} from '../../src/issues/index.ts';
import { createNotify, NOTIFY_MIGRATIONS, type Notify } from '../../src/notify/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import type { ErrorEventRow, TelemetryStore } from '../../src/telemetry/index.ts';
import { quickRoute, setFallback } from '../notify/open-notify.ts';
import { type HttpReceiver, startHttpReceiver } from '../notify/receivers.ts';
import { ADMIN, type CatalogParts, directoryOf, openCatalogParts, projectOf } from './open-catalog-parts.ts';

const SHOP = projectOf('1', 'shop');
const PROBE = projectOf('2', 'probe', { isInternal: true });

let parts: CatalogParts;
let folder: string;
let telemetry: TelemetryStore;
let receiver: HttpReceiver;
let signals: IssueSignal[] = [];
let listeners = new Set<() => void>();
/** What the test at hand works with; made anew for each. */
export const now = {} as {
  clock: ManualClock;
  notify: Notify;
  outbox: AlertOutbox;
  alerts: IssueAlerts;
  issues: Map<string, Issue>;
  pipeline: PipelineView;
};
/** Ids are never used again, so that tests share one store of events. */
let number = 0;

/** Real stores and notify, with tracking as a list of signals and issues. Each test begins with nothing. */
export function useIssueAlerts(): void {
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

  beforeEach(async () => {
    now.clock = createManualClock(Date.now());
    [signals, listeners, now.issues, now.pipeline] = [[], new Set(), new Map(), { waiting: 0 }];
    await sql`TRUNCATE issue_alert_rules, issue_alert_cursor, issue_alerts, issue_alert_storms, issue_outbox, notify_alerts,
    notify_events, notify_groups, notify_members, notify_escalations, notify_deliveries, notify_attempts`.execute(
      parts.catalog.db(),
    );
    receiver.received.length = 0;
    await openNotify();
    await open();
  });
  afterEach(async () => {
    await now.alerts.close();
    await now.outbox.close();
    await now.notify.close();
  });
}

/** A notify and a channel of its own for each test: there is a cap on what one channel is told in a minute. */
async function openNotify(): Promise<void> {
  const { catalog, audit, access } = parts;
  now.notify = createNotify({
    ...{ catalog, audit, authorize: access.authorize, secrets: access.secrets, redactor: createRedactor() },
    ...{ clock: systemClock, log: silentLog(), publicUrl: 'https://holdfast.example', allowLoopback: true },
  });
  await now.notify.start();
  number += 1;
  const name = `hook-${number}`;
  await now.notify.channels.create(ADMIN, { name, type: 'webhook', url: receiver.url });
  await setFallback(now.notify, quickRoute([name]));
}

export const open = async (): Promise<void> => {
  const { catalog, audit, access } = parts;
  const { clock } = now;
  const shared = { catalog, clock, log: silentLog() };
  now.outbox = createAlertOutbox({ ...shared, alerting: now.notify.alerting });
  now.outbox.start();
  now.alerts = createIssueAlerts({
    ...{ ...shared, outbox: now.outbox, audit, telemetry, authorize: access.authorize, pipeline: () => now.pipeline },
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
      byIds: async (ids) => ids.flatMap((id) => now.issues.get(id) ?? []),
      seenSince: async (sinceMs) => [...now.issues.values()].filter(({ lastSeenMs }) => lastSeenMs >= sinceMs),
      ownersOf: async (hashIds) =>
        new Map(hashIds.flatMap((hash) => (now.issues.has(String(hash)) ? [[hash, String(hash)] as const] : []))),
      hashesOf: async (ids) => new Map(ids.map((id) => [id, [Number(id)]])),
    },
  });
  await now.alerts.start();
};

export function issueOf(change: Partial<Issue> = {}): Issue {
  number += 1;
  const id = change.id ?? String(number);
  const seen = {
    firstSeenMs: now.clock.nowMs(),
    lastSeenMs: now.clock.nowMs(),
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
  now.issues.set(id, issue);
  return issue;
}

export function signal(type: IssueSignal['type'], issue: Issue, eventId?: string): void {
  const id = (signals.at(-1)?.id ?? 0) + 1;
  const { id: issueId, projectId } = issue;
  signals.push({
    id,
    type,
    issueId,
    projectId,
    atMs: now.clock.nowMs(),
    ...(eventId === undefined ? {} : { eventId }),
  });
}

/** As tracking does after a commit. */
export const ring = (): void => {
  for (const listener of listeners) listener();
};

export async function store(issue: Issue, events: readonly Partial<ErrorEventRow>[]): Promise<readonly string[]> {
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
        timeMs: now.clock.nowMs(),
        receivedMs: now.clock.nowMs(),
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
export const heard = (): readonly Heard[] =>
  receiver.received.flatMap(({ body }) => (JSON.parse(body) as { readonly alerts: readonly Heard[] }).alerts);
export const heardWords = () => heard().map(({ state, title }) => `${state} ${title}`);
export const settled = async (): Promise<void> => {
  await now.alerts.settled();
};
export const waitFor = (words: readonly string[]) => expect.poll(heardWords, { timeout: 10_000 }).toEqual(words);
