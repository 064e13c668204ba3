import { SKETCH } from '../../src/telemetry/index.ts';
import type { Distribution } from './compute-statistic.ts';

/**
 * The distribution that logarithmic buckets stand for: each bucket by the value whose relative error is smallest, one
 * percent, and never outside of the extremes that are known exactly.
 */
export function readSketch(
  keys: readonly number[],
  counts: readonly number[],
  range: { readonly min: number; readonly max: number },
): Distribution {
  const inRange = (value: number): number => Math.min(range.max, Math.max(range.min, value));
  return {
    values: keys.map((key) => inRange(key === SKETCH.zeroKey ? 0 : (2 * SKETCH.gamma ** key) / (SKETCH.gamma + 1))),
    counts,
  };
}
