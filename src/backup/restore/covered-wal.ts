import type { Lsn, Snapshot, WalStretch } from '../types.ts';
import type { Branch, BranchStep } from './timeline-branch.ts';
import { lastSegmentOf } from './wal-files.ts';

/** A piece of WAL on one timeline of a branch, with what is known of the commits in it. */
export interface CoveredPiece {
  readonly timeline: number;
  readonly fromLsn: Lsn;
  readonly toLsn: Lsn;
  readonly firstCommitMs?: number;
  /** Undefined when nothing is known, also for a stretch that the branch left before its end. */
  readonly lastCommitMs?: number;
}

export interface CoveredWal {
  /** Without a gap from where the snapshot is consistent, in the order of replay. */
  readonly pieces: readonly CoveredPiece[];
  readonly end: { readonly timeline: number; readonly lsn: Lsn };
  readonly lastCommitMs: number | undefined;
  /** The first gap on the way to the end of the branch, where there is WAL behind it. */
  readonly gap: { readonly timeline: number; readonly fromLsn: Lsn; readonly toLsn: Lsn } | undefined;
}

/**
 * Where the WAL that a snapshot carries itself ends. A backup from a primary ends with a switch of segments and
 * carries its last segment whole; one from a standby carries what was replayed, of which only `stop` is certain.
 */
function carriedEnd({ stop, fromStandby, walSegmentBytes }: Snapshot): Lsn {
  if (fromStandby) return stop.lsn;
  return (lastSegmentOf(stop.lsn, walSegmentBytes) + 1n) * BigInt(walSegmentBytes);
}

/** The WAL that can be replayed over a snapshot along a branch, up to the first gap. */
export function coveredWal(snapshot: Snapshot, branch: Branch, stretches: readonly WalStretch[]): CoveredWal {
  const pieces: CoveredPiece[] = [];
  const first = branch.steps.findIndex(({ timeline }) => timeline === snapshot.stop.timeline);
  let at = snapshot.stop.lsn;
  let carried = carriedEnd(snapshot);
  let end = { timeline: snapshot.stop.timeline, lsn: at };
  let gap: CoveredWal['gap'];
  for (const step of branch.steps.slice(Math.max(first, 0))) {
    const walked = walkStep(step, stretches, { at, carried });
    pieces.push(...walked.pieces);
    if (walked.pieces.length > 0) end = { timeline: step.timeline, lsn: walked.at };
    at = walked.at;
    gap = walked.gap ?? gapBeforeSwitch(step, at, branch, stretches);
    if (gap !== undefined || step.endLsn === undefined) break;
    if (at < step.endLsn && !childHolds(step, at, branch, stretches)) break;
    if (carried < at) carried = at;
  }
  const commits = pieces.flatMap(({ lastCommitMs }) => (lastCommitMs === undefined ? [] : [lastCommitMs]));
  return { pieces, end, gap, lastCommitMs: commits.length === 0 ? undefined : Math.max(...commits) };
}

const later = (a: Lsn, b: Lsn): Lsn => (a > b ? a : b);

/** The first segment of a new timeline begins with a copy of what its parent had in that segment. */
function childHolds(step: BranchStep, at: Lsn, branch: Branch, stretches: readonly WalStretch[]): boolean {
  const child = branch.steps[branch.steps.indexOf(step) + 1];
  return stretches.some(({ timeline, fromLsn, toLsn }) => timeline === child?.timeline && fromLsn <= at && toLsn > at);
}

/** What lacks before the switch, where there is WAL of a later timeline that would need it. */
function gapBeforeSwitch(
  step: BranchStep,
  at: Lsn,
  branch: Branch,
  stretches: readonly WalStretch[],
): CoveredWal['gap'] {
  if (step.endLsn === undefined || at >= step.endLsn || childHolds(step, at, branch, stretches)) return undefined;
  const later = new Set(branch.steps.slice(branch.steps.indexOf(step) + 1).map(({ timeline }) => timeline));
  if (!stretches.some(({ timeline }) => later.has(timeline))) return undefined;
  return { timeline: step.timeline, fromLsn: at, toLsn: step.endLsn };
}

function walkStep(
  step: BranchStep,
  stretches: readonly WalStretch[],
  from: { readonly at: Lsn; readonly carried: Lsn },
): { readonly pieces: readonly CoveredPiece[]; readonly at: Lsn; readonly gap: CoveredWal['gap'] } {
  const pieces: CoveredPiece[] = [];
  let { at } = from;
  const own = stretches
    .filter(({ timeline }) => timeline === step.timeline)
    .sort((a, b) => (a.fromLsn < b.fromLsn ? -1 : a.fromLsn > b.fromLsn ? 1 : 0));
  for (const stretch of own) {
    const isCut = step.endLsn !== undefined && stretch.toLsn > step.endLsn;
    const toLsn = isCut ? (step.endLsn ?? stretch.toLsn) : stretch.toLsn;
    if (toLsn <= at) continue;
    if (step.endLsn !== undefined && stretch.fromLsn >= step.endLsn) continue;
    if (stretch.fromLsn > at && stretch.fromLsn > from.carried) {
      return { pieces, at, gap: { timeline: step.timeline, fromLsn: at, toLsn: stretch.fromLsn } };
    }
    pieces.push({
      timeline: step.timeline,
      fromLsn: later(stretch.fromLsn, at),
      toLsn,
      ...(stretch.firstCommitMs === undefined ? {} : { firstCommitMs: stretch.firstCommitMs }),
      // Its last commit may lie behind the switch, on the side of history that was left.
      ...(isCut || stretch.lastCommitMs === undefined ? {} : { lastCommitMs: stretch.lastCommitMs }),
    });
    at = toLsn;
  }
  return { pieces, at, gap: undefined };
}
