/**
 * The checksum of a page of PostgreSQL (storage/checksum_impl.h): 32 interleaved FNV-1a sums over its 32-bit words,
 * with a shift that mixes high bits down, joined by XOR, then by the number of the block.
 */
const SUMS = 32;
const PRIME = 16_777_619;
const BASES = Int32Array.from([
  0x5b1f36e9, 0xb8525960, 0x02ab50aa, 0x1de66d2a, 0x79ff467a, 0x9bb9f8a3, 0x217e7cd2, 0x83e13d2c, 0xf8d4474f,
  0xe39eb970, 0x42c6ae16, 0x993216fa, 0x7b093b5d, 0x98daff3c, 0xf718902a, 0x0b1c9cdb, 0xe58f764b, 0x187636bc,
  0x5d7b3bb1, 0xe73de7de, 0x92bec979, 0xcca6c0b2, 0x304a0979, 0x85aa43d4, 0x783125bb, 0x6ca8eaa2, 0xe407eac6,
  0x4b5cfc3e, 0x9fbf8c76, 0x15ca20be, 0xf2ca9fd3, 0x959bd756,
]);

/** Offsets in the header of a page: pd_checksum and pd_upper, 16 bits each. */
const CHECKSUM_WORD = 2;
const UPPER_OFFSET = 14;
export const PAGE_BYTES = 8192;
const WORDS = PAGE_BYTES / 4;

const sums = new Int32Array(SUMS);

/** `words` are the page's, little-endian; the checksum in them counts as zero. */
export function pageChecksum(words: Int32Array, blockNumber: number): number {
  sums.set(BASES);
  for (let at = 0; at < WORDS; at += SUMS) {
    for (let index = 0; index < SUMS; index += 1) {
      let word = words[at + index] ?? 0;
      // The checksum is the lower half of the third word.
      if (at === 0 && index === CHECKSUM_WORD) word &= ~0xffff;
      const mixed = (sums[index] ?? 0) ^ word;
      sums[index] = Math.imul(mixed, PRIME) ^ (mixed >>> 17);
    }
  }
  let joined = 0;
  for (let index = 0; index < SUMS; index += 1) {
    let sum = sums[index] ?? 0;
    // Two rounds of zeros mix the last words as well as the first.
    sum = Math.imul(sum, PRIME) ^ (sum >>> 17);
    sum = Math.imul(sum, PRIME) ^ (sum >>> 17);
    joined ^= sum;
  }
  return (((joined ^ blockNumber) >>> 0) % 65_535) + 1;
}

/** True for a page whose checksum is right and for one that was never written. */
export function isPageSound(page: Uint8Array, blockNumber: number): boolean {
  const view = new DataView(page.buffer, page.byteOffset, PAGE_BYTES);
  if (view.getUint16(UPPER_OFFSET, true) === 0) return page.every((byte) => byte === 0);
  const isAligned = page.byteOffset % 4 === 0;
  const bytes = isAligned ? page : Uint8Array.from(page);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, WORDS);
  return pageChecksum(words, blockNumber) === view.getUint16(CHECKSUM_WORD * 4, true);
}
