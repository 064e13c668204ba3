import type { Clock } from '../../base/index.ts';
import type { Progress } from '../types.ts';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';

/** Tells how far a phase is, with the rate of the last seconds and the time that is left at that rate. */
export interface ProgressMeter {
  readonly add: (bytes: number) => void;
  /** Tells the end of the phase, whenever the last telling was. */
  readonly finish: () => void;
}

export function createProgressMeter(options: {
  readonly phase: string;
  readonly totalBytes?: number;
  readonly doneBytes?: number;
  readonly clock: Clock;
  readonly tell: (progress: Progress) => void;
}): ProgressMeter {
  const { phase, totalBytes, clock, tell } = options;
  let doneBytes = options.doneBytes ?? 0;
  let toldMs = clock.monotonicMs();
  let marks: readonly { readonly atMs: number; readonly doneBytes: number }[] = [{ atMs: toldMs, doneBytes }];
  const now = (): void => {
    const atMs = clock.monotonicMs();
    toldMs = atMs;
    const oldest = marks[0] ?? { atMs, doneBytes };
    const spentMs = atMs - oldest.atMs;
    const bytesPerSecond = spentMs <= 0 ? 0 : ((doneBytes - oldest.doneBytes) * 1000) / spentMs;
    marks = [...marks.filter((mark) => atMs - mark.atMs < BACKUP_RESTORE_LIMITS.progressWindowMs), { atMs, doneBytes }];
    const left = totalBytes === undefined ? undefined : Math.max(0, totalBytes - doneBytes);
    tell({
      phase,
      doneBytes,
      bytesPerSecond,
      ...(totalBytes === undefined ? {} : { totalBytes }),
      ...(left === undefined || bytesPerSecond <= 0 ? {} : { leftMs: (left * 1000) / bytesPerSecond }),
    });
  };
  now();
  return {
    add: (bytes) => {
      doneBytes += bytes;
      if (clock.monotonicMs() - toldMs >= BACKUP_RESTORE_LIMITS.progressMs) now();
    },
    finish: now,
  };
}
