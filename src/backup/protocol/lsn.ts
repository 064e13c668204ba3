import { Failure } from '../../base/index.ts';
import type { Lsn } from '../types.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';

const FORM = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/;
const hex = (value: bigint, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

/** As PostgreSQL prints a position: `16/B374D848`. */
export const formatLsn = (lsn: Lsn): string => `${hex(lsn >> 32n, 1)}/${hex(lsn & 0xffff_ffffn, 1)}`;

/** Reads PostgreSQL's form; throws `backup-protocol.message-broken` for anything else. */
export function parseLsn(text: string): Lsn {
  const found = FORM.exec(text.trim());
  if (found === null) throw new Failure(BACKUP_PROTOCOL_FAILURES.messageBroken, { reason: `"${text}" is no LSN` });
  return (BigInt(`0x${found[1] ?? '0'}`) << 32n) | BigInt(`0x${found[2] ?? '0'}`);
}

/** The number of the segment that holds the byte at `lsn`. */
export const segmentNumberOf = (lsn: Lsn, walSegmentBytes: number): bigint => lsn / BigInt(walSegmentBytes);

export const segmentStart = (segmentNumber: bigint, walSegmentBytes: number): Lsn =>
  segmentNumber * BigInt(walSegmentBytes);

/** The file of a segment in `pg_wal`, such as `000000010000000000000003` (XLogFileName of PostgreSQL). */
export function walFileName(timeline: number, segmentNumber: bigint, walSegmentBytes: number): string {
  const perId = 0x1_0000_0000n / BigInt(walSegmentBytes);
  return hex(BigInt(timeline), 8) + hex(segmentNumber / perId, 8) + hex(segmentNumber % perId, 8);
}

/** The reverse of {@link walFileName}; undefined for other names. */
export function parseWalFileName(
  name: string,
  walSegmentBytes: number,
): { readonly timeline: number; readonly segmentNumber: bigint } | undefined {
  if (!/^[0-9A-F]{24}$/.test(name)) return undefined;
  const perId = 0x1_0000_0000n / BigInt(walSegmentBytes);
  const low = BigInt(`0x${name.slice(16)}`);
  if (low >= perId) return undefined;
  return {
    timeline: Number.parseInt(name.slice(0, 8), 16),
    segmentNumber: BigInt(`0x${name.slice(8, 16)}`) * perId + low,
  };
}

export const historyFileName = (timeline: number): string => `${hex(BigInt(timeline), 8)}.history`;
