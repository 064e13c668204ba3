import path from 'node:path';
import type { Actor } from '../../access/index.ts';
import { Failure } from '../../base/index.ts';
import { createBackupCatalog } from '../catalog/index.ts';
import { BACKUP_FAILURES } from '../failures.ts';
import { openReplication } from '../protocol/index.ts';
import { DEFAULT_CADENCE } from '../prove/index.ts';
import { createStockGatherer } from '../retention/index.ts';
import type { BackupSource } from '../types.ts';
import { BACKUP_WAL_FAILURES, createWalArchive } from '../wal/index.ts';
import { acceptedSource } from './accepted-source.ts';
import { auditedChange } from './audited.ts';
import { type BackupContext, type BackupDeps, createGate, isOwn, protectedOf, viewOf } from './context.ts';
import { BACKUP_SERVICE_LIMITS } from './limits.ts';
import { protectSource } from './protect-source.ts';
import { createSourceAlerts } from './raise-alerts.ts';
import { readVerbs } from './read-verbs.ts';
import { createReportStore } from './report-store.ts';
import { restoreVerbs, stopRestored } from './restore-verbs.ts';
import { createRuns } from './runs.ts';
import { createSourceStore } from './source-store.ts';
import type { Backup } from './types.ts';

export interface BackupService extends Backup {
  /** The clusters with their addresses, passwords and all: for parts of Holdfast that ask them too, never for a view. */
  readonly addresses: () => readonly Pick<BackupSource, 'name' | 'url'>[];
  /** Begins streams and schedules of all sources. */
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens backup; BACKUP_MIGRATIONS must have run. Nothing streams before `start`. */
export function createBackup(deps: BackupDeps): BackupService {
  const archive = createWalArchive(deps);
  const context: BackupContext = {
    ...deps,
    archive,
    backups: createBackupCatalog({ vault: deps.vault, wal: archive, catalog: deps.catalog }),
    sourceStore: createSourceStore(deps.catalog, deps.access.secrets),
    reports: createReportStore(deps.catalog),
    runs: createRuns(deps),
    protectedSources: new Map(),
    addedMs: new Map(),
    opened: createGate(),
  };
  const stopping = new AbortController();
  return {
    ...sourceVerbs(context),
    ...readVerbs(context),
    ...restoreVerbs(context),
    addresses: () => [...context.protectedSources.values()].map(({ source: { name, url } }) => ({ name, url })),
    start: () => startAll(context, stopping.signal),
    close: async () => {
      stopping.abort(new Error('stopping'));
      await Promise.all([...context.protectedSources.values()].map((one) => one.stop()));
      await context.runs.close();
      await stopRestored(context);
    },
  };
}

/**
 * Sources are known at once; their streams begin when the vault was read, which takes as long as there is WAL to list
 * and holds up nobody's start. A vault that cannot be read yet is asked again.
 */
async function startAll(context: BackupContext, signal: AbortSignal): Promise<void> {
  if (context.own !== undefined) protect(context, acceptedSource(context.own), context.clock.nowMs());
  for (const { source, addedMs } of await context.sourceStore.list()) protect(context, source, addedMs);
  void readVault(context, signal).catch((error: unknown) => {
    if (!signal.aborted) context.log.error({ err: error }, 'backup could not begin');
  });
}

async function readVault(context: BackupContext, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await context.archive.load();
      await context.backups.rebuild();
      signal.throwIfAborted();
      return context.opened.open();
    } catch (error) {
      signal.throwIfAborted();
      context.log.error({ err: error }, 'what the vault holds of backups could not be read; it is tried again');
    }
    await context.clock.sleep(BACKUP_SERVICE_LIMITS.vaultRetryMs, signal);
  }
}

function protect(context: BackupContext, source: BackupSource, addedMs: number): void {
  const { alerting, clock, log, runs, reports, archive, vault } = context;
  const area = log.area(`backup-${source.name}`);
  const one = protectSource(source, {
    ...{ vault, archive, catalog: context.backups, stock: createStockGatherer(vault), reports, runs, clock, log: area },
    proof: {
      ...{
        catalog: context.backups,
        wal: archive,
        vault,
        runner: context.runner,
        clock,
        log: area,
        port: context.port,
      },
      folder: path.join(context.folder, source.name),
    },
    cadence: context.cadence ?? DEFAULT_CADENCE,
    alerts: createSourceAlerts({
      source: source.name,
      slotLagAlarmBytes: source.slotLagAlarmBytes,
      alerting,
      clock,
      log: area,
    }),
    random: context.random,
    onSystemId: (systemId) => {
      if (isOwn(context, source.name)) return;
      const pinned = { ...source, systemId };
      context.sourceStore.change(pinned, clock.nowMs()).catch((error: unknown) => {
        area.error({ err: error }, 'the identity of the cluster could not be kept');
      });
    },
  });
  context.protectedSources.set(source.name, one);
  context.addedMs.set(source.name, addedMs);
  // A source may have been changed or removed before the vault was read.
  void context.opened.promise.then(() => {
    if (context.protectedSources.get(source.name) === one) one.start();
  });
}

/**
 * Another cluster at a new address is told to whoever gives the address. A server that is away cannot be asked; the
 * stream asks it before it stores anything.
 */
async function refuseOtherCluster(source: BackupSource): Promise<void> {
  const { name, url, systemId: pinned } = source;
  if (pinned === undefined) return;
  const connection = await openReplication({ url, applicationName: 'holdfast check' }).catch(() => undefined);
  try {
    const found = (await connection?.identifySystem())?.systemId;
    if (found === undefined || found === pinned) return;
    throw new Failure(BACKUP_WAL_FAILURES.otherCluster, { source: name, found, pinned });
  } finally {
    await connection?.close();
  }
}

const objectOf = (name: string) => ({ type: 'database', name });

function sourceVerbs(context: BackupContext): Pick<Backup, 'sources' | 'addSource' | 'changeSource' | 'removeSource'> {
  const { access, sourceStore, clock } = context;
  const mayChange = async (actor: Actor, name: string): Promise<void> => {
    await access.authorize(actor, 'backup:Manage', objectOf(name));
    if (isOwn(context, name)) throw new Failure(BACKUP_FAILURES.sourceIsOwn, { source: name });
  };
  return {
    sources: async (actor) => {
      await access.authorize(actor, 'backup:Read', objectOf('*'));
      return [...context.protectedSources.values()].map(({ source }) => viewOf(context, source));
    },
    addSource: async (actor, input) => {
      await access.authorize(actor, 'backup:Manage', objectOf(input.name));
      return auditedChange(context, actor, { eventName: 'AddBackupSource', source: input.name }, async () => {
        if (isOwn(context, input.name)) throw new Failure(BACKUP_FAILURES.sourceExists, { source: input.name });
        const source = acceptedSource(input);
        await sourceStore.add(source, clock.nowMs());
        protect(context, source, clock.nowMs());
        return viewOf(context, source);
      });
    },
    changeSource: async (actor, name, change) => {
      await mayChange(actor, name);
      return auditedChange(context, actor, { eventName: 'ChangeBackupSource', source: name }, async () => {
        const known = protectedOf(context, name);
        const stored = (await sourceStore.list()).find(({ source }) => source.name === name);
        const before = stored?.source ?? known.source;
        const source = acceptedSource({ ...before, ...change, name, url: change.url ?? before.url }, before);
        if (change.url !== undefined) await refuseOtherCluster(source);
        await sourceStore.change(source, clock.nowMs());
        await known.stop();
        protect(context, source, stored?.addedMs ?? clock.nowMs());
        return viewOf(context, source);
      });
    },
    removeSource: async (actor, name) => {
      await mayChange(actor, name);
      await auditedChange(context, actor, { eventName: 'RemoveBackupSource', source: name }, async () => {
        const known = protectedOf(context, name);
        await sourceStore.remove(name);
        context.protectedSources.delete(name);
        await known.stop();
        await known.leave();
      });
    },
  };
}
