import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';

/**
 * Remembers which events were processed lately, in a few bytes each: two tables of numbers made of their ids, of which
 * the older is forgotten when the younger is full. An answer of `true` may be wrong once in a billion, so it is always
 * checked; `false` is certain for events that were processed since `sinceMs`.
 */
export interface SeenIds {
  readonly has: (projectId: string, eventId: string) => boolean;
  readonly add: (projectId: string, eventId: string, nowMs: number) => void;
  /** Everything processed since then is remembered. */
  readonly sinceMs: () => number;
}

export function createSeenIds(startMs: number, capacity: number = LIMITS.seenEventsMax): SeenIds {
  let young = createTable(capacity);
  let old = createTable(capacity);
  let youngSinceMs = startMs;
  let sinceMs = startMs;
  return {
    has: (projectId, eventId) => {
      const key = keyOf(projectId, eventId);
      return young.has(key) || old.has(key);
    },
    add: (projectId, eventId, nowMs) => {
      if (young.isFull()) {
        old = young;
        sinceMs = youngSinceMs;
        young = createTable(capacity);
        youngSinceMs = nowMs;
      }
      young.add(keyOf(projectId, eventId));
    },
    sinceMs: () => sinceMs,
  };
}

/** 52 bits of the id, which is random, moved by the project. Never zero, which means an empty place. */
function keyOf(projectId: string, eventId: string): number {
  const bits = Number.parseInt(eventId.slice(0, 13), 16);
  const low = Number.parseInt(eventId.slice(-6), 16);
  return (
    (((Number.isNaN(bits) ? 0 : bits) + (Number.isNaN(low) ? 0 : low) + Number(projectId) * 1_000_003) % 2 ** 52) + 1
  );
}

interface Table {
  readonly has: (key: number) => boolean;
  readonly add: (key: number) => void;
  readonly isFull: () => boolean;
}

/** Open addressing with linear probing, at most half full. Its memory is the machine's only where it is written to. */
function createTable(capacity: number): Table {
  const size = 2 ** Math.ceil(Math.log2(capacity * 2));
  const slots = new Float64Array(size);
  let used = 0;
  const placeOf = (key: number): number => {
    let at = (key % 2_147_483_629) & (size - 1);
    for (;;) {
      const found = slots[at];
      if (found === key || found === 0) return at;
      at = (at + 1) & (size - 1);
    }
  };
  return {
    has: (key) => slots[placeOf(key)] === key,
    add: (key) => {
      const at = placeOf(key);
      if (slots[at] === key) return;
      slots[at] = key;
      used += 1;
    },
    isFull: () => used >= capacity,
  };
}
