import { createHash, type Hash } from 'node:crypto';
import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';

/** Cuts a stream into pieces of `chunkBytes` (the last is shorter) and hashes it on the way. */
export interface StreamCut {
  readonly pieces: AsyncGenerator<Buffer>;
  /** Complete once `pieces` has ended. */
  readonly total: () => { readonly lengthBytes: number; readonly sha256: string };
}

/** Hashing this much at once holds up the event loop for about a millisecond. */
const HASH_STEP_BYTES = 1_048_576;

export function cutStream(bytes: AsyncIterable<Uint8Array>, chunkBytes: number): StreamCut {
  const hash = createHash('sha256');
  let lengthBytes = 0;
  let sha256: string | undefined;
  const pieces = async function* (): AsyncGenerator<Buffer> {
    let parts: Uint8Array[] = [];
    let filled = 0;
    for await (const part of bytes) {
      await hashPart(hash, part);
      lengthBytes += part.length;
      if (lengthBytes > VAULT_LIMITS.itemBytesMax) {
        throw new Failure(VAULT_FAILURES.itemTooLarge, { bytesMax: VAULT_LIMITS.itemBytesMax });
      }
      for (let offset = 0; offset < part.length; ) {
        const taken = part.subarray(offset, offset + chunkBytes - filled);
        // Copied, because the sender may use its buffer again while this piece is still being written.
        parts.push(Buffer.from(taken));
        filled += taken.length;
        offset += taken.length;
        if (filled < chunkBytes) continue;
        yield Buffer.concat(parts, filled);
        parts = [];
        filled = 0;
      }
    }
    sha256 = hash.digest('hex');
    if (filled > 0) yield Buffer.concat(parts, filled);
  };
  return { pieces: pieces(), total: () => ({ lengthBytes, sha256: sha256 ?? '' }) };
}

async function hashPart(hash: Hash, part: Uint8Array): Promise<void> {
  for (let offset = 0; offset < part.length; offset += HASH_STEP_BYTES) {
    hash.update(part.subarray(offset, offset + HASH_STEP_BYTES));
    if (offset + HASH_STEP_BYTES < part.length) await new Promise((resolve) => setImmediate(resolve));
  }
}
