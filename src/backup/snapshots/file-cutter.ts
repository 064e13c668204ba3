import { createHash, type Hash, hash as hashOnce } from 'node:crypto';
import type { ChunkHash, ChunkPlace } from './chunk-index.ts';
import type { TableRun } from './file-table.ts';

/**
 * Cuts one file after the other into chunks at multiples of the chunk size, counted from the file's beginning, so that a
 * page of PostgreSQL is in the same chunk each day. Chunks of zeros become holes.
 */
export interface FileCutter {
  readonly push: (bytes: Buffer) => void;
  /** Ends the file; with its hex SHA-256. */
  readonly end: () => string;
}

export function createFileCutter(input: {
  readonly chunkBytes: number;
  readonly placeChunk: (chunk: Buffer, hash: ChunkHash) => ChunkPlace;
  readonly onRun: (run: TableRun) => void;
}): FileCutter {
  const { chunkBytes, placeChunk, onRun } = input;
  const zeros = Buffer.alloc(chunkBytes);
  const partial = Buffer.alloc(chunkBytes);
  let filled = 0;
  let fileHash: Hash = createHash('sha256');
  const take = (chunk: Buffer): void => {
    const isHole =
      chunk[0] === 0 && chunk.equals(chunk.length === chunkBytes ? zeros : zeros.subarray(0, chunk.length));
    if (isHole) onRun({ pack: -1, offset: 0, length: chunk.length });
    else onRun(placeChunk(chunk, hashOnce('sha256', chunk, 'binary')));
  };
  return {
    push: (bytes) => {
      fileHash.update(bytes);
      let at = 0;
      if (filled > 0) {
        at = bytes.copy(partial, filled, 0, chunkBytes - filled);
        filled += at;
        if (filled < chunkBytes) return;
        take(partial);
        filled = 0;
      }
      for (; at + chunkBytes <= bytes.length; at += chunkBytes) take(bytes.subarray(at, at + chunkBytes));
      filled = bytes.copy(partial, 0, at);
    },
    end: () => {
      if (filled > 0) take(partial.subarray(0, filled));
      filled = 0;
      const sha256 = fileHash.digest('hex');
      fileHash = createHash('sha256');
      return sha256;
    },
  };
}
