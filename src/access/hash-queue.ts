import { Failure } from '../base/index.ts';
import { ACCESS_FAILURES } from './failures.ts';

export type RunHash = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Lets a few hashes run at once and a bounded number wait; refuses the rest with `access.busy`. */
export function createHashQueue(limits: { readonly atOnce: number; readonly waiting: number }): RunHash {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= limits.atOnce) {
      if (waiting.length >= limits.waiting) {
        throw new Failure(ACCESS_FAILURES.busy, { pending: waiting.length }, { retryAfterSeconds: 2 });
      }
      // Whoever ends hands its place over, so `running` does not change in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
