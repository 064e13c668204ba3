import { TELEMETRY_LIMITS } from '../limits.ts';

/**
 * Shares the event loop: rows are encoded in portions, and between two of them everything else gets its turn,
 * the engine's answers above all. Without it, many calls that arrive together would be encoded in one go while
 * the engine, which has finished the insert before, waits to be told.
 */
export interface EncodePace {
  /** Resolves when about so many bytes may be encoded now. Callers go in the order in which they came. */
  readonly turn: (bytes: number) => Promise<void>;
}

export function createEncodePace(bytesPerTurn: number = TELEMETRY_LIMITS.encodeSliceBytes): EncodePace {
  let used = 0;
  let nextTurn: Promise<void> | undefined;
  const startTurn = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(() => {
        used = 0;
        nextTurn = undefined;
        resolve();
      });
    });
  return {
    turn: async (bytes) => {
      // One portion always passes, however large: whoever asks has cut it as small as it gets.
      while (used > 0 && used + bytes > bytesPerTurn) {
        nextTurn ??= startTurn();
        await nextTurn;
      }
      used += bytes;
      // The count must fall back even when nobody has to wait for it.
      nextTurn ??= startTurn();
    },
  };
}
