import type { Lsn } from '../types.ts';

/** Names of WAL files, by the rules of PostgreSQL's xlog_internal.h. */
const hex8 = (value: bigint | number): string => value.toString(16).toUpperCase().padStart(8, '0');

export function walFileName(timeline: number, segmentNumber: bigint, segmentBytes: number): string {
  const perId = 0x1_0000_0000n / BigInt(segmentBytes);
  return `${hex8(timeline)}${hex8(segmentNumber / perId)}${hex8(segmentNumber % perId)}`;
}

export const historyFileName = (timeline: number): string => `${hex8(timeline)}.history`;

export const segmentOf = (lsn: Lsn, segmentBytes: number): bigint => lsn / BigInt(segmentBytes);

/** The segment that holds the byte before `lsn`: where a piece that ends at `lsn` ends. */
export const lastSegmentOf = (lsn: Lsn, segmentBytes: number): bigint =>
  lsn === 0n ? 0n : (lsn - 1n) / BigInt(segmentBytes);
