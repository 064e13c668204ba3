import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { ACCESS_MIGRATIONS, type Access, createAccess, systemActor } from '../../src/access/index.ts';
import { AUDIT_MIGRATIONS, type Audit, createAudit } from '../../src/audit/index.ts';
import { silentLog, systemClock } from '../../src/base/index.ts';
import type { Catalog } from '../../src/catalog/index.ts';
import {
  type AlertInput,
  createNotify,
  NOTIFY_MIGRATIONS,
  type Notify,
  type NotifyDeps,
  plainRoute,
  type Route,
} from '../../src/notify/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import { serverForTest } from '../catalog/open-for-test.ts';

export const ADMIN = systemActor('test');

export interface NotifyForTest {
  readonly catalog: Catalog;
  readonly audit: Audit;
  readonly access: Access;
  readonly url: string;
  readonly keyFolder: string;
  /** Another notify on the same catalog, as after a restart; started unless told otherwise. */
  readonly open: (change?: Partial<NotifyDeps>, isStarted?: boolean) => Promise<Notify>;
  /** Empties the tables of this area. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Real PostgreSQL, rights, audit and seals; receivers on this machine are allowed. */
export async function openNotifyForTest(): Promise<NotifyForTest> {
  const keyFolder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-notify-'));
  const postgres = await serverForTest();
  const catalog = await postgres.open([...AUDIT_MIGRATIONS, ...ACCESS_MIGRATIONS, ...NOTIFY_MIGRATIONS]);
  const log = silentLog();
  const clock = systemClock;
  const audit = createAudit({ catalog, clock, log, region: 'local', accountId: '000000000001' });
  const access = await createAccess({ catalog, audit, clock, log, keyFolder });
  const opened: Notify[] = [];
  const shared: NotifyDeps = {
    catalog,
    audit,
    clock,
    log,
    redactor: createRedactor(),
    authorize: access.authorize,
    secrets: access.secrets,
    publicUrl: 'https://holdfast.example',
    allowLoopback: true,
  };
  return {
    catalog,
    audit,
    access,
    url: postgres.server.url,
    keyFolder,
    open: async (change = {}, isStarted = true) => {
      const notify = createNotify({ ...shared, ...change });
      if (isStarted) await notify.start();
      opened.push(notify);
      return notify;
    },
    clear: async () => {
      await sql`TRUNCATE notify_alerts, notify_events, notify_channels, notify_groups, notify_members,
        notify_escalations, notify_silences, notify_routing, notify_deliveries, notify_attempts,
        notify_heartbeat`.execute(catalog.db());
    },
    close: async () => {
      await Promise.all(opened.map((notify) => notify.close()));
      await access.close();
      await audit.close();
      await catalog.close();
      await postgres.remove();
      await rm(keyFolder, { recursive: true, force: true });
    },
  };
}

let lastMs = 1_700_000_000_000;

/** An alert with a time later than that of the one before. */
export function alertOf(key: string, change: Partial<AlertInput> = {}): AlertInput {
  lastMs += 1_000;
  return {
    key,
    state: 'firing',
    severity: 'high',
    source: 'test',
    title: `${key} is wrong`,
    body: 'What to do: look.',
    labels: {},
    atMs: lastMs,
    ...change,
  };
}

/** A fallback that tells fast enough for tests. */
export const quickRoute = (channels: readonly string[], change: Partial<Route> = {}): Route => ({
  ...plainRoute('default', channels),
  groupWaitMs: 0,
  groupIntervalMs: 1_000,
  ...change,
});

export async function setFallback(notify: Notify, route: Route, routes: readonly Route[] = []): Promise<void> {
  const { version } = await notify.routing.get(ADMIN);
  await notify.routing.replace(ADMIN, { version, routes, fallback: route });
}
