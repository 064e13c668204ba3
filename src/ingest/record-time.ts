import { INGEST_LIMITS } from './limits.ts';

const NS_PER_MS = 1_000_000n;

/** The first and the last nanosecond that a record may carry when it arrives at `receivedMs`. */
export interface TimeWindow {
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

/**
 * Times before 1970 cannot be partitioned by day, and times far ahead would outlive every retention. How old a
 * record may be is the group's retention and is decided by the sink.
 */
export const timeWindowAt = (receivedMs: number): TimeWindow => ({
  fromNs: 0n,
  toNs: BigInt(Math.floor(receivedMs) + INGEST_LIMITS.futureMsMax) * NS_PER_MS,
});

export const isInside = (timeNs: bigint, window: TimeWindow): boolean =>
  timeNs >= window.fromNs && timeNs <= window.toNs;
