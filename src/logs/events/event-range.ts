import { Failure } from '../../base/index.ts';
import { LOGS_FAILURES } from '../failures.ts';
import type { LogGroup } from '../types.ts';
import { oldestVisibleMs, TIME_MS_MAX, TIME_MS_MIN } from '../visibility.ts';

/** The part of the asked range that the group's retention still shows, in milliseconds, end exclusive. */
export function visibleRange(
  group: LogGroup,
  asked: { readonly startMs?: number | undefined; readonly endMs?: number | undefined },
  nowMs: number,
): { readonly startMs: number; readonly endMs: number } {
  const { startMs = TIME_MS_MIN, endMs = TIME_MS_MAX } = asked;
  if (!Number.isFinite(startMs) || !Number.isFinite(endMs) || startMs > endMs) {
    throw new Failure(LOGS_FAILURES.timeRangeInvalid, { startMs, endMs });
  }
  return {
    startMs: Math.max(TIME_MS_MIN, Math.ceil(startMs), oldestVisibleMs(group, nowMs)),
    endMs: Math.min(TIME_MS_MAX, Math.ceil(endMs)),
  };
}
