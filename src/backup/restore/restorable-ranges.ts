import type { RestorableRange } from '../types.ts';
import { coveredWal } from './covered-wal.ts';
import { branchTo, type KnownHistory, knownTimelines, snapshotIsOnBranch } from './timeline-branch.ts';

/**
 * The times that can be restored to the second, newest branch first. A range ends with the last commit that the vault
 * knows: recovery stops at commits, so a later time cannot be told from it. A branch that history left is listed
 * when it holds something that the newest does not.
 */
export function restorableRanges(known: KnownHistory): readonly RestorableRange[] {
  const ranges: RestorableRange[] = [];
  for (const timeline of [...knownTimelines(known)].reverse()) {
    const own = rangesOf(timeline, known);
    const isNew = ranges.length === 0 || own.some((range) => !ranges.some((other) => contains(other, range)));
    if (isNew && (ranges.length === 0 || wasLeftBehind(timeline, known))) ranges.push(...own);
  }
  return ranges;
}

const contains = (outer: RestorableRange, inner: RestorableRange): boolean =>
  outer.timeline === inner.timeline && outer.fromMs <= inner.fromMs && outer.toMs >= inner.toMs;

/** True when some WAL of the timeline lies behind the point where the newest branch left it, or beside that branch. */
function wasLeftBehind(timeline: number, known: KnownHistory): boolean {
  const newest = branchTo(knownTimelines(known).at(-1) ?? timeline, known.timelines);
  const step = newest.steps.find((candidate) => candidate.timeline === timeline);
  return known.stretches.some(
    (stretch) =>
      stretch.timeline === timeline &&
      (step === undefined || (step.endLsn !== undefined && stretch.toLsn > step.endLsn)),
  );
}

function rangesOf(timeline: number, known: KnownHistory): readonly RestorableRange[] {
  const branch = branchTo(timeline, known.timelines);
  const reached = known.snapshots
    .filter((snapshot) => snapshotIsOnBranch(branch, snapshot))
    .flatMap((snapshot) => {
      const toMs = coveredWal(snapshot, branch, known.stretches).lastCommitMs;
      return toMs === undefined || toMs < snapshot.endedMs ? [] : [{ fromMs: snapshot.endedMs, toMs, timeline }];
    })
    .sort((a, b) => a.fromMs - b.fromMs);
  const merged: RestorableRange[] = [];
  for (const range of reached) {
    const last = merged.at(-1);
    if (last === undefined || range.fromMs > last.toMs) merged.push(range);
    else if (range.toMs > last.toMs) merged[merged.length - 1] = { ...last, toMs: range.toMs };
  }
  return merged;
}
