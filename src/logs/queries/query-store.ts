import type { Actor } from '../../access/index.ts';
import { type Clock, Failure } from '../../base/index.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { isActive, maySee, type QueryEntry } from './query-entry.ts';
import { createRunPlaces, type RunPlaces } from './run-places.ts';

/** Queries that run, wait or have ended lately. They live in memory: a restart forgets them. */
export interface QueryStore {
  /** Throws `logs.too-many-queries`. */
  readonly add: (entry: QueryEntry) => void;
  /** Throws `logs.query-not-found`, also for queries of others. */
  readonly get: (actor: Actor, queryId: string) => QueryEntry;
  /** Newest first. */
  readonly all: () => readonly QueryEntry[];
  readonly places: RunPlaces;
  readonly close: () => Promise<void>;
}

export function createQueryStore(clock: Clock): QueryStore {
  const entries = new Map<string, QueryEntry>();
  let added = 0;
  let isClosed = false;
  return {
    add: (entry) => {
      if (isClosed) throw new Failure(LOGS_FAILURES.closed);
      forgetEnded(entries, clock.nowMs());
      const count = [...entries.values()].filter(isActive).length;
      const max = LOGS_LIMITS.queriesActiveMax;
      if (count >= max) throw new Failure(LOGS_FAILURES.tooManyQueries, { count, max }, { retryAfterSeconds: 5 });
      added += 1;
      entry.sequence = added;
      entries.set(entry.queryId, entry);
    },
    get: (actor, queryId) => {
      forgetEnded(entries, clock.nowMs());
      const entry = entries.get(queryId);
      if (entry === undefined || !maySee(actor, entry)) throw new Failure(LOGS_FAILURES.queryNotFound, { queryId });
      return entry;
    },
    all: () => {
      forgetEnded(entries, clock.nowMs());
      return [...entries.values()].reverse();
    },
    places: createRunPlaces(LOGS_LIMITS.queriesRunningMax),
    close: async () => {
      isClosed = true;
      const active = [...entries.values()].filter(isActive);
      for (const entry of active) entry.stop.abort();
      await Promise.all(active.map((entry) => entry.done));
    },
  };
}

/** Drops what has been kept long enough, and the oldest of the rest while all of it together is too much. */
function forgetEnded(entries: Map<string, QueryEntry>, nowMs: number): void {
  const ended = [...entries.values()].filter((entry) => !isActive(entry));
  ended.sort((a, b) => (a.endedMs ?? 0) - (b.endedMs ?? 0));
  let bytes = ended.reduce((sum, entry) => sum + entry.bytes, 0);
  let count = ended.length;
  for (const entry of ended) {
    const isOld = nowMs - (entry.endedMs ?? 0) > LOGS_LIMITS.queryKeptMs;
    if (!isOld && bytes <= LOGS_LIMITS.queryResultsBytes && count <= LOGS_LIMITS.queriesKeptMax) return;
    entries.delete(entry.queryId);
    bytes -= entry.bytes;
    count -= 1;
  }
}
