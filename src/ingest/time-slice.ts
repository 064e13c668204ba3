import type { Clock } from '../base/index.ts';
import { INGEST_LIMITS } from './limits.ts';

/**
 * Cuts long loops into slices, so that the event loop answers others between them. A loop asks `due` every few
 * dozen rounds and awaits `rest` when it is.
 */
export interface TimeSlice {
  readonly due: () => boolean;
  readonly rest: () => Promise<void>;
}

export function startTimeSlice(clock: Clock): TimeSlice {
  let startMs = clock.monotonicMs();
  return {
    due: () => clock.monotonicMs() - startMs >= INGEST_LIMITS.sliceMs,
    rest: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      startMs = clock.monotonicMs();
    },
  };
}

/** Loops look at the clock once in this many rounds (a power of two less one, as a mask). */
export const SLICE_MASK = 63;
