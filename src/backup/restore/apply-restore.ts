import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Clock, Log } from '../../base/index.ts';
import { Failure, formatBytes } from '../../base/index.ts';
import type { Vault } from '../../vault/index.ts';
import type {
  BackupCatalog,
  PostgresRunner,
  Progress,
  RestorePlan,
  RunningPostgres,
  TimelineHistory,
  WalReader,
} from '../types.ts';
import { checkPort } from './check-port.ts';
import { describeTarget } from './describe-target.ts';
import { BACKUP_RESTORE_FAILURES } from './failures.ts';
import { checkFreeSpace } from './free-space.ts';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';
import { planKey } from './plan-key.ts';
import { createProgressMeter } from './progress.ts';
import { WAL_FOLDER } from './recovery-settings.ts';
import { claimFolder, type FolderOwner, type RestoreFolder } from './restore-folder.ts';
import { CONTROL_FILE, layOutRestore, type RestoreLayout, waitingControlFile } from './restored-files.ts';
import { majorVersionOf, type RecoveryOutcome, startRestored } from './start-restored.ts';
import { syncFolders } from './sync-folders.ts';
import { makeFolders, writeFiles } from './write-files.ts';
import { writeSettings } from './write-settings.ts';
import { writeWal } from './write-wal.ts';

export interface RestoreDeps {
  readonly catalog: Pick<BackupCatalog, 'content' | 'timelines'>;
  readonly wal: WalReader;
  readonly vault: Pick<Vault, 'get'>;
  readonly runner: PostgresRunner;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RestoreOrder {
  readonly plan: RestorePlan;
  /** Empty or missing, or the one in which this plan was interrupted. */
  readonly into: string;
  /** Folders for tablespaces by oid or by location on the source; the others go below the restore folder. */
  readonly tablespaces?: Readonly<Record<string, string>>;
  /** Starts the cluster and waits until it opened at the target; the caller stops it. */
  readonly start?: {
    readonly port: number;
    /** Default: only the machine itself reaches it, with passwords of the source. */
    readonly listenAddresses?: string;
    readonly settings?: Readonly<Record<string, string>>;
  };
  /** False for copies that are thrown away: nothing is synced to disk. Default true. */
  readonly durable?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** An abort leaves the folder resumable. */
  readonly signal?: AbortSignal;
}

export interface RestorePhase {
  readonly name: 'files' | 'wal' | 'recovery';
  readonly ms: number;
  readonly bytes: number;
}

export interface RestoreResult {
  readonly folder: string;
  readonly restoredBytes: number;
  readonly walBytes: number;
  readonly phases: readonly RestorePhase[];
  /** Sentences about settings that were changed and what to do next. */
  readonly notes: readonly string[];
  readonly server?: RunningPostgres;
  readonly recovery?: RecoveryOutcome;
}

interface Work {
  readonly deps: RestoreDeps;
  readonly order: RestoreOrder;
  readonly target: RestoreFolder;
  readonly owner: FolderOwner | undefined;
  readonly durable: boolean;
  readonly signal: AbortSignal;
  readonly tell: (progress: Progress) => void;
}

/**
 * Runs a plan once. The order is what makes it safe: the data without `pg_control`, the WAL, the settings, everything
 * synced, then `pg_control` into its place. A crash before that leaves a folder over which no server starts and which
 * the same order goes on with; a crash after it leaves a complete restore.
 */
export async function applyRestore(deps: RestoreDeps, order: RestoreOrder): Promise<RestoreResult> {
  const { plan, tablespaces = {}, durable = true } = order;
  if (order.start !== undefined) {
    await checkVersion(deps.runner, plan);
    await checkPort(order.start.port);
  }
  const owner = await deps.runner.owner();
  const title = `${plan.source} to ${describeTarget(plan.target)} from ${plan.snapshot.id}`;
  const target = await claimFolder({ folder: order.into, key: planKey(plan, tablespaces), title, owner });
  const signal = order.signal ?? new AbortController().signal;
  const work: Work = { deps, order, target, owner, durable, signal, tell: order.onProgress ?? (() => undefined) };
  try {
    const written = target.isComplete ? { phases: [], notes: [] } : await writeAll(work);
    const sizes = { folder: target.folder, restoredBytes: plan.restoreBytes, walBytes: plan.walBytes };
    if (order.start === undefined) {
      await target.release();
      return { ...sizes, ...written, notes: [...written.notes, howToStart(plan, target.folder)] };
    }
    const begunMs = deps.clock.monotonicMs();
    const { server, recovery } = await startRestored({ ...order.start, ...work, plan, runner: deps.runner });
    await target.release();
    const phase = { name: 'recovery', ms: deps.clock.monotonicMs() - begunMs, bytes: plan.walBytes } as const;
    return { ...sizes, phases: [...written.phases, phase], notes: written.notes, server, recovery };
  } catch (error) {
    await target.release();
    throw error;
  }
}

async function checkVersion(runner: PostgresRunner, { snapshot }: RestorePlan): Promise<void> {
  const version = majorVersionOf(snapshot);
  const versions = await runner.versions();
  if (versions.includes(version)) return;
  const found = versions.length === 0 ? 'none' : versions.join(', ');
  throw new Failure(BACKUP_RESTORE_FAILURES.versionMissing, { version, found });
}

const howToStart = ({ snapshot }: RestorePlan, folder: string): string =>
  `start it with the programs of PostgreSQL ${majorVersionOf(snapshot)} as the owner of the folder: pg_ctl -D ${folder} start; it recovers to the target and opens there`;

async function writeAll(work: Work): Promise<Pick<RestoreResult, 'phases' | 'notes'>> {
  const { deps, order, target, owner } = work;
  const { plan } = order;
  const timed = async (name: RestorePhase['name'], run: () => Promise<number>): Promise<RestorePhase> => {
    const begunMs = deps.clock.monotonicMs();
    const bytes = await run();
    return { name, ms: deps.clock.monotonicMs() - begunMs, bytes };
  };
  const timelines = await deps.catalog.timelines(plan.source);
  let layout: RestoreLayout | undefined;
  const files = await timed('files', async () => {
    layout = await writeData(work);
    return layout.totalBytes;
  });
  const wal = await timed('wal', () => writePlanWal(work, timelines));
  const libraries = await deps.runner.libraries(majorVersionOf(plan.snapshot));
  const notes = await writeSettings({
    plan,
    folder: target.folder,
    owner,
    libraries,
    ...(order.start?.listenAddresses === undefined ? {} : { listenAddresses: order.start.listenAddresses }),
    ...(order.start === undefined ? {} : { port: order.start.port }),
  });
  await finishFolder(work, layout);
  return { phases: [files, wal], notes };
}

async function writeData(work: Work): Promise<RestoreLayout> {
  const { deps, order, target, owner, durable, signal, tell } = work;
  const { plan, tablespaces = {} } = order;
  const content = await deps.catalog.content(plan.snapshot);
  const { folder, sideFolder } = target;
  const layout = await layOutRestore({ folder, sideFolder, content, tablespaces });
  await checkSpace(work, layout);
  await makeTablespaces(work, layout);
  await makeFolders({ layout, owner });
  const meter = createProgressMeter({ phase: 'files', totalBytes: layout.packedBytes, clock: deps.clock, tell });
  const snapshotId = plan.snapshot.id;
  await writeFiles({ layout, target, vault: deps.vault, snapshotId, owner, durable, meter, signal });
  meter.finish();
  deps.log.info({ source: plan.source, folder, bytes: layout.totalBytes }, 'the files of a restore are written');
  return layout;
}

async function checkSpace({ order, target }: Work, layout: RestoreLayout): Promise<void> {
  const { plan } = order;
  // What an interrupted attempt wrote stands there already; counting it again would refuse a restore that fits.
  const done = layout.runs
    .packs()
    .filter((pack) => target.donePacks.has(pack))
    .reduce((sum, pack) => sum + layout.runs.runsOf(pack).reduce((bytes, run) => bytes + run.length, 0), 0);
  const elsewhere = layout.tablespaces.reduce((sum, { bytes }) => sum + bytes, 0);
  const kept = BACKUP_RESTORE_LIMITS.walFilesKept * plan.snapshot.walSegmentBytes;
  const own = layout.totalBytes - elsewhere - done + plan.walBytes + kept + BACKUP_RESTORE_LIMITS.diskMarginBytes;
  await checkFreeSpace([{ folder: target.folder, bytes: Math.max(0, own) }, ...layout.tablespaces]);
}

async function makeTablespaces({ target, owner, durable }: Work, layout: RestoreLayout): Promise<void> {
  if (layout.tablespaces.length === 0) return;
  await makeFolders({
    owner,
    layout: {
      ...layout,
      folders: [
        { place: path.join(target.folder, 'pg_tblspc'), mode: 0o700 },
        ...layout.tablespaces.map(({ folder }) => ({ place: folder, mode: 0o700 })),
      ],
    },
  });
  for (const { link, folder } of layout.tablespaces) {
    const names = target.isResumed ? [] : await readdir(folder);
    if (names.length > 0) {
      const found = names.slice(0, BACKUP_RESTORE_LIMITS.namesShown).join(', ');
      throw new Failure(BACKUP_RESTORE_FAILURES.folderNotEmpty, { folder, found });
    }
    await rm(link, { force: true });
    // A server finds tablespaces in its own later backups only by whole paths. A copy that is thrown away may lie in a
    // folder that its user cannot reach by the whole path.
    await symlink(durable ? folder : path.relative(path.dirname(link), folder), link);
  }
}

async function writePlanWal(work: Work, timelines: readonly TimelineHistory[]): Promise<number> {
  const { deps, order, target, owner, durable, signal, tell } = work;
  const { plan } = order;
  const folder = path.join(target.folder, WAL_FOLDER);
  const meter = createProgressMeter({ phase: 'wal', totalBytes: plan.walBytes, clock: deps.clock, tell });
  await writeWal({ plan, wal: deps.wal, timelines, folder, owner, durable, meter, signal });
  meter.finish();
  const bytes = formatBytes(plan.walBytes);
  deps.log.info({ source: plan.source, folder, segments: plan.wal.length, bytes }, 'the WAL of a restore is written');
  return plan.walBytes;
}

async function finishFolder({ target, owner, durable }: Work, layout: RestoreLayout | undefined): Promise<void> {
  const { folder, sideFolder } = target;
  // Folders that a base backup leaves out when they are empty, and without which the server does not start.
  const needed = [
    'pg_wal',
    'pg_wal/archive_status',
    'pg_notify',
    'pg_replslot',
    'pg_stat_tmp',
    'pg_tblspc',
    'pg_twophase',
  ];
  for (const name of needed) await mkdir(path.join(folder, name), { recursive: true, mode: 0o700 });
  if (owner !== undefined) {
    const folders = needed.map((name) => ({ place: path.join(folder, name), mode: 0o700 }));
    await makeFolders({ owner, layout: { ...(layout ?? emptyLayout), folders } });
  }
  const roots = [folder, ...(layout?.tablespaces ?? []).map((tablespace) => tablespace.folder)];
  if (durable) await syncFolders(roots);
  await rename(waitingControlFile(sideFolder), path.join(folder, CONTROL_FILE));
  if (durable) await syncFolders([path.join(folder, path.dirname(CONTROL_FILE))]);
  await target.noteComplete();
}

const emptyLayout: Pick<RestoreLayout, 'folders'> & Omit<RestoreLayout, 'folders'> = {
  folders: [],
  files: [],
  tablespaces: [],
  totalBytes: 0,
  packedBytes: 0,
  runs: { add: () => undefined, packs: () => [], runsOf: () => [] },
};
