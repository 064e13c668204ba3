import type { Lsn, Snapshot, TimelineHistory, WalPosition, WalStretch } from '../types.ts';

/** The way that history took to a timeline: each timeline on it, and where it was left for the next. */
export interface BranchStep {
  readonly timeline: number;
  /** Exclusive; undefined for the timeline that the branch ends on. */
  readonly endLsn: Lsn | undefined;
}

export interface Branch {
  readonly timeline: number;
  readonly steps: readonly BranchStep[];
}

export interface KnownHistory {
  readonly snapshots: readonly Snapshot[];
  readonly stretches: readonly WalStretch[];
  readonly timelines: readonly TimelineHistory[];
}

/** Every timeline of which anything is known, oldest first. A newer promotion always has a higher number. */
export function knownTimelines(known: KnownHistory): readonly number[] {
  const numbers = new Set<number>();
  for (const { timeline } of known.timelines) numbers.add(timeline);
  for (const { timeline } of known.stretches) numbers.add(timeline);
  for (const { start } of known.snapshots) numbers.add(start.timeline);
  return [...numbers].sort((a, b) => a - b);
}

/**
 * The branch that ends on a timeline. Its history file names all ancestors; where only the parent was noted, the
 * parent's own history is followed. Timelines that neither names have no ancestors that could be used.
 */
export function branchTo(timeline: number, timelines: readonly TimelineHistory[]): Branch {
  const historyOf = new Map(timelines.map((history) => [history.timeline, history]));
  const ends = new Map<number, Lsn>();
  const waiting = [timeline];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { timeline: parent, switchLsn } of historyOf.get(next)?.parents ?? []) {
      if (ends.has(parent) || parent >= next) continue;
      ends.set(parent, switchLsn);
      waiting.push(parent);
    }
  }
  const ancestors = [...ends].sort(([a], [b]) => a - b).map(([number, endLsn]) => ({ timeline: number, endLsn }));
  return { timeline, steps: [...ancestors, { timeline, endLsn: undefined }] };
}

/** True when the position was part of the history that led to the branch's end. */
export function isOnBranch(branch: Branch, position: WalPosition): boolean {
  const step = branch.steps.find(({ timeline }) => timeline === position.timeline);
  return step !== undefined && (step.endLsn === undefined || position.lsn <= step.endLsn);
}

/** True when the snapshot became consistent before history left its timeline for the branch's next one. */
export const snapshotIsOnBranch = (branch: Branch, { start, stop }: Snapshot): boolean =>
  start.timeline === stop.timeline && isOnBranch(branch, stop);
