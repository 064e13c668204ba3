import type { ActivityEntry } from '../activity.ts';
import type { NewSignal } from '../signals.ts';
import type { StateMove } from './decide-state.ts';

/** Writes down what moved by itself: once for people who read the history, once for alerts. */
export function noteMove(
  issue: { readonly id: number; readonly project_id: string },
  move: StateMove,
  nowMs: number,
  into: { readonly activity: ActivityEntry[]; readonly signals: NewSignal[] },
): void {
  into.activity.push({ issueId: issue.id, atMs: nowMs, by: 'holdfast', byId: '', ...move.activity });
  if (move.signal === undefined) return;
  into.signals.push({
    type: move.signal,
    issueId: issue.id,
    projectId: issue.project_id,
    atMs: nowMs,
    ...(move.eventId === undefined ? {} : { eventId: move.eventId }),
  });
}
