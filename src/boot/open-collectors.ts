import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemActor } from '../access/index.ts';
import { addressOf, type BackupService, connectServer, cutServer } from '../backup/index.ts';
import type { Clock, Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import {
  type AlarmService,
  type Collectors,
  createCollectors,
  type DatabaseTarget,
  METRICS_COLLECTORS_LIMITS,
  type MetricStore,
  type NamedFolder,
  type SqlSession,
} from '../metrics/index.ts';
import type { Alerting } from '../notify/index.ts';
import type { Redactor } from '../redact/index.ts';
import type { Options } from './engines.ts';
import type { StopStack } from './stop-stack.ts';
import { planZones } from './zones.ts';

/** Opens the collectors over the databases under backup and over this machine; nothing is asked before `start`. */
export async function openCollectors(deps: {
  readonly metricStore: MetricStore;
  readonly alarms: AlarmService;
  readonly catalog: Catalog;
  readonly alerting: Alerting;
  readonly redactor: Redactor;
  readonly backup: BackupService;
  readonly folder: string;
  readonly options: Pick<Options, 'zones'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: StopStack;
}): Promise<Collectors> {
  const { metricStore: store, alarms, catalog, alerting, redactor, backup, clock } = deps;
  const collectors = createCollectors({
    ...{ store, alarms, catalog, alerting, redactor, clock },
    targets: () => backup.addresses().map(targetOf),
    host: os.hostname(),
    folders: await disksOf(deps.folder, deps.options.zones),
    actor: systemActor('collectors'),
    log: deps.log.area('collectors'),
  });
  deps.stack.push('collectors', collectors.close);
  return collectors;
}

/**
 * The data folder and the zones that are folders, one for each disk: a disk that fills is told once, by the first name.
 * Zones in a bucket have no disk here.
 */
async function disksOf(folder: string, zones: string | undefined): Promise<readonly NamedFolder[]> {
  const all: readonly NamedFolder[] = [
    { name: 'data', folder: path.resolve(folder) },
    ...planZones(zones, folder).flatMap(({ name, url }) =>
      url.startsWith('file:') ? [{ name: `zone-${name}`, folder: fileURLToPath(url) }] : [],
    ),
  ];
  const disks = new Map<number, NamedFolder>();
  for (const named of all) {
    const found = await stat(named.folder).catch(() => undefined);
    if (found !== undefined && !disks.has(found.dev)) disks.set(found.dev, named);
  }
  return [...disks.values()];
}

function targetOf({ name, url }: { readonly name: string; readonly url: string }): DatabaseTarget {
  return {
    name,
    mark: createHash('sha256').update(url).digest('hex'),
    address: addressOf(url),
    connect: (signal) => connectReadOnly(url, signal),
  };
}

/** What the session may never do or cost, said by the session itself: it holds whatever the role may do. */
async function connectReadOnly(url: string, signal: AbortSignal): Promise<SqlSession> {
  const { statementMs, lockMs, connectMs } = METRICS_COLLECTORS_LIMITS;
  const { client } = await connectServer({
    ...{ url, applicationName: 'holdfast collector', replication: false, connectTimeoutMs: connectMs, signal },
  });
  const session: SqlSession = {
    query: async (sql, values) => (await client.query(sql, values === undefined ? undefined : [...values])).rows,
    close: () => client.end(),
    destroy: () => cutServer(client),
  };
  try {
    await session.query(
      `SET default_transaction_read_only = on; SET statement_timeout = ${statementMs}; SET lock_timeout = ${lockMs};
       SET idle_in_transaction_session_timeout = ${statementMs}; SET search_path = pg_catalog`,
    );
  } catch (error) {
    session.destroy();
    throw error;
  }
  return session;
}
