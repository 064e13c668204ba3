import { HOUR_MS, storableText } from '../../../base/index.ts';
import type { EventLevel, RecordedEvent } from '../../types.ts';

/** What a batch adds to one hash. */
export interface HashSum {
  readonly hashId: number;
  readonly events: RecordedEvent[];
  firstSeenMs: number;
  firstRelease: string;
  lastSeenMs: number;
  lastRelease: string;
  level: EventLevel;
  handled: boolean;
  /** Events by the hour in which they happened. */
  readonly hours: Map<number, number>;
}

export const hourOf = (timeMs: number): number => timeMs - (timeMs % HOUR_MS);

/**
 * Sums by hash, whatever the order in which events come: the first and the last are told by the time at which they
 * happened, and of two at the same millisecond the one that came later counts as last. Pure.
 */
export function sumEvents(events: readonly RecordedEvent[]): ReadonlyMap<number, HashSum> {
  const sums = new Map<number, HashSum>();
  for (const event of events) {
    let sum = sums.get(event.hashId);
    if (sum === undefined) {
      sum = emptySum(event);
      sums.set(event.hashId, sum);
    }
    addEvent(sum, event);
  }
  return sums;
}

const emptySum = (event: RecordedEvent): HashSum => ({
  hashId: event.hashId,
  events: [],
  firstSeenMs: event.timeMs,
  firstRelease: storableText(event.release),
  lastSeenMs: event.timeMs,
  lastRelease: storableText(event.release),
  level: event.level,
  handled: true,
  hours: new Map(),
});

function addEvent(sum: HashSum, event: RecordedEvent): void {
  sum.events.push(event);
  if (event.timeMs < sum.firstSeenMs) {
    sum.firstSeenMs = event.timeMs;
    sum.firstRelease = storableText(event.release);
  }
  if (event.timeMs >= sum.lastSeenMs) {
    sum.lastSeenMs = event.timeMs;
    sum.lastRelease = storableText(event.release);
    sum.level = event.level;
  }
  sum.handled &&= event.handled;
  const hour = hourOf(event.timeMs);
  sum.hours.set(hour, (sum.hours.get(hour) ?? 0) + 1);
}
