import type { Actor } from '../../access/index.ts';
import { gatherRestore, restorableRanges } from '../restore/index.ts';
import type { Snapshot } from '../types.ts';
import { checkSource } from './check-source.ts';
import { type BackupContext, protectedOf, viewOf } from './context.ts';
import type { Backup, BackupRun, CheckFinding, SourceStatus } from './types.ts';

type ReadVerbs = Pick<Backup, 'status' | 'snapshots' | 'namedPoints' | 'reports' | 'check' | 'run' | 'planRetention'>;

/** What stands, asked by people, pages and probes. */
export function readVerbs(context: BackupContext): ReadVerbs {
  const mayRead = (actor: Actor, name: string): Promise<void> =>
    context.access.authorize(actor, 'backup:Read', { type: 'database', name });
  return {
    status: async (actor, name) => {
      await mayRead(actor, name);
      return statusOf(context, name);
    },
    snapshots: async (actor, name) => {
      await mayRead(actor, name);
      protectedOf(context, name);
      return [...(await context.backups.snapshots(name))].sort((a, b) => b.begunMs - a.begunMs);
    },
    namedPoints: async (actor, name) => {
      await mayRead(actor, name);
      protectedOf(context, name);
      return context.backups.namedPoints(name);
    },
    reports: async (actor, name) => {
      await mayRead(actor, name);
      protectedOf(context, name);
      return context.reports.list(name);
    },
    check: async (actor, name) => {
      await mayRead(actor, name);
      return check(context, name);
    },
    run: async (actor, id) => {
      const run = context.runs.get(id);
      await mayRead(actor, run.source);
      return run;
    },
    planRetention: async (actor, name) => {
      await mayRead(actor, name);
      const { keeps, removals } = await protectedOf(context, name).planRetention();
      return { keeps, removals };
    },
  };
}

async function check(context: BackupContext, name: string): Promise<readonly CheckFinding[]> {
  const { source, stream } = protectedOf(context, name);
  const [zones, versionsAtHand] = await Promise.all([context.zones(), context.runner.versions()]);
  return checkSource({ source, stream: stream.status(), zones, versionsAtHand, clock: context.clock });
}

const RECENT_RUNS = 10;

async function statusOf(context: BackupContext, name: string): Promise<SourceStatus> {
  const one = protectedOf(context, name);
  const { source, stream } = one;
  const known = await gatherRestore(context.backups, name);
  const snapshots = [...known.snapshots].sort((a, b) => a.begunMs - b.begunMs);
  const newest = snapshots.at(-1);
  const lastProof = await context.reports.newest(name);
  const runs = context.runs.of(name).slice(0, RECENT_RUNS);
  const streamStatus = stream.status();
  const ranges = [...restorableRanges(known)].sort((a, b) => a.toMs - b.toMs);
  const nextSnapshot = one.nextSnapshotMs();
  const nextProof = one.nextProofMs();
  return {
    source: viewOf(context, source),
    stream: streamStatus,
    ...(newest === undefined ? {} : { newestSnapshot: newest }),
    snapshots: snapshots.length,
    clusterBytes: newest?.clusterBytes ?? 0,
    storedBytes: snapshots.reduce((sum, snapshot) => sum + snapshot.newBytes, 0),
    ...dailyLock(snapshots),
    addedMs: context.addedMs.get(name) ?? 0,
    ranges,
    ...(nextSnapshot === undefined ? {} : { nextSnapshotMs: nextSnapshot }),
    ...(nextProof === undefined ? {} : { nextProofMs: nextProof }),
    ...(lastProof === undefined ? {} : { lastProof }),
    runs,
    problems: problemsOf({ ...one.stream.status(), runs, lastProof, name }),
  };
}

/** The longest lock among the snapshots: the daily restore point's, once retention has looked at it. */
function dailyLock(snapshots: readonly Snapshot[]): Pick<SourceStatus, 'lockedUntilMs'> {
  const locks = snapshots.map(({ retainUntilMs }) => retainUntilMs);
  return locks.length === 0 ? {} : { lockedUntilMs: Math.max(...locks) };
}

/** What can be said without asking the server; `check` asks it. */
function problemsOf(found: {
  readonly name: string;
  readonly state: SourceStatus['stream']['state'];
  readonly reason?: string;
  readonly runs: readonly BackupRun[];
  readonly lastProof: SourceStatus['lastProof'];
}): readonly CheckFinding[] {
  const problems: CheckFinding[] = [];
  const remedy = `holdfast backup check ${found.name} says more`;
  if (found.state === 'disconnected' || found.state === 'broken') {
    const detail = `is ${found.state}${found.reason === undefined ? '' : `: ${found.reason}`}`;
    problems.push({ id: 'stream', level: 'error', title: 'Stream', detail, remedy });
  }
  const lastSnapshot = found.runs.find(({ type, state }) => type === 'snapshot' && state !== 'running');
  if (lastSnapshot?.state === 'failed') {
    const { message = '', hint = '' } = lastSnapshot.failure ?? {};
    problems.push({ id: 'snapshot', level: 'error', title: 'Last snapshot', detail: message, remedy: hint });
  }
  if (found.lastProof?.passed === false) {
    const detail = found.lastProof.summary;
    problems.push({ id: 'proof', level: 'error', title: 'Last restore drill', detail, remedy });
  }
  return problems;
}
