import { Failure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import { createUnderWay } from './under-way.ts';

/** Lets a few through at a time; the others wait in one queue with an end. */
export interface Turnstile {
  /**
   * Runs the work when its turn comes. Throws `telemetry.query-busy` when the queue is full and
   * `telemetry.query-cancelled` when the signal comes while waiting.
   */
  readonly pass: <T>(signal: AbortSignal | undefined, work: () => Promise<T>) => Promise<T>;
  /** Resolves when what runs or waits now has ended. */
  readonly drain: () => Promise<void>;
}

export function createTurnstile(settings: { readonly parallelMax: number; readonly queueMax: number }): Turnstile {
  const waiting: (() => void)[] = [];
  const underWay = createUnderWay();
  let free = settings.parallelMax;

  const enter = (signal: AbortSignal | undefined): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    if (waiting.length >= settings.queueMax) {
      const again = { retryAfterSeconds: TELEMETRY_LIMITS.retryAfterSeconds };
      return Promise.reject(new Failure(TELEMETRY_FAILURES.queryBusy, { waiting: waiting.length }, again));
    }
    return new Promise((resolve, reject) => {
      const take = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(take), 1);
        reject(new Failure(TELEMETRY_FAILURES.queryCancelled));
      };
      waiting.push(take);
      signal?.addEventListener('abort', leave, { once: true });
    });
  };

  const leave = (): void => {
    const next = waiting.shift();
    // The place goes straight to the next in the queue, so that nobody can take it in between.
    if (next === undefined) free += 1;
    else next();
  };

  const pass = async <T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> => {
    await enter(signal);
    try {
      return await work();
    } finally {
      leave();
    }
  };

  return {
    pass: (signal, work) => underWay.track(pass(signal, work)),
    drain: underWay.drain,
  };
}
