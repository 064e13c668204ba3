import type { AuditEntry } from './types.ts';

export interface CountedAmount {
  readonly events: number;
  readonly bytes: number;
}

interface Sum {
  readonly entry: AuditEntry;
  readonly firstMs: number;
  lastMs: number;
  calls: number;
  events: number;
  bytes: number;
}

/** Sums of high-volume calls by identity, address, event, resource and outcome. Pure but for its own state. */
export class EventCounts {
  #sums = new Map<string, Sum>();

  get size(): number {
    return this.#sums.size;
  }

  add(entry: AuditEntry, amount: CountedAmount, nowMs: number): void {
    const key = keyOf(entry);
    const sum = this.#sums.get(key) ?? { entry, firstMs: nowMs, lastMs: nowMs, calls: 0, events: 0, bytes: 0 };
    sum.lastMs = nowMs;
    sum.calls += 1;
    sum.events += amount.events;
    sum.bytes += amount.bytes;
    this.#sums.set(key, sum);
  }

  /** Empties the sums into one entry each. */
  take(): readonly AuditEntry[] {
    const sums = [...this.#sums.values()];
    this.#sums = new Map();
    return sums.map(aggregatedEntry);
  }
}

function keyOf({ identity, source, eventName, resources, errorCode }: AuditEntry): string {
  const who = [identity.type, identity.id, identity.sourceIp];
  return JSON.stringify([who, source, eventName, resources?.map(({ type, name }) => [type, name]), errorCode]);
}

const aggregatedEntry = ({ entry, firstMs, lastMs, calls, events, bytes }: Sum): AuditEntry => ({
  ...entry,
  requestParameters: {
    ...entry.requestParameters,
    aggregated: {
      windowStart: new Date(firstMs).toISOString(),
      windowEnd: new Date(lastMs).toISOString(),
      calls,
      events,
      bytes,
    },
  },
});
