import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../base/index.ts';
import { chooseBucketMs, fillBuckets } from './histogram.ts';

describe('the width of a bucket', () => {
  const check = (rangeMs: number, buckets: number, expected: number): void => {
    it(`for ${rangeMs} ms in ${buckets} buckets is ${expected} ms`, () => {
      expect(chooseBucketMs(rangeMs, buckets)).toBe(expected);
    });
  };
  check(1, 60, SECOND_MS);
  check(MINUTE_MS, 60, SECOND_MS);
  check(MINUTE_MS + 1, 60, 5 * SECOND_MS);
  check(HOUR_MS, 60, MINUTE_MS);
  check(DAY_MS, 60, 30 * MINUTE_MS);
  check(60 * DAY_MS, 60, DAY_MS);
  check(100 * 365 * DAY_MS, 10, 10 * 365 * DAY_MS);
});

it('buckets are aligned, in order, without gaps, and cover the range', () => {
  fc.assert(
    fc.property(
      fc.nat(2_000_000_000),
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.integer({ min: 1, max: 100 }),
      (startMs, rangeMs, buckets) => {
        const bucketMs = chooseBucketMs(rangeMs, buckets);
        const filled = fillBuckets([], { startMs, endMs: startMs + rangeMs, bucketMs });
        expect(filled.length).toBeLessThanOrEqual(buckets + 1);
        expect(filled[0]?.startMs).toBeLessThanOrEqual(startMs);
        expect((filled.at(-1)?.startMs ?? 0) + bucketMs).toBeGreaterThanOrEqual(startMs + rangeMs);
        for (const [index, bucket] of filled.entries()) {
          expect(bucket.startMs % bucketMs).toBe(0);
          if (index > 0) expect(bucket.startMs - (filled[index - 1]?.startMs ?? 0)).toBe(bucketMs);
        }
      },
    ),
  );
});
