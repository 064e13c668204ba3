import { Failure } from '../../base/index.ts';
import { restorableRanges } from '../restore/index.ts';
import type { RestoreReport } from '../service/types.ts';
import type { RestorableRange, RestoreTarget, Snapshot, TimelineHistory, WalStretch } from '../types.ts';
import { BACKUP_PROVE_FAILURES } from './failures.ts';

export interface TargetChoice {
  readonly source: string;
  readonly choice: RestoreReport['choice'];
  /** For `given`. */
  readonly targetMs?: number;
  readonly snapshots: readonly Snapshot[];
  readonly stretches: readonly WalStretch[];
  readonly timelines: readonly TimelineHistory[];
  readonly nowMs: number;
  /** How far back every second is promised. */
  readonly windowMs: number;
  readonly random: () => number;
}

export interface ChosenTarget {
  readonly target: RestoreTarget;
  /** The moment that the proof is about: for `newest` it is now, because the promise is about now. */
  readonly targetMs: number;
}

/** Chooses what a proof restores. The same random numbers choose the same target. */
export function chooseTarget(request: TargetChoice): ChosenTarget {
  const { source, choice, nowMs } = request;
  const nothing = (reason: string): Failure => new Failure(BACKUP_PROVE_FAILURES.nothingToProve, { source, reason });
  if (request.snapshots.length === 0) throw nothing('there is no snapshot');
  if (choice === 'newest') return { target: { type: 'latest' }, targetMs: nowMs };
  if (choice === 'given') {
    const { targetMs } = request;
    if (targetMs === undefined) throw new Failure(BACKUP_PROVE_FAILURES.targetMissing);
    return { target: { type: 'time', timeMs: targetMs, inclusive: true }, targetMs };
  }
  if (choice === 'random-day') {
    const snapshot = request.snapshots[Math.floor(request.random() * request.snapshots.length)];
    if (snapshot === undefined) throw nothing('there is no snapshot');
    return { target: { type: 'snapshot', id: snapshot.id }, targetMs: snapshot.endedMs };
  }
  const targetMs = randomSecond(restorableRanges(request), request);
  if (targetMs === undefined) throw nothing('no second of the window is restorable: no WAL follows the snapshots');
  return { target: { type: 'time', timeMs: targetMs, inclusive: true }, targetMs };
}

/** A whole millisecond, each of the window with the same chance, on the newest branch of history. */
function randomSecond(
  ranges: readonly RestorableRange[],
  { nowMs, windowMs, random }: Pick<TargetChoice, 'nowMs' | 'windowMs' | 'random'>,
): number | undefined {
  const newest = ranges[0]?.timeline;
  const open = ranges
    .filter(({ timeline }) => timeline === newest)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(Math.ceil(fromMs), nowMs - windowMs), toMs: Math.floor(toMs) }))
    .filter(({ fromMs, toMs }) => fromMs <= toMs);
  const total = open.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  let at = Math.floor(random() * total);
  for (const { fromMs, toMs } of open) {
    if (at <= toMs - fromMs) return fromMs + at;
    at -= toMs - fromMs;
  }
  return open[0]?.fromMs;
}
