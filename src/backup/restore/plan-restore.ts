import { Failure, formatBytes } from '../../base/index.ts';
import { formatLsn } from '../protocol/lsn.ts';
import type { NamedPoint, RestorePlan, RestoreTarget, Snapshot } from '../types.ts';
import { type CoveredPiece, type CoveredWal, coveredWal } from './covered-wal.ts';
import { describeRanges, describeTarget, describeTime } from './describe-target.ts';
import { BACKUP_RESTORE_FAILURES } from './failures.ts';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';
import { restorableRanges } from './restorable-ranges.ts';
import { type Branch, branchTo, type KnownHistory, knownTimelines, snapshotIsOnBranch } from './timeline-branch.ts';
import { lastSegmentOf, segmentOf } from './wal-files.ts';

/** What was measured of earlier restores; the estimate of a plan is made of it. */
export interface MeasuredRates {
  readonly restoreBytesPerSecond: number;
  readonly replayBytesPerSecond: number;
  readonly startMs: number;
}

export interface RestoreRequest extends KnownHistory {
  readonly source: string;
  readonly namedPoints: readonly NamedPoint[];
  readonly target: RestoreTarget;
  /** Default `latest`: the newest timeline, through every promotion. */
  readonly timeline?: 'latest' | number;
  readonly rates?: MeasuredRates;
}

interface Candidate {
  readonly snapshot: Snapshot;
  readonly covered: CoveredWal;
}

/** How a candidate reaches the target; the reason when it does not. */
type Reach =
  | { readonly type: 'reached'; readonly pieces: readonly CoveredPiece[]; readonly toEnd: boolean }
  | { readonly type: 'too-early' }
  | { readonly type: 'gap' }
  | { readonly type: 'too-late'; readonly reason: string };

/**
 * Plans a restore: the newest snapshot that was consistent before the target, on the branch of history that the
 * timeline names, with WAL that has no gap up to the target. Pure; throws the registered refusals of
 * `backup-restore`, each of which names what can be restored instead.
 */
export function planRestore(request: RestoreRequest): RestorePlan {
  const { source, snapshots } = request;
  if (snapshots.length === 0) throw new Failure(BACKUP_RESTORE_FAILURES.noSnapshot, { source });
  if (request.target.type === 'snapshot') return planSnapshot(request, request.target.id);
  const branch = chooseBranch(request);
  const point = request.target.type === 'name' ? findPoint(request, request.target.name, branch) : undefined;
  const candidates = snapshots
    .filter((snapshot) => snapshotIsOnBranch(branch, snapshot))
    .sort((a, b) => b.endedMs - a.endedMs || (a.stop.lsn < b.stop.lsn ? 1 : -1))
    .map((snapshot): Candidate => ({ snapshot, covered: coveredWal(snapshot, branch, request.stretches) }));
  const refused: { readonly candidate: Candidate; readonly reach: Reach }[] = [];
  for (const candidate of candidates) {
    const reach = reachTarget(candidate, request.target, point);
    if (reach.type === 'reached') {
      if (point !== undefined) refuseAmbiguous(request, point, candidate.snapshot);
      return makePlan(request, branch, candidate, reach);
    }
    refused.push({ candidate, reach });
  }
  throw refusal(request, refused);
}

function chooseBranch(request: RestoreRequest): Branch {
  const numbers = knownTimelines(request);
  const wanted = request.timeline ?? 'latest';
  const number = wanted === 'latest' ? numbers.at(-1) : wanted;
  if (number === undefined || !numbers.includes(number)) {
    const details = { source: request.source, timeline: String(wanted), timelines: numbers.join(', ') };
    throw new Failure(BACKUP_RESTORE_FAILURES.timelineUnknown, details);
  }
  return branchTo(number, request.timelines);
}

function findPoint({ source, namedPoints }: RestoreRequest, name: string, branch: Branch): NamedPoint {
  const steps = new Map(branch.steps.map((step) => [step.timeline, step]));
  const found = namedPoints
    .filter((point) => {
      const step = steps.get(point.position.timeline);
      const isBefore = step?.endLsn === undefined || point.position.lsn <= step.endLsn;
      return point.name === name && step !== undefined && isBefore;
    })
    .sort((a, b) => b.timeMs - a.timeMs)[0];
  if (found !== undefined) return found;
  const names = [...new Set(namedPoints.map((point) => point.name))].slice(0, BACKUP_RESTORE_LIMITS.namesShown);
  throw new Failure(BACKUP_RESTORE_FAILURES.nameUnknown, {
    source,
    name,
    names: names.length === 0 ? 'none; make one with pg_create_restore_point' : names.join(', '),
  });
}

/** Recovery stops at the first point of a name that it meets, so an earlier one would be hit instead. */
function refuseAmbiguous({ namedPoints }: RestoreRequest, point: NamedPoint, snapshot: Snapshot): void {
  const same = namedPoints.filter(
    (other) =>
      other.name === point.name && other.position.lsn > snapshot.start.lsn && other.position.lsn <= point.position.lsn,
  );
  if (same.length < 2) return;
  const times = same.slice(-BACKUP_RESTORE_LIMITS.namesShown).map(({ timeMs }) => describeTime(timeMs));
  const details = { name: point.name, from: describeTime(snapshot.endedMs), times: times.join(', ') };
  throw new Failure(BACKUP_RESTORE_FAILURES.nameAmbiguous, details);
}

function reachTarget({ snapshot, covered }: Candidate, target: RestoreTarget, point: NamedPoint | undefined): Reach {
  if (target.type === 'latest') {
    return covered.gap === undefined ? { type: 'reached', pieces: covered.pieces, toEnd: true } : { type: 'gap' };
  }
  if (target.type === 'time') return reachTime(snapshot, covered, target);
  const lsn = target.type === 'lsn' ? target.lsn : (point?.position.lsn ?? 0n);
  if (lsn < snapshot.stop.lsn) return { type: 'too-early' };
  if (lsn > covered.end.lsn) {
    if (covered.gap !== undefined) return { type: 'gap' };
    return { type: 'too-late', reason: `the WAL known here ends at ${formatLsn(covered.end.lsn)}` };
  }
  // A position at the very end has no record behind it at which recovery could stop: all of the WAL is the target.
  const toEnd = target.type === 'lsn' && lsn === covered.end.lsn;
  const until = covered.pieces.findIndex(({ toLsn }) => lsn < toLsn);
  const isWhole = toEnd || until === -1;
  return { type: 'reached', pieces: isWhole ? covered.pieces : covered.pieces.slice(0, until + 2), toEnd };
}

function reachTime(
  snapshot: Snapshot,
  covered: CoveredWal,
  { timeMs, inclusive }: { readonly timeMs: number; readonly inclusive: boolean },
): Reach {
  if (timeMs < snapshot.endedMs) return { type: 'too-early' };
  const last = covered.lastCommitMs;
  // Recovery stops when it meets a later commit; without one it could not tell the target from the end of the WAL.
  const after = covered.pieces.findIndex(
    ({ lastCommitMs }) => lastCommitMs !== undefined && (inclusive ? lastCommitMs > timeMs : lastCommitMs >= timeMs),
  );
  if (after !== -1) return { type: 'reached', pieces: covered.pieces.slice(0, after + 1), toEnd: false };
  // The end of a range is restorable also when WAL is missing right behind it.
  if (inclusive && timeMs === last) return { type: 'reached', pieces: covered.pieces, toEnd: true };
  if (covered.gap !== undefined) return { type: 'gap' };
  const known =
    last === undefined ? 'no commit is known after its snapshot' : `the last known commit is of ${describeTime(last)}`;
  return { type: 'too-late', reason: `${known}, and nothing tells what came later` };
}

function refusal(
  request: RestoreRequest,
  refused: readonly { readonly candidate: Candidate; readonly reach: Reach }[],
): Failure {
  const details = {
    source: request.source,
    target: describeTarget(request.target),
    ranges: describeRanges(restorableRanges(request)),
  };
  const gap = refused.find(({ reach }) => reach.type === 'gap')?.candidate.covered.gap;
  if (gap !== undefined) {
    const text = `${formatLsn(gap.fromLsn)} to ${formatLsn(gap.toLsn)} on timeline ${gap.timeline}`;
    return new Failure(BACKUP_RESTORE_FAILURES.walMissing, { ...details, gap: text });
  }
  const late = refused.map(({ reach }) => reach).find((reach) => reach.type === 'too-late');
  const early =
    refused.length === 0 ? 'no snapshot lies on that timeline' : 'it lies before the oldest snapshot of that timeline';
  return new Failure(BACKUP_RESTORE_FAILURES.targetUnreachable, { ...details, reason: late?.reason ?? early });
}

/** Segments from the one in which the snapshot begins: its own copies of them may end early. */
function segmentsOf(snapshot: Snapshot, pieces: readonly CoveredPiece[]): RestorePlan['wal'] {
  const segments: { readonly timeline: number; readonly segmentNumber: bigint }[] = [];
  let next = 0n;
  for (const piece of pieces) {
    const first = segmentOf(piece.fromLsn, snapshot.walSegmentBytes);
    const last = lastSegmentOf(piece.toLsn, snapshot.walSegmentBytes);
    const isSameTimeline = segments.at(-1)?.timeline === piece.timeline;
    for (let number = isSameTimeline && first < next ? next : first; number <= last; number += 1n) {
      segments.push({ timeline: piece.timeline, segmentNumber: number });
    }
    next = last + 1n;
  }
  return segments;
}

function makePlan(
  request: RestoreRequest,
  branch: Branch,
  { snapshot, covered }: Candidate,
  reach: { readonly pieces: readonly CoveredPiece[]; readonly toEnd: boolean },
): RestorePlan {
  const wal = segmentsOf(snapshot, reach.pieces);
  const lastPiece = reach.pieces.at(-1);
  const walEnd = lastPiece === undefined ? snapshot.stop : { timeline: lastPiece.timeline, lsn: lastPiece.toLsn };
  const walBytes = wal.length * snapshot.walSegmentBytes;
  return {
    source: request.source,
    target: request.target,
    timeline: request.timeline ?? 'latest',
    snapshot,
    wal,
    walEnd,
    toEndOfWal: reach.toEnd || reach.pieces.length === 0,
    restoreBytes: snapshot.clusterBytes,
    walBytes,
    readBytes: snapshot.clusterBytes + walBytes,
    ...estimate(request.rates, snapshot.clusterBytes, walBytes),
    notes: [...whySnapshot(request, snapshot), ...whatIsLost(request, branch, covered, reach), ...alwaysTrue()],
  };
}

function planSnapshot(request: RestoreRequest, id: string): RestorePlan {
  const { source, snapshots, rates } = request;
  const snapshot = snapshots.find((candidate) => candidate.id === id);
  if (snapshot === undefined) {
    const newest = [...snapshots].sort((a, b) => b.endedMs - a.endedMs).slice(0, BACKUP_RESTORE_LIMITS.namesShown);
    const names = newest.map((candidate) => candidate.id).join(', ');
    throw new Failure(BACKUP_RESTORE_FAILURES.snapshotUnknown, { source, snapshot: id, newest: names });
  }
  return {
    source,
    target: request.target,
    timeline: snapshot.stop.timeline,
    snapshot,
    wal: [],
    toEndOfWal: false,
    restoreBytes: snapshot.clusterBytes,
    walBytes: 0,
    readBytes: snapshot.clusterBytes,
    ...estimate(rates, snapshot.clusterBytes, 0),
    notes: [
      `the state is that of ${describeTime(snapshot.endedMs)}, when the snapshot became consistent; it needs no other WAL`,
      ...alwaysTrue(),
    ],
  };
}

const estimate = (
  rates: MeasuredRates | undefined,
  fileBytes: number,
  walBytes: number,
): { readonly estimatedMs?: number } =>
  rates === undefined || rates.restoreBytesPerSecond <= 0 || rates.replayBytesPerSecond <= 0
    ? {}
    : {
        estimatedMs: Math.round(
          rates.startMs +
            ((fileBytes + walBytes) / rates.restoreBytesPerSecond) * 1000 +
            (walBytes / rates.replayBytesPerSecond) * 1000,
        ),
      };

function whySnapshot({ snapshots }: RestoreRequest, snapshot: Snapshot): readonly string[] {
  const newer = snapshots.filter(({ endedMs }) => endedMs > snapshot.endedMs).length;
  const size = formatBytes(snapshot.clusterBytes);
  const why = newer === 0 ? 'the newest' : `the newest that reaches the target (${newer} newer ones lie behind it)`;
  const text = `snapshot ${snapshot.id} of ${describeTime(snapshot.endedMs)}, ${size}, is ${why}`;
  if (snapshot.pageFailure === undefined) return [text];
  return [text, `the server found bad pages while it was taken: ${snapshot.pageFailure}`];
}

function whatIsLost(
  request: RestoreRequest,
  branch: Branch,
  covered: CoveredWal,
  reach: { readonly pieces: readonly CoveredPiece[]; readonly toEnd: boolean },
): readonly string[] {
  const notes: string[] = [];
  const { target } = request;
  const newest = knownTimelines(request).at(-1) ?? branch.timeline;
  if (target.type === 'time' && reach.toEnd) {
    notes.push('the target is the last commit that is known, so all WAL is replayed');
  }
  if (target.type === 'time' && covered.lastCommitMs !== undefined && covered.lastCommitMs > target.timeMs) {
    notes.push(
      `what was committed from then until ${describeTime(covered.lastCommitMs)} will not be in the restored cluster`,
    );
  }
  if (branch.timeline < newest) {
    notes.push(`timeline ${branch.timeline} is followed to its end; what happened on later ones is left out`);
  }
  const crossed = new Set(reach.pieces.map(({ timeline }) => timeline));
  if (crossed.size > 1) notes.push(`history passes a promotion: timelines ${[...crossed].join(', ')}`);
  for (const { timeline, endLsn } of branch.steps) {
    const left = request.stretches.some(
      (stretch) => stretch.timeline === timeline && endLsn !== undefined && stretch.toLsn > endLsn,
    );
    if (left && endLsn !== undefined) {
      notes.push(
        `what the old primary wrote on timeline ${timeline} after ${formatLsn(endLsn)} is not part of this history; to see it, restore with timeline ${timeline}`,
      );
    }
  }
  return notes;
}

const alwaysTrue = (): readonly string[] => [
  'archiving, synchronous standbys, replication and subscriptions of the source are switched off in the restored cluster',
];
