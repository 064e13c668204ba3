import type { Clock } from '../base/index.ts';

/** A sleep that others can end. A wake that comes while nobody sleeps ends the next sleep at once. */
export interface Wake {
  readonly now: () => void;
  /** Returns after `ms`, when woken, or when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export function createWake(clock: Clock): Wake {
  let isWanted = false;
  let end: (() => void) | undefined;
  return {
    now: () => {
      isWanted = true;
      end?.();
    },
    sleep: async (ms, signal) => {
      if (!isWanted && !signal.aborted) {
        const stop = new AbortController();
        end = () => stop.abort(new Error('woken'));
        await clock.sleep(ms, AbortSignal.any([stop.signal, signal])).catch(() => undefined);
        end = undefined;
      }
      isWanted = false;
    },
  };
}

/** Runs work one after the other. A failure is its caller's alone. */
export function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
