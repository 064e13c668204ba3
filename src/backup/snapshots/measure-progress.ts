import type { Clock } from '../../base/index.ts';
import type { Progress } from '../types.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';

/** Tells how far a work is, at most as often as a person can read it; the rate is that of the last seconds. */
export interface ProgressMeter {
  readonly note: (phase: string, doneBytes: number, totalBytes: number | undefined) => void;
}

/** Half of what a rate says is as old as this. */
const RATE_MS = 5000;

export function createProgressMeter(
  clock: Clock,
  onProgress: ((progress: Progress) => void) | undefined,
): ProgressMeter {
  let lastMs = clock.monotonicMs();
  let lastBytes = 0;
  let lastPhase = '';
  let rate: number | undefined;
  return {
    note: (phase, doneBytes, totalBytes) => {
      const nowMs = clock.monotonicMs();
      const elapsedMs = nowMs - lastMs;
      if (onProgress === undefined || (phase === lastPhase && elapsedMs < BACKUP_SNAPSHOT_LIMITS.progressMs)) return;
      if (elapsedMs > 0) {
        const current = ((doneBytes - lastBytes) * 1000) / elapsedMs;
        const weight = rate === undefined ? 1 : 1 - 0.5 ** (elapsedMs / RATE_MS);
        rate = (rate ?? 0) * (1 - weight) + current * weight;
      }
      [lastMs, lastBytes, lastPhase] = [nowMs, doneBytes, phase];
      const bytesPerSecond = Math.round(rate ?? 0);
      // The server's total is an estimate; what is left is never told as less than nothing.
      const leftBytes = totalBytes === undefined ? undefined : Math.max(0, totalBytes - doneBytes);
      onProgress({
        ...{ phase, doneBytes, bytesPerSecond },
        ...(totalBytes === undefined ? {} : { totalBytes: Math.max(totalBytes, doneBytes) }),
        ...(leftBytes === undefined || bytesPerSecond <= 0
          ? {}
          : { leftMs: Math.round((leftBytes * 1000) / bytesPerSecond) }),
      });
    },
  };
}
