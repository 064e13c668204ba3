import { type Clock, isFailure, type Log, SECOND_MS } from '../../base/index.ts';
import type { VaultStore } from '../../vault/index.ts';
import type { CachedBackupCatalog } from '../catalog/index.ts';
import { openReplication } from '../protocol/index.ts';
import { nextProof, type ProofCadence, type ProofDeps, proveRestore } from '../prove/index.ts';
import type { MeasuredRates } from '../restore/index.ts';
import {
  applyRetention,
  planRetention,
  type RetentionPlan,
  retainUntilOf,
  type StockGatherer,
} from '../retention/index.ts';
import { loadIndex, takeSnapshot } from '../snapshots/index.ts';
import type { BackupSource, Snapshot } from '../types.ts';
import { createWalStream, type SourceStream, type WalArchive } from '../wal/index.ts';
import { BACKUP_SERVICE_LIMITS } from './limits.ts';
import { ratesOf } from './measured-rates.ts';
import type { SourceAlerts } from './raise-alerts.ts';
import type { ReportStore } from './report-store.ts';
import type { Runs, RunWork } from './runs.ts';
import { nextSnapshotMs } from './schedule.ts';
import type { BackupRun, RestoreReport } from './types.ts';

export interface ProtectDeps {
  readonly vault: VaultStore;
  readonly archive: WalArchive;
  readonly catalog: CachedBackupCatalog;
  readonly stock: StockGatherer;
  readonly proof: ProofDeps;
  readonly cadence: ProofCadence;
  readonly reports: ReportStore;
  readonly runs: Runs;
  readonly alerts: SourceAlerts;
  readonly random: () => number;
  readonly clock: Clock;
  readonly log: Log;
  /** The first connection pins the cluster. */
  readonly onSystemId: (systemId: string) => void;
}

/** One source under backup: its stream, its schedule, its retention. */
export interface ProtectedSource {
  readonly source: BackupSource;
  readonly stream: SourceStream;
  readonly start: () => void;
  readonly snapshotNow: () => BackupRun;
  readonly proveNow: (choice: RestoreReport['choice'], targetMs?: number) => BackupRun;
  readonly planRetention: () => Promise<RetentionPlan>;
  readonly rates: () => Promise<MeasuredRates | undefined>;
  readonly nextSnapshotMs: () => number | undefined;
  readonly nextProofMs: () => number | undefined;
  readonly stop: () => Promise<void>;
  /** After `stop`, for a source that is no longer under backup; a source that is away keeps its slot. */
  readonly leave: () => Promise<void>;
}

interface Plan {
  systemId: string | undefined;
  snapshotMs: number | undefined;
  proofMs: number | undefined;
  proofChoice: RestoreReport['choice'];
  retentionMs: number;
  /** The stream is broken, and a snapshot is planned because of it. */
  gapOpen: boolean;
  /** Since when the stream does not stream. */
  awaySinceMs: number | undefined;
}

export function protectSource(source: BackupSource, deps: ProtectDeps): ProtectedSource {
  const { clock, log, alerts, runs } = deps;
  const stopping = new AbortController();
  const plan: Plan = {
    ...{ systemId: source.systemId, snapshotMs: undefined, proofMs: undefined, proofChoice: 'newest', gapOpen: false },
    ...{ retentionMs: clock.nowMs() + BACKUP_SERVICE_LIMITS.retentionSweepMs, awaySinceMs: clock.nowMs() },
  };
  const stream = createWalStream({
    ...{ source, archive: deps.archive, clock, log },
    onEvent: alerts.onStreamEvent,
    onSystemId: (systemId) => {
      plan.systemId = systemId;
      deps.onSystemId(systemId);
    },
  });
  const work: Work = { source, deps, plan, stream };
  const snapshotNow = (): BackupRun => beginSnapshot(work);
  const proveNow = (choice: RestoreReport['choice'], targetMs?: number): BackupRun =>
    beginProof(work, choice, targetMs);
  let loop: Promise<void> = Promise.resolve();
  return {
    ...{ source, stream, snapshotNow, proveNow },
    start: () => {
      stream.start();
      loop = runSchedule(work, stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error, source: source.name }, 'the schedule of backup ended');
      });
    },
    planRetention: () => planOf(work),
    rates: () => ratesOf(deps.reports, source.name),
    nextSnapshotMs: () => plan.snapshotMs,
    nextProofMs: () => plan.proofMs,
    stop: async () => {
      stopping.abort(new Error('stopping'));
      for (const run of runs.of(source.name)) if (run.state === 'running') runs.cancel(run.id);
      await Promise.all([loop, stream.stop()]);
    },
    leave: async () => {
      alerts.endAll();
      await dropSlot(source, log);
    },
  };
}

interface Work {
  readonly source: BackupSource;
  readonly deps: ProtectDeps;
  readonly plan: Plan;
  readonly stream: SourceStream;
}

/** Looks each second what is due. What was missed while Holdfast was down is due now. */
async function runSchedule(work: Work, signal: AbortSignal): Promise<void> {
  const { source, deps, plan } = work;
  // Gaps that an earlier run told of and that a snapshot has passed since no longer matter.
  const newest = newestOf(await deps.catalog.snapshots(source.name));
  if (newest !== undefined) work.stream.noteSnapshot(newest.start);
  await replan(work);
  for (;;) {
    await deps.clock.sleep(SECOND_MS, signal);
    try {
      watchStream(work);
      const nowMs = deps.clock.nowMs();
      if (isDue(plan.snapshotMs, nowMs) && !deps.runs.isRunning(source.name, 'snapshot')) beginSnapshot(work);
      else if (isDue(plan.proofMs, nowMs) && !isBusy(work) && (await hasRange(work)))
        beginProof(work, plan.proofChoice);
      if (isDue(plan.retentionMs, nowMs) && !isBusy(work)) await sweep(work);
    } catch (error) {
      signal.throwIfAborted();
      deps.log.error({ err: error, source: source.name }, 'a step of the backup schedule failed; it is tried again');
    }
  }
}

const isDue = (atMs: number | undefined, nowMs: number): boolean => atMs !== undefined && atMs <= nowMs;

const isBusy = ({ deps, source }: Work): boolean =>
  deps.runs.isRunning(source.name, 'snapshot') || deps.runs.isRunning(source.name, 'proof');

const hasRange = async ({ deps, source }: Work): Promise<boolean> =>
  (await deps.catalog.snapshots(source.name)).length > 0;

function watchStream({ deps, plan, stream }: Work): void {
  const { state, reason, slotLagBytes } = stream.status();
  const isStreaming = state === 'streaming' || state === 'catching-up';
  plan.awaySinceMs = isStreaming ? undefined : (plan.awaySinceMs ?? deps.clock.nowMs());
  deps.alerts.onStreamState(isStreaming, plan.awaySinceMs ?? 0, reason);
  if (state === 'streaming') deps.alerts.onStreamWhole(slotLagBytes);
  // Only a snapshot that begins after the gap makes seconds restorable again; one that failed has its own pause.
  if (state === 'broken' && !plan.gapOpen) plan.snapshotMs = deps.clock.nowMs();
  plan.gapOpen = state === 'broken';
}

const newestOf = (snapshots: readonly Snapshot[]): Snapshot | undefined =>
  snapshots.reduce<Snapshot | undefined>((a, b) => (a === undefined || b.begunMs > a.begunMs ? b : a), undefined);

/** When the next snapshot and the next proof are due, from what there is. */
async function replan({ source, deps, plan, stream }: Work): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const newest = newestOf(await deps.catalog.snapshots(source.name));
  // A gap that opened while the newest snapshot ran, or while this was asked, is not covered by it.
  plan.gapOpen = stream.status().state === 'broken';
  plan.snapshotMs = plan.gapOpen ? nowMs : nextSnapshotMs(source, newest?.begunMs, nowMs);
  const next = nextProof(await deps.reports.list(source.name), { cadence: deps.cadence, nowMs });
  plan.proofMs = next.dueMs;
  plan.proofChoice = next.choice;
}

function beginSnapshot(work: Work): BackupRun {
  const { source, deps, plan } = work;
  const { run, ended } = deps.runs.begin({ source: source.name, type: 'snapshot' }, (given) => snapshot(work, given));
  plan.snapshotMs = undefined;
  void ended.then(async (done) => {
    deps.alerts.onSnapshot(done);
    await replan(work);
    if (done.state === 'failed') plan.snapshotMs = deps.clock.nowMs() + BACKUP_SERVICE_LIMITS.snapshotRetryMs;
    // What the window needs longer now is lengthened by retention, so it follows each snapshot at once.
    if (done.state === 'done') plan.retentionMs = deps.clock.nowMs();
  });
  return run;
}

async function snapshot(work: Work, { onProgress, signal }: RunWork): Promise<{ summary: string; result: string }> {
  const { source, deps, plan, stream } = work;
  const { clock, vault } = deps;
  const connection = await openReplication({
    ...{ url: source.url, applicationName: 'holdfast snapshot', signal },
  });
  try {
    const { systemId } = await connection.identifySystem();
    const index = await loadIndex(vault, { source: source.name, systemId });
    const taken = await takeSnapshot({
      ...{ source: { name: source.name, ...(plan.systemId === undefined ? {} : { systemId: plan.systemId }) } },
      ...{ connection, vault, index, clock, onProgress, signal },
      retainUntilMs: retainUntilOf(await deps.catalog.snapshots(source.name), { nowMs: clock.nowMs(), policy: source }),
      throttleBytesPerSecond: source.throttleBytesPerSecond,
      fastCheckpoint: true,
    });
    await deps.catalog.note(taken);
    stream.noteSnapshot(taken.start);
    return { summary: `${taken.id}: ${taken.files} files stand in the vault`, result: taken.id };
  } finally {
    await connection.close();
  }
}

function beginProof(work: Work, choice: RestoreReport['choice'], targetMs?: number): BackupRun {
  const { source, deps, plan } = work;
  let report: RestoreReport | undefined;
  const { run, ended } = deps.runs.begin({ source: source.name, type: 'proof' }, async ({ onProgress, signal }) => {
    const rates = await ratesOf(deps.reports, source.name);
    report = await proveRestore(deps.proof, {
      ...{ source, choice, random: deps.random, onProgress, signal },
      ...(targetMs === undefined ? {} : { targetMs }),
      ...(rates === undefined ? {} : { rates }),
    });
    await deps.reports.add(report);
    return { summary: report.summary, result: report.id };
  });
  plan.proofMs = undefined;
  void ended.then(async (done) => {
    deps.alerts.onProof(report, done);
    await replan(work);
    // A source without a whole backup throws instead of reporting; that is no reason to try each second.
    if (done.state !== 'done') plan.proofMs = deps.clock.nowMs() + BACKUP_SERVICE_LIMITS.snapshotRetryMs;
  });
  return run;
}

async function planOf({ source, deps }: Work): Promise<RetentionPlan> {
  const { windowMs, dailyKeptMs, timeZone } = source;
  const stock = await deps.stock.gather(source.name);
  const policy = { windowMs, dailyKeptMs, timeZone };
  return planRetention({ source: source.name, policy, stock, nowMs: deps.clock.nowMs() });
}

async function sweep(work: Work): Promise<void> {
  const { source, deps, plan } = work;
  plan.retentionMs = deps.clock.nowMs() + BACKUP_SERVICE_LIMITS.retentionSweepMs;
  try {
    const { extended, removed, refused } = await applyRetention(deps, await planOf(work));
    deps.archive.forget(source.name, new Set(removed.map(({ itemId }) => itemId)));
    if (extended + removed.length + refused.length === 0) return;
    await deps.catalog.rebuild();
    const counts = { source: source.name, extended, removed: removed.length, refused: refused.length };
    deps.log.info(counts, 'retention of backups was applied');
  } catch (error) {
    if (!isFailure(error)) throw error;
    deps.log.warn({ err: error, source: source.name }, 'retention of backups waits');
  }
}

async function dropSlot(source: BackupSource, log: Log): Promise<void> {
  try {
    const connection = await openReplication({ url: source.url, applicationName: 'holdfast' });
    try {
      await connection.dropSlot(source.slotName, { wait: true });
    } finally {
      await connection.close();
    }
  } catch (error) {
    log.warn({ err: error, slot: source.slotName }, 'the slot could not be dropped; drop it by hand, or it keeps WAL');
  }
}
