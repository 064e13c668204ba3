import { METRICS_FILTERS_LIMITS } from './limits.ts';

/** Counts the different name/value pairs of a filter's dimensions within a window that begins with the first one. */
export interface PairCount {
  /** False when the pair is one too many. */
  readonly add: (pair: string, nowMs: number) => boolean;
}

export function createPairCount(): PairCount {
  const seen = new Set<string>();
  let sinceMs = 0;
  return {
    add: (pair, nowMs) => {
      if (nowMs - sinceMs >= METRICS_FILTERS_LIMITS.pairsWindowMs || nowMs < sinceMs) {
        seen.clear();
        sinceMs = nowMs;
      }
      if (seen.has(pair)) return true;
      if (seen.size >= METRICS_FILTERS_LIMITS.pairsPerWindow) return false;
      seen.add(pair);
      return true;
    },
  };
}
