/** Time comes from here, so that tests and simulations can move it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. May jump when somebody sets the machine's clock. */
  readonly nowMs: () => number;
  /** Milliseconds from an arbitrary start; never goes backwards. For durations. */
  readonly monotonicMs: () => number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. Does not keep the process alive. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      timer.unref();
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

export interface ManualClock extends Clock {
  /** Moves both clocks forward and wakes the sleepers that are due, in order of their time. */
  readonly advance: (ms: number) => Promise<void>;
  /** Sets the wall clock alone, as an operator or NTP would; backwards is allowed. */
  readonly setNowMs: (ms: number) => void;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told to move. */
export function createManualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs;
  let monotonicMs = 0;
  let sleepers: Sleeper[] = [];
  return {
    nowMs: () => nowMs,
    monotonicMs: () => monotonicMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const onAbort = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const wake = (): void => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const sleeper: Sleeper = { dueMs: monotonicMs + ms, wake };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    advance: async (ms) => {
      const endMs = monotonicMs + ms;
      for (;;) {
        const next = sleepers.filter((sleeper) => sleeper.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined) break;
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        nowMs += next.dueMs - monotonicMs;
        monotonicMs = next.dueMs;
        next.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      nowMs += endMs - monotonicMs;
      monotonicMs = endMs;
    },
    setNowMs: (ms) => {
      nowMs = ms;
    },
  };
}
