import type { Clock } from '../../base/index.ts';
import type { SpanRow } from '../types.ts';
import { METRICS_TRACES_LIMITS } from './limits.ts';
import { isRequest } from './route-of.ts';

/** Which spans became points lately, so that a request that is sent again by its sender is counted once. */
export interface CountedSpans {
  /** The spans among these that were not counted yet, each once; they count as counted from now on. */
  readonly claim: (spans: readonly SpanRow[]) => {
    readonly fresh: readonly SpanRow[];
    /** Forgets the claim: its points were not stored. */
    readonly giveBack: () => void;
  };
}

/**
 * Lives in memory and is bounded in number and time: a span that comes again after a restart, or later than senders
 * try, is counted again. Spans themselves are told apart by their ids whenever they are read.
 */
export function createCountedSpans(clock: Clock, max: number = METRICS_TRACES_LIMITS.countedSpansMax): CountedSpans {
  // In the order of their times, because claims are.
  const countedMs = new Map<string, number>();
  const forget = (nowMs: number): void => {
    for (const [key, atMs] of countedMs) {
      if (countedMs.size <= max && nowMs - atMs <= METRICS_TRACES_LIMITS.countedSpansMs) return;
      countedMs.delete(key);
    }
  };
  return {
    claim: (spans) => {
      const nowMs = clock.monotonicMs();
      const claimed: string[] = [];
      const fresh = spans.filter((span) => {
        // Only requests become points; the others need no place.
        if (!isRequest(span)) return false;
        const key = span.traceId + span.spanId;
        if (countedMs.has(key)) return false;
        countedMs.set(key, nowMs);
        claimed.push(key);
        return true;
      });
      forget(nowMs);
      return {
        fresh,
        giveBack: () => {
          for (const key of claimed) countedMs.delete(key);
        },
      };
    },
  };
}
