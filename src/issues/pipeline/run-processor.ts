import { type Clock, isFailure, type Log } from '../../base/index.ts';
import type { InboxQueue } from './inbox-queue.ts';
import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';
import { newWork, type ProcessBatchDeps, processBatch, type Work } from './process-batch.ts';

/** What holds the queue up, for the status; undefined while all is well. */
export interface Trouble {
  readonly sinceMs: number;
  readonly reason: string;
}

export interface Processor {
  /** Something may have come. */
  readonly wake: () => void;
  readonly trouble: () => Trouble | undefined;
  readonly processed: () => number;
  /** Ends after the batch that is under way, or at once while it waits for a database. */
  readonly stop: () => Promise<void>;
}

export interface ProcessorDeps extends ProcessBatchDeps {
  readonly queue: InboxQueue;
  readonly clock: Clock;
  readonly log: Log;
}

/** The one processor: batch after batch, in the order of the inbox. This is the only layer that retries. */
export function startProcessor(deps: ProcessorDeps): Processor {
  const { queue, clock } = deps;
  const stopping = new AbortController();
  let wakeUp: (() => void) | undefined;
  let trouble: Trouble | undefined;
  let processed = 0;
  const note = (reason: string | undefined): void => {
    trouble = reason === undefined ? undefined : { sinceMs: trouble?.sinceMs ?? clock.nowMs(), reason };
  };
  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      wakeUp = resolve;
    });
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (!queue.isReady()) {
        await idle();
        continue;
      }
      const startedMs = clock.monotonicMs();
      const taken = await retried({ ...deps, note, stopping: stopping.signal }, () =>
        queue.take({ events: LIMITS.batchEventsMax, bytes: LIMITS.batchBytesMax }),
      );
      if (taken.length > 0) {
        await processAll({ ...deps, note, stopping: stopping.signal }, taken.map(newWork));
        queue.done(taken);
        processed += taken.length;
      }
      const restMs = LIMITS.batchEveryMs - (clock.monotonicMs() - startedMs);
      if (restMs > 0 && taken.length < LIMITS.batchEventsMax) await clock.sleep(restMs, stopping.signal);
    }
  };
  const running = loop().catch((error: unknown) => {
    if (stopping.signal.aborted) return;
    note('the processor ended');
    deps.log.error({ err: error }, 'the processor of events ended');
  });
  return {
    wake: () => {
      wakeUp?.();
      wakeUp = undefined;
    },
    trouble: () => trouble,
    processed: () => processed,
    stop: async () => {
      stopping.abort(new Error('stopping'));
      wakeUp?.();
      await running;
    },
  };
}

interface Retrying extends ProcessorDeps {
  readonly note: (reason: string | undefined) => void;
  readonly stopping: AbortSignal;
}

/**
 * Processes a batch until it is recorded. What fails for good is tried event by event, so that one event cannot stop
 * the others; the one that fails alone is grouped by the fallback. What fails even then is not the event's fault, and
 * the queue holds: nothing is passed over.
 */
async function processAll(deps: Retrying, works: readonly Work[]): Promise<void> {
  try {
    await retried(deps, () => processBatch(deps, works), true);
  } catch (error) {
    if (deps.stopping.aborted) throw error;
    if (works.length > 1) {
      deps.log.warn({ err: error, events: works.length }, 'a batch of events failed and is tried one by one');
      for (const work of works) await processAll(deps, [work]);
      return;
    }
    for (const work of works) work.usesFallback = true;
    deps.log.error({ err: error, inboxId: works[0]?.queued.inboxId }, 'an event failed alone: grouped by the fallback');
    await retried(deps, () => processBatch(deps, works));
  }
}

/** Tries again for as long as it takes; with `onlyPassing`, gives up what would fail alike the next time. */
async function retried<T>(deps: Retrying, work: () => Promise<T>, onlyPassing = false): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const result = await work();
      deps.note(undefined);
      return result;
    } catch (error) {
      const mayPass = isFailure(error) && error.retryable;
      if (onlyPassing && !mayPass) throw error;
      deps.note(isFailure(error) ? error.message : 'an unexpected error; see the log');
      if (attempt === 0) deps.log.warn({ err: error }, 'events wait: a database cannot be reached');
      const waitMs = Math.min(LIMITS.retryMsMin * 2 ** Math.min(attempt, 16), LIMITS.retryMsMax);
      await deps.clock.sleep(waitMs, deps.stopping);
    }
  }
}
