import { type Clock, Failure, type Log } from '../base/index.ts';
import { BOOT_FAILURES } from './failures.ts';
import { BOOT_LIMITS } from './limits.ts';

/** What was started, to be stopped in the reverse order. */
export interface StopStack {
  readonly push: (part: string, stop: () => Promise<void> | void) => void;
  /** Stops every part, the last started first, each within its time. Calling it again waits for the same stop. */
  readonly stop: () => Promise<void>;
}

export function createStopStack(deps: { readonly clock: Clock; readonly log: () => Log }): StopStack {
  const parts: { readonly part: string; readonly stop: () => Promise<void> | void }[] = [];
  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    for (let entry = parts.pop(); entry !== undefined; entry = parts.pop()) {
      await stopOne(deps.clock, entry.part, entry.stop).catch((error: unknown) => {
        deps.log().error({ err: error, part: entry?.part }, 'a part did not stop cleanly');
      });
    }
  };
  return {
    push: (part, stop) => void parts.push({ part, stop }),
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

async function stopOne(clock: Clock, part: string, stop: () => Promise<void> | void): Promise<void> {
  const done = new AbortController();
  const timeoutMs = BOOT_LIMITS.partStopMs;
  const timeout = clock.sleep(timeoutMs, done.signal).then(() => {
    throw new Failure(BOOT_FAILURES.stopTimedOut, { part, seconds: timeoutMs / 1000 });
  });
  timeout.catch(() => undefined);
  try {
    await Promise.race([Promise.resolve(stop()), timeout]);
  } finally {
    done.abort(new Error('stopped'));
  }
}
