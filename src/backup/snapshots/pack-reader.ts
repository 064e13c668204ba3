import { Failure } from '../../base/index.ts';
import type { Vault } from '../../vault/index.ts';
import type { PackedChunk } from '../types.ts';
import { BACKUP_SNAPSHOT_FAILURES } from './failures.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';

/**
 * Reads chunks out of packs, in blocks that fit the vault's objects, and keeps the blocks used last: files of one
 * snapshot lie near each other in few packs. Holes give zeros.
 */
export interface PackReader {
  /** The bytes of a chunk in pieces of at most a block. Throws `backup-snapshot.chunk-short` and what the vault throws. */
  readonly read: (chunk: PackedChunk, signal?: AbortSignal) => AsyncGenerator<Uint8Array>;
  /** Bytes asked of the vault so far. */
  readonly readBytes: () => number;
}

const HOLE_PIECE = new Uint8Array(1_048_576);

export function createPackReader(vault: Pick<Vault, 'get'>): PackReader {
  const { readBlockBytes, readCacheBytes } = BACKUP_SNAPSHOT_LIMITS;
  const blocks = new Map<string, Promise<Uint8Array>>();
  let asked = 0;
  const fetch = async (pack: string, block: number, signal: AbortSignal | undefined): Promise<Uint8Array> => {
    const range = { offset: block * readBlockBytes, length: readBlockBytes };
    const parts: Uint8Array[] = [];
    for await (const part of vault.get(pack, { range, ...(signal ? { signal } : {}) })) parts.push(part);
    const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    asked += bytes.length;
    return bytes;
  };
  const blockOf = (pack: string, block: number, signal: AbortSignal | undefined): Promise<Uint8Array> => {
    const key = `${pack}/${block}`;
    const kept = blocks.get(key);
    const reading = kept ?? fetch(pack, block, signal);
    // Put last again, so that the first of the map is the one used least.
    blocks.delete(key);
    blocks.set(key, reading);
    if (kept === undefined) {
      reading.catch(() => blocks.delete(key));
      const oldest = blocks.keys().next().value;
      if (blocks.size * readBlockBytes > readCacheBytes && oldest !== undefined) blocks.delete(oldest);
    }
    return reading;
  };
  return {
    readBytes: () => asked,
    read: async function* (chunk, signal) {
      const { pack, offset, length } = chunk;
      for (let done = 0; done < length; ) {
        signal?.throwIfAborted();
        if (pack === '') {
          const piece = HOLE_PIECE.subarray(0, length - done);
          done += piece.length;
          yield piece;
          continue;
        }
        const at = offset + done;
        const block = Math.floor(at / readBlockBytes);
        const bytes = await blockOf(pack, block, signal);
        const from = at - block * readBlockBytes;
        const piece = bytes.subarray(from, from + length - done);
        if (piece.length === 0) throw new Failure(BACKUP_SNAPSHOT_FAILURES.chunkShort, { pack, offset: at });
        done += piece.length;
        yield piece;
      }
    },
  };
}
