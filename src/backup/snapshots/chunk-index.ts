import { invariant } from '../../base/index.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';

/** The 32 bytes of a SHA-256 as characters: unlike a buffer it costs no memory outside of the heap. */
export type ChunkHash = string;

/** Where a chunk stands: number of the pack in the {@link PackTable}, offset and length in its plain bytes. */
export interface ChunkPlace {
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * From the SHA-256 of a chunk to its place: open addressing over typed arrays, 44 bytes per slot, at most two thirds
 * full, so about 60 to 130 bytes per chunk and nothing for the garbage collector. 100 GB in chunks of 16 KiB are 6.1
 * million chunks: 0.4 to 0.8 GB. Holds whole hashes: a chunk taken for another one would be damage without repair.
 */
export interface ChunkIndex {
  readonly find: (hash: ChunkHash) => ChunkPlace | undefined;
  /** The first place of a hash counts. Past the limit nothing is added, so that later chunks are stored again. */
  readonly add: (hash: ChunkHash, place: ChunkPlace) => void;
  readonly size: () => number;
}

const HASH_WORDS = 8;
const PLACE_WORDS = 3;
const FIRST_SLOTS = 1 << 14;

interface Table {
  readonly mask: number;
  readonly hashes: Uint32Array;
  /** Pack number + 1, offset, length; a first word of 0 is a free slot. */
  readonly places: Uint32Array;
}

const newTable = (slots: number): Table => ({
  mask: slots - 1,
  hashes: new Uint32Array(slots * HASH_WORDS),
  places: new Uint32Array(slots * PLACE_WORDS),
});

export function createChunkIndex(chunksMax: number = BACKUP_SNAPSHOT_LIMITS.indexChunksMax): ChunkIndex {
  let table = newTable(FIRST_SLOTS);
  let size = 0;
  const words = new Uint32Array(HASH_WORDS);
  const bytes = Buffer.from(words.buffer);
  /** The slot of `words`, or the free slot where it belongs. */
  const slotIn = (into: Table): number => {
    for (let slot = (words[0] ?? 0) & into.mask; ; slot = (slot + 1) & into.mask) {
      if (into.places[slot * PLACE_WORDS] === 0) return slot;
      const at = slot * HASH_WORDS;
      let same = 0;
      while (same < HASH_WORDS && into.hashes[at + same] === words[same]) same += 1;
      if (same === HASH_WORDS) return slot;
    }
  };
  const grow = (): void => {
    const old = table;
    const next = newTable((old.mask + 1) * 2);
    for (let slot = 0; slot <= old.mask; slot += 1) {
      if (old.places[slot * PLACE_WORDS] === 0) continue;
      words.set(old.hashes.subarray(slot * HASH_WORDS, (slot + 1) * HASH_WORDS));
      const to = slotIn(next);
      next.hashes.set(words, to * HASH_WORDS);
      next.places.set(old.places.subarray(slot * PLACE_WORDS, (slot + 1) * PLACE_WORDS), to * PLACE_WORDS);
    }
    table = next;
  };
  return {
    find: (hash) => {
      bytes.write(hash, 'latin1');
      const at = slotIn(table) * PLACE_WORDS;
      const pack = table.places[at] ?? 0;
      if (pack === 0) return undefined;
      return { pack: pack - 1, offset: table.places[at + 1] ?? 0, length: table.places[at + 2] ?? 0 };
    },
    add: (hash, place) => {
      invariant(hash.length === HASH_WORDS * 4, 'chunks are named by SHA-256');
      if (size >= chunksMax) return;
      bytes.write(hash, 'latin1');
      const slot = slotIn(table);
      if (table.places[slot * PLACE_WORDS] !== 0) return;
      table.hashes.set(words, slot * HASH_WORDS);
      table.places.set([place.pack + 1, place.offset, place.length], slot * PLACE_WORDS);
      size += 1;
      if (size * 3 > (table.mask + 1) * 2) grow();
    },
    size: () => size,
  };
}
