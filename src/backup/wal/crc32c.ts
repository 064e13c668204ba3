/** CRC-32C (Castagnoli polynomial 0x1EDC6F41, reflected), eight bytes a step ("slicing by 8", Intel 2006). */
const POLYNOMIAL = 0x82f6_3b78;

const TABLES: Int32Array = makeTables();

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
    tables[byte] = crc;
  }
  for (let index = 256; index < tables.length; index += 1) {
    const before = tables[index - 256] ?? 0;
    tables[index] = (before >>> 8) ^ (tables[before & 0xff] ?? 0);
  }
  return tables;
}

export const CRC32C_START = -1;

/**
 * Goes on with `crc` over the bytes from `start` to `end`. Begin with {@link CRC32C_START} and close with
 * {@link finishCrc32c}.
 */
export function updateCrc32c(crc: number, bytes: Uint8Array, start: number, end: number): number {
  const t = TABLES;
  let value = crc;
  let at = start;
  // Every index is below the length by construction, so the casts hide no missing value.
  for (const last = end - 8; at <= last; at += 8) {
    value ^=
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    value =
      (t[1792 + (value & 0xff)] as number) ^
      (t[1536 + ((value >>> 8) & 0xff)] as number) ^
      (t[1280 + ((value >>> 16) & 0xff)] as number) ^
      (t[1024 + (value >>> 24)] as number) ^
      (t[768 + (bytes[at + 4] as number)] as number) ^
      (t[512 + (bytes[at + 5] as number)] as number) ^
      (t[256 + (bytes[at + 6] as number)] as number) ^
      (t[bytes[at + 7] as number] as number);
  }
  for (; at < end; at += 1) value = (value >>> 8) ^ (t[(value ^ (bytes[at] as number)) & 0xff] as number);
  return value;
}

/** The checksum as an unsigned number. */
export const finishCrc32c = (crc: number): number => ~crc >>> 0;
