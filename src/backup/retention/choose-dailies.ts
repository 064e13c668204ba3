import { Failure } from '../../base/index.ts';
import type { Snapshot } from '../types.ts';
import { BACKUP_RETENTION_FAILURES } from './failures.ts';
import { BACKUP_RETENTION_LIMITS } from './limits.ts';

/** Days as people of the place count them, `2026-03-29`. Throws `backup-retention.time-zone-unknown`. */
export function localDays(timeZone: string): (ms: number) => string {
  try {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    return (ms) => format.format(ms);
  } catch (cause) {
    throw new Failure(BACKUP_RETENTION_FAILURES.timeZoneUnknown, { timeZone }, { cause });
  }
}

/**
 * The snapshot of each local day that is still kept: the first that ended on it, so that a later one changes nothing;
 * one with wrong page checksums only where the day has no other. By the id of the manifest, with the day.
 */
export function chooseDailies(
  snapshots: readonly Snapshot[],
  input: { readonly nowMs: number; readonly keptMs: number; readonly timeZone: string },
): ReadonlyMap<string, string> {
  const dayOf = localDays(input.timeZone);
  const chosen = new Map<string, Snapshot>();
  const isBetter = (a: Snapshot, b: Snapshot): boolean => {
    const soundness = Number(b.pageFailure !== undefined) - Number(a.pageFailure !== undefined);
    return soundness === 0 ? a.endedMs < b.endedMs || (a.endedMs === b.endedMs && a.id < b.id) : soundness > 0;
  };
  for (const snapshot of snapshots) {
    if (snapshot.endedMs + input.keptMs <= input.nowMs) continue;
    const day = dayOf(snapshot.endedMs);
    const other = chosen.get(day);
    if (other === undefined || isBetter(snapshot, other)) chosen.set(day, snapshot);
  }
  return new Map([...chosen].map(([day, { itemId }]) => [itemId, day]));
}

/**
 * The lock that a snapshot is put with: that of a daily restore point when its day has none yet, with the time that
 * taking it may last. The window's is lengthened by the plan for as long as the window needs the snapshot.
 */
export function retainUntilOf(
  snapshots: readonly Snapshot[],
  input: {
    readonly nowMs: number;
    readonly policy: { readonly windowMs: number; readonly dailyKeptMs: number; readonly timeZone: string };
  },
): number {
  const { nowMs, policy } = input;
  const { lockAheadMs, lockStepMs, windowMarginMs } = BACKUP_RETENTION_LIMITS;
  const windowLockMs = policy.windowMs + windowMarginMs + lockStepMs;
  const dayOf = localDays(policy.timeZone);
  const today = dayOf(nowMs);
  const isFirst = !snapshots.some(({ endedMs, pageFailure }) => pageFailure === undefined && dayOf(endedMs) === today);
  return nowMs + (isFirst ? Math.max(policy.dailyKeptMs + lockAheadMs, windowLockMs) : windowLockMs);
}
