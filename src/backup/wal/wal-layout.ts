/** Offsets and marks of WAL pages and records (xlog_internal.h and xlogrecord.h of PostgreSQL, little-endian). */
export const PAGE_BYTES = 8192;
export const SHORT_HEADER_BYTES = 24;
export const LONG_HEADER_BYTES = 40;
export const RECORD_HEADER_BYTES = 24;
/** The CRC covers the header up to its own field. */
export const RECORD_CRC_OFFSET = 20;

export const PAGE_FLAGS = { contrecord: 1, longHeader: 2, removable: 4, overwriteContrecord: 8, all: 15 } as const;

/** XLOG_PAGE_MAGIC by major version. */
export const PAGE_MAGICS: Readonly<Record<number, number>> = {
  14: 0xd10d,
  15: 0xd110,
  16: 0xd113,
  17: 0xd116,
  18: 0xd118,
};

export const RESOURCE_XLOG = 0;
export const RESOURCE_XACT = 1;
export const XLOG_SWITCH = 0x40;
export const XLOG_RESTORE_POINT = 0x70;
export const XACT_OPERATIONS = 0x70;
export const XACT_COMMIT = 0x00;
export const XACT_ABORT = 0x20;
export const XACT_COMMIT_PREPARED = 0x30;
export const XACT_ABORT_PREPARED = 0x40;

/** PostgreSQL counts microseconds since 2000-01-01T00:00:00Z. */
const EPOCH_MS = 946_684_800_000;

const BLOCK_ID_DATA_SHORT = 255;
const BLOCK_ID_DATA_LONG = 254;
const BLOCK_ID_ORIGIN = 253;
const BLOCK_ID_TOPLEVEL_XID = 252;

/** Where the main data of a record without pages begins, after its origin and top-level transaction; or undefined. */
export function mainDataOffset(data: Buffer): number | undefined {
  let offset = 0;
  while (offset < data.length) {
    const id = data[offset];
    if (id === BLOCK_ID_DATA_SHORT) return offset + 2;
    if (id === BLOCK_ID_DATA_LONG) return offset + 5;
    if (id === BLOCK_ID_ORIGIN) offset += 3;
    else if (id === BLOCK_ID_TOPLEVEL_XID) offset += 5;
    else return undefined;
  }
  return undefined;
}

/** The time that begins the main data of commits, aborts and restore points, in milliseconds. */
export function leadingTimeMs(data: Buffer, offset: number): number | undefined {
  if (offset + 8 > data.length) return undefined;
  return Math.floor(Number(data.readBigInt64LE(offset)) / 1000) + EPOCH_MS;
}

/** `rp_name` of a restore point: 64 bytes after the time, ended by a zero. */
export function restorePointName(data: Buffer, offset: number): string {
  const name = data.subarray(offset + 8, offset + 8 + 64);
  const end = name.indexOf(0);
  return name.toString('utf8', 0, end < 0 ? name.length : end);
}
