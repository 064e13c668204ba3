import { rm } from 'node:fs/promises';
import path from 'node:path';
import { formatDuration, isFailure, newId } from '../../base/index.ts';
import {
  applyRestore,
  describeTarget,
  describeTime,
  gatherRestore,
  type MeasuredRates,
  majorVersionOf,
  planRestore,
  type RecoveryOutcome,
  type RestoreDeps,
  type RestoreResult,
} from '../restore/index.ts';
import type { RestoreReport } from '../service/types.ts';
import type { BackupCatalog, BackupSource, Progress, RestorePlan, RunningPostgres } from '../types.ts';
import { checkPages } from './check-pages.ts';
import { type ChosenTarget, chooseTarget } from './choose-target.ts';
import { BACKUP_PROVE_LIMITS } from './limits.ts';
import { makeProofFolder, sweepProofFolders } from './proof-folder.ts';
import { openRestored, type RestoredSession } from './restored-session.ts';
import {
  type CheckResult,
  type HeartbeatQuery,
  judgeSecond,
  readAllTables,
  readHeartbeatMs,
  runSqlChecks,
  type SqlCheck,
} from './run-checks.ts';

export interface ProofDeps extends Omit<RestoreDeps, 'catalog'> {
  readonly catalog: BackupCatalog;
  /** Copies lie below it while they are proven. */
  readonly folder: string;
  /** A free port for the socket of the copy; it listens on no network. */
  readonly port: () => Promise<number>;
}

export interface ProofOrder {
  readonly source: Pick<
    BackupSource,
    'name' | 'url' | 'heartbeat' | 'windowMs' | 'recoveryTimeObjectiveMs' | 'recoveryPointObjectiveMs'
  >;
  readonly choice: RestoreReport['choice'];
  /** For `given`. */
  readonly targetMs?: number;
  /** From 0 to 1; a seeded one makes the choice repeatable. */
  readonly random: () => number;
  /** Default: the row that the stream of the source writes. */
  readonly heartbeat?: HeartbeatQuery;
  readonly checks?: readonly SqlCheck[];
  readonly rates?: MeasuredRates;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

interface Proof {
  readonly deps: ProofDeps;
  readonly order: ProofOrder;
  readonly signal: AbortSignal;
  readonly begunMs: number;
  readonly startedMs: number;
  readonly chosen: ChosenTarget;
}

/** What is known when the copy answers queries. */
interface Restored {
  readonly plan: RestorePlan;
  readonly result: RestoreResult;
  readonly recoveryTimeMs: number;
}

/** Nothing of a copy has effects elsewhere, and nothing of it has to survive. */
const COPY_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  ssl: 'off',
  archive_mode: 'off',
  max_logical_replication_workers: '0',
  shared_buffers: '128MB',
  huge_pages: 'off',
  session_preload_libraries: '',
  local_preload_libraries: '',
};

/**
 * Restores aside, starts the copy, asks it, holds its pages to their checksums and takes everything down again. A
 * restore that fails is a report that did not pass; only an abort and a source without backups are thrown.
 */
export async function proveRestore(deps: ProofDeps, order: ProofOrder): Promise<RestoreReport> {
  const signal = order.signal ?? new AbortController().signal;
  await sweepProofFolders(deps.folder, deps.clock);
  const begunMs = deps.clock.nowMs();
  const startedMs = deps.clock.monotonicMs();
  const known = await gatherRestore(deps.catalog, order.source.name);
  const { name, windowMs } = order.source;
  const { choice, random } = order;
  const chosen = chooseTarget({
    ...known,
    ...{ source: name, choice, random, windowMs, nowMs: begunMs },
    ...(order.targetMs === undefined ? {} : { targetMs: order.targetMs }),
  });
  const proof: Proof = { deps, order, signal, begunMs, startedMs, chosen };
  const folder = await makeProofFolder(deps.folder);
  let server: RunningPostgres | undefined;
  let plan: RestorePlan | undefined;
  try {
    plan = planRestore({
      ...known,
      source: name,
      target: chosen.target,
      ...(order.rates ? { rates: order.rates } : {}),
    });
    const restored = await restoreAside(proof, plan, path.join(folder, 'data'));
    server = restored.result.server;
    return await judge(proof, restored, server);
  } catch (error) {
    if (signal.aborted) throw error;
    return failedReport(proof, plan, error);
  } finally {
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function restoreAside(
  { deps, order, signal, startedMs }: Proof,
  plan: RestorePlan,
  into: string,
): Promise<Restored> {
  const result = await applyRestore(deps, {
    plan,
    into,
    durable: false,
    start: { port: await deps.port(), listenAddresses: '', settings: copySettings(plan) },
    ...(order.onProgress === undefined ? {} : { onProgress: order.onProgress }),
    signal,
  });
  return { plan, result, recoveryTimeMs: deps.clock.monotonicMs() - startedMs };
}

/** Jobs that an extension runs by itself would act in the name of the source: mails, calls, deletions. */
const JOB_LIBRARIES = ['pg_cron', 'pg_net', 'pg_background', 'pglogical', 'bdr', 'pg_partman_bgw'] as const;

function copySettings(plan: RestorePlan): Readonly<Record<string, string>> {
  const listed = (plan.snapshot.settings['shared_preload_libraries'] ?? '').split(',').map((part) => part.trim());
  const hasJobs = JOB_LIBRARIES.some((library) => listed.includes(library));
  const method = majorVersionOf(plan.snapshot) >= 18 ? { io_method: 'sync' } : {};
  return { ...COPY_SETTINGS, ...method, ...(hasJobs ? { shared_preload_libraries: '' } : {}) };
}

async function judge(proof: Proof, restored: Restored, server: RunningPostgres | undefined): Promise<RestoreReport> {
  const { deps, order, chosen, signal } = proof;
  const { plan, result } = restored;
  const checksBegunMs = deps.clock.monotonicMs();
  const checks: CheckResult[] = [];
  const recovery: RecoveryOutcome = result.recovery ?? { replayedSegments: 0 };
  let heartbeatMs: number | undefined;
  let hasChecksums = false;
  if (server !== undefined) {
    const session = await openRestored(server, accessOf(order.source.url));
    try {
      const heartbeat = order.heartbeat ?? ownHeartbeat(order.source);
      if (heartbeat !== undefined) heartbeatMs = await readHeartbeatMs(session, heartbeat);
      checks.push(...(await runSqlChecks(session, order.checks ?? [])));
      hasChecksums = await pagesHaveChecksums(session);
      if (!hasChecksums) checks.push(await readAllTables(session));
    } finally {
      await session.close();
    }
    await server.stop();
  }
  const gapMaxMs =
    order.choice === 'newest' ? order.source.recoveryPointObjectiveMs : BACKUP_PROVE_LIMITS.heartbeatGapMs;
  checks.unshift(judgeSecond({ plan, targetMs: chosen.targetMs, heartbeatMs, recovery, gapMaxMs }));
  if (hasChecksums) checks.push(await pageCheck(result.folder, signal));
  if (plan.snapshot.pageFailure !== undefined) {
    checks.push({ name: 'the snapshot', passed: false, detail: plan.snapshot.pageFailure });
  }
  const phase = { name: 'checks', ms: deps.clock.monotonicMs() - checksBegunMs };
  return reportOf(proof, restored, { checks, heartbeatMs, recovery, phase });
}

/** The row that the stream of a source writes; names of sources have no letter that would have to be quoted. */
const ownHeartbeat = ({ name, heartbeat }: ProofOrder['source']): HeartbeatQuery | undefined =>
  heartbeat
    ? { sql: `SELECT extract(epoch FROM max(at)) * 1000 FROM holdfast.heartbeat WHERE name = '${name}'` }
    : undefined;

const pagesHaveChecksums = async (session: RestoredSession): Promise<boolean> =>
  (await session.query('SHOW data_checksums'))[0]?.['data_checksums'] === 'on';

async function pageCheck(folder: string, signal: AbortSignal): Promise<CheckResult> {
  const { pages, badPages, examples } = await checkPages(folder, signal);
  const detail =
    badPages === 0 ? `all ${pages} pages are sound` : `${badPages} of ${pages} are not: ${examples.join(', ')}`;
  return { name: 'page checksums', passed: badPages === 0, detail };
}

/** The role and the database of an address; superusers that setups commonly have come after it. */
function accessOf(url: string): { readonly roles: readonly string[]; readonly database: string } {
  const match = /^postgres(?:ql)?:\/\/(?:([^:@/?]*)(?::[^@/]*)?@)?[^/?]*(?:\/([^?]*))?/.exec(url);
  const role = decodeURIComponent(match?.[1] ?? '');
  const database = decodeURIComponent(match?.[2] ?? '');
  const roles = [role, 'postgres', 'holdfast_root'].filter((name) => name !== '');
  return { roles, database: database === '' ? 'postgres' : database };
}

function reportOf(
  proof: Proof,
  { plan, result, recoveryTimeMs }: Restored,
  found: {
    readonly checks: readonly CheckResult[];
    readonly heartbeatMs: number | undefined;
    readonly recovery: RecoveryOutcome;
    readonly phase: { readonly name: string; readonly ms: number };
  },
): RestoreReport {
  const { order, chosen, begunMs, deps } = proof;
  const { source } = order;
  const newestMs = Math.max(found.heartbeatMs ?? 0, found.recovery.lastCommitMs ?? 0);
  const isPoint = plan.target.type !== 'snapshot';
  const recoveryPointMs = newestMs === 0 || !isPoint ? 0 : Math.max(0, chosen.targetMs - newestMs);
  const checks: readonly CheckResult[] = [
    ...found.checks,
    {
      name: 'recovery time',
      passed: recoveryTimeMs <= source.recoveryTimeObjectiveMs,
      detail: `${formatDuration(recoveryTimeMs)} of the ${formatDuration(source.recoveryTimeObjectiveMs)} that are promised`,
    },
  ];
  const failed = checks.filter(({ passed }) => !passed);
  const what = `${source.name} was restored to ${describeTarget(plan.target)} in ${formatDuration(recoveryTimeMs)}`;
  const lost = isPoint ? `, the newest change ${formatDuration(recoveryPointMs)} before it` : '';
  const end =
    failed.length === 0
      ? `all ${checks.length} checks passed`
      : `${failed.map(({ name, detail }) => `${name}: ${detail}`).join('; ')}`;
  return {
    ...commonOf(proof, plan),
    endedMs: deps.clock.nowMs(),
    begunMs,
    passed: failed.length === 0,
    summary: `${what}${lost}; ${end}.`,
    recoveryTimeMs,
    recoveryPointMs,
    phases: [...result.phases, found.phase],
    checks,
    restoredBytes: result.restoredBytes,
    walBytes: result.walBytes,
  };
}

const commonOf = ({ deps, order, chosen }: Proof, plan: RestorePlan | undefined) => ({
  id: newId(deps.clock.nowMs()),
  source: order.source.name,
  choice: order.choice,
  targetMs: chosen.targetMs,
  snapshotId: plan?.snapshot.id ?? '',
  recoveryTimeObjectiveMs: order.source.recoveryTimeObjectiveMs,
  recoveryPointObjectiveMs: order.source.recoveryPointObjectiveMs,
});

function failedReport(proof: Proof, plan: RestorePlan | undefined, error: unknown): RestoreReport {
  const { deps, begunMs, startedMs, chosen, order } = proof;
  const reason = error instanceof Error ? error.message : String(error);
  const hint = isFailure(error) ? ` (${error.code})` : '';
  deps.log.error({ source: order.source.name, err: error }, 'a restore proof failed');
  return {
    ...commonOf(proof, plan),
    begunMs,
    endedMs: deps.clock.nowMs(),
    passed: false,
    summary: `${order.source.name} could not be restored to ${describeTime(chosen.targetMs)}: ${reason}${hint}.`,
    recoveryTimeMs: deps.clock.monotonicMs() - startedMs,
    recoveryPointMs: 0,
    phases: [],
    checks: [{ name: 'the restore', passed: false, detail: `${reason}${hint}` }],
    restoredBytes: 0,
    walBytes: 0,
  };
}
