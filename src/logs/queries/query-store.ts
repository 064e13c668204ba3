import type { Actor } from '../../access/index.ts';
import { type Clock, Failure } from '../../base/index.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { isActive, maySee, type QueryEntry } from './query-entry.ts';

/** Queries that run, wait or have ended lately. They live in memory: a restart forgets them. */
export interface QueryStore {
  /** Throws `logs.too-many-queries`. */
  readonly add: (entry: QueryEntry) => void;
  /** Throws `logs.query-not-found`, also for queries of others. */
  readonly get: (actor: Actor, queryId: string) => QueryEntry;
  /** Newest first. */
  readonly all: () => readonly QueryEntry[];
  /** Waits for a free place to run in; false when the query was stopped while it waited. */
  readonly enter: (entry: QueryEntry) => Promise<boolean>;
  readonly leave: () => void;
  readonly close: () => Promise<void>;
}

export function createQueryStore(clock: Clock): QueryStore {
  const entries = new Map<string, QueryEntry>();
  const waiting: (() => void)[] = [];
  let running = 0;
  let isClosed = false;
  const forget = (): void => {
    const ended = [...entries.values()].filter((entry) => !isActive(entry));
    ended.sort((a, b) => (a.endedMs ?? 0) - (b.endedMs ?? 0));
    let bytes = ended.reduce((sum, entry) => sum + entry.bytes, 0);
    let count = ended.length;
    for (const entry of ended) {
      const isOld = clock.nowMs() - (entry.endedMs ?? 0) > LOGS_LIMITS.queryKeptMs;
      if (!isOld && bytes <= LOGS_LIMITS.queryResultsBytes && count <= LOGS_LIMITS.queriesKeptMax) continue;
      entries.delete(entry.queryId);
      bytes -= entry.bytes;
      count -= 1;
    }
  };
  return {
    add: (entry) => {
      if (isClosed) throw new Failure(LOGS_FAILURES.closed);
      forget();
      const count = [...entries.values()].filter(isActive).length;
      const max = LOGS_LIMITS.queriesActiveMax;
      if (count >= max) throw new Failure(LOGS_FAILURES.tooManyQueries, { count, max }, { retryAfterSeconds: 5 });
      entries.set(entry.queryId, entry);
    },
    get: (actor, queryId) => {
      forget();
      const entry = entries.get(queryId);
      if (entry === undefined || !maySee(actor, entry)) throw new Failure(LOGS_FAILURES.queryNotFound, { queryId });
      return entry;
    },
    all: () => {
      forget();
      return [...entries.values()].reverse();
    },
    enter: async (entry) => {
      const { signal } = entry.stop;
      while (running >= LOGS_LIMITS.queriesRunningMax && !signal.aborted) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      if (signal.aborted) {
        // The place that woke this one goes to the next in line.
        waiting.shift()?.();
        return false;
      }
      running += 1;
      return true;
    },
    leave: () => {
      running -= 1;
      waiting.shift()?.();
    },
    close: async () => {
      isClosed = true;
      const active = [...entries.values()].filter(isActive);
      for (const entry of active) entry.stop.abort();
      await Promise.all(active.map((entry) => entry.done));
    },
  };
}
