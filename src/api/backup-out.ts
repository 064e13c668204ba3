import {
  type Backup,
  type BackupRun,
  formatLsn,
  parseLsn,
  type RestorePlan,
  type RestoreReport,
  type RestoreTarget,
  type Snapshot,
  type SourceStatus,
  type SourceView,
  type StreamStatus,
} from '../backup/index.ts';
import { Failure } from '../base/index.ts';
import type {
  BackupRunBody,
  RestorePlanBody,
  RestoreReportBody,
  RestoreTargetBody,
  SnapshotBody,
  SourceBody,
  SourceStatusBody,
  StreamBody,
} from './backup-contract.ts';
import { API_FAILURES } from './failures.ts';

/** How backup's words look in JSON: positions as PostgreSQL writes them. */
export const sourceOut = (source: SourceView): SourceBody => ({ ...source });
export const runOut = (run: BackupRun): BackupRunBody => ({
  ...run,
  progress: run.progress === undefined ? undefined : { ...run.progress },
});
export const reportOut = (report: RestoreReport): RestoreReportBody => ({
  ...report,
  phases: report.phases.map((phase) => ({ ...phase })),
  checks: report.checks.map((check) => ({ ...check })),
});

export const snapshotOut = (snapshot: Snapshot): SnapshotBody => ({
  id: snapshot.id,
  source: snapshot.source,
  serverVersion: snapshot.serverVersion,
  timeline: snapshot.start.timeline,
  startLsn: formatLsn(snapshot.start.lsn),
  stopLsn: formatLsn(snapshot.stop.lsn),
  begunMs: snapshot.begunMs,
  endedMs: snapshot.endedMs,
  fromStandby: snapshot.fromStandby,
  clusterBytes: snapshot.clusterBytes,
  newBytes: snapshot.newBytes,
  files: snapshot.files,
  retainUntilMs: snapshot.retainUntilMs,
});

const lsnOut = (lsn: bigint | undefined): string | undefined => (lsn === undefined ? undefined : formatLsn(lsn));

const streamOut = (stream: StreamStatus): StreamBody => ({
  state: stream.state,
  reason: stream.reason,
  timeline: stream.timeline,
  receivedLsn: lsnOut(stream.receivedLsn),
  durableLsn: lsnOut(stream.durableLsn),
  serverLsn: lsnOut(stream.serverLsn),
  slotLagBytes: stream.slotLagBytes,
  restorableToMs: stream.restorableToMs,
  lagMs: stream.lagMs === undefined ? undefined : { ...stream.lagMs },
  gaps: stream.gaps.map((gap) => ({ ...gap, fromLsn: formatLsn(gap.fromLsn), toLsn: formatLsn(gap.toLsn) })),
  connectedSinceMs: stream.connectedSinceMs,
});

export const statusOut = (status: SourceStatus): SourceStatusBody => ({
  source: sourceOut(status.source),
  stream: streamOut(status.stream),
  newestSnapshot: status.newestSnapshot === undefined ? undefined : snapshotOut(status.newestSnapshot),
  snapshots: status.snapshots,
  clusterBytes: status.clusterBytes,
  storedBytes: status.storedBytes,
  ranges: status.ranges.map((range) => ({ ...range })),
  nextSnapshotMs: status.nextSnapshotMs,
  nextProofMs: status.nextProofMs,
  lastProof: status.lastProof === undefined ? undefined : reportOut(status.lastProof),
  runs: status.runs.map(runOut),
  problems: status.problems.map((problem) => ({ ...problem })),
});

export const planOut = (plan: RestorePlan): RestorePlanBody => ({
  source: plan.source,
  target: targetText(plan.target),
  timeline: plan.timeline,
  snapshot: snapshotOut(plan.snapshot),
  walSegments: plan.wal.length,
  restoreBytes: plan.restoreBytes,
  walBytes: plan.walBytes,
  readBytes: plan.readBytes,
  estimatedMs: plan.estimatedMs,
  notes: [...plan.notes],
});

function targetText(target: RestoreTarget): string {
  switch (target.type) {
    case 'latest':
      return 'latest';
    case 'time':
      return new Date(target.timeMs).toISOString();
    case 'lsn':
      return formatLsn(target.lsn);
    case 'name':
      return target.name;
    case 'snapshot':
      return target.id;
  }
}

function lsnIn(text: string): bigint {
  if (/^[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8}$/.test(text)) return parseLsn(text);
  const problem = `"${text}" is not a WAL position; write it as PostgreSQL does, such as 16/B374D848`;
  throw new Failure(API_FAILURES.bodyInvalid, { problem });
}

/** Reads the one target that a request names. Throws `api.body-invalid` when it names two. */
export function targetIn(body: RestoreTargetBody): Parameters<Backup['planRestore']>[2] {
  const { timeMs, lsn, name, snapshot, inclusive = true, timeline } = body;
  const named = [timeMs, lsn, name, snapshot].filter((value) => value !== undefined);
  if (named.length > 1) {
    throw new Failure(API_FAILURES.bodyInvalid, { problem: 'name one of timeMs, lsn, name and snapshot, not several' });
  }
  const target = ((): RestoreTarget => {
    if (timeMs !== undefined) return { type: 'time', timeMs, inclusive };
    if (lsn !== undefined) return { type: 'lsn', lsn: lsnIn(lsn), inclusive };
    if (name !== undefined) return { type: 'name', name };
    return snapshot === undefined ? { type: 'latest' } : { type: 'snapshot', id: snapshot };
  })();
  return { target, ...(timeline === undefined ? {} : { timeline }) };
}
