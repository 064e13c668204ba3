import { createHash } from 'node:crypto';
import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import type { PieceHasher } from '../format/piece-hasher.ts';
import { rememberSha256, rememberSha256Of } from '../format/primitives.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { PiecePool } from './piece-pool.ts';

/** Cuts a stream into pieces of `chunkBytes` (the last is shorter) and hashes it on the way. */
export interface StreamCut {
  readonly pieces: AsyncGenerator<Buffer>;
  /** Complete once `pieces` has ended. */
  readonly total: () => { readonly lengthBytes: number; readonly sha256: string };
}

interface CutSettings {
  readonly chunkBytes: number;
  readonly pool: PiecePool;
  readonly newHasher: () => PieceHasher;
}

/** Hashing this much at once holds up the event loop for about a millisecond. */
const STEP_BYTES = 1_048_576;

/**
 * A stream of one piece is hashed on the way in, which costs half of what handing it to a thread costs. Once there are
 * more, a hasher takes them all, the first included, while the caller compresses and seals them.
 */
export function cutStream(bytes: AsyncIterable<Uint8Array>, settings: CutSettings): StreamCut {
  const { chunkBytes, pool } = settings;
  let lengthBytes = 0;
  let sha256: string | undefined;
  const pieces = async function* (): AsyncGenerator<Buffer> {
    const first = createHash('sha256');
    let hasher: PieceHasher | undefined;
    let piece: Piece = { bytes: Buffer.allocUnsafe(0), filled: 0 };
    try {
      for await (const part of bytes) {
        lengthBytes += part.length;
        if (lengthBytes > VAULT_LIMITS.itemBytesMax) {
          throw new Failure(VAULT_FAILURES.itemTooLarge, { bytesMax: VAULT_LIMITS.itemBytesMax });
        }
        for (let offset = 0; offset < part.length; ) {
          if (piece.filled === chunkBytes) {
            hasher ??= beginWith(settings.newHasher(), piece.bytes);
            piece = { bytes: pool.take(), filled: 0 };
          }
          const taken = part.subarray(offset, offset + Math.min(chunkBytes - piece.filled, STEP_BYTES));
          if (hasher === undefined) first.update(taken);
          appendTo(piece, taken, chunkBytes);
          offset += taken.length;
          if (taken.length === STEP_BYTES) await new Promise((resolve) => setImmediate(resolve));
          if (piece.filled === chunkBytes) yield hashed(piece, hasher, () => first.copy().digest());
        }
      }
      // Known before the last piece is out, because an item of one piece is named by it.
      if (hasher === undefined) sha256 = first.copy().digest('hex');
      if (piece.filled > 0 && piece.filled < chunkBytes) yield hashed(piece, hasher, () => first.digest());
      sha256 ??= (await hasher?.total())?.toString('hex');
    } finally {
      hasher?.close();
    }
  };
  return { pieces: pieces(), total: () => ({ lengthBytes, sha256: sha256 ?? '' }) };
}

interface Piece {
  bytes: Buffer;
  filled: number;
}

/** How much a full buffer grows: fresh memory costs as much as copying into it, so few steps are better than small ones. */
const GROWTH = 4;

/** Copied, because the sender may use its buffer again while this piece is still being written. */
function appendTo(piece: Piece, part: Uint8Array, chunkBytes: number): void {
  const needed = piece.filled + part.length;
  if (needed > piece.bytes.length) {
    const larger = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(needed, GROWTH * piece.bytes.length)));
    piece.bytes.copy(larger, 0, 0, piece.filled);
    piece.bytes = larger;
  }
  piece.bytes.set(part, piece.filled);
  piece.filled = needed;
}

function beginWith(hasher: PieceHasher, first: Buffer): PieceHasher {
  // Its own hash is known; a thread that fails says so again at the end.
  hasher.add(first).catch(() => undefined);
  return hasher;
}

function hashed(piece: Piece, hasher: PieceHasher | undefined, onTheWay: () => Buffer): Buffer {
  const bytes = piece.bytes.subarray(0, piece.filled);
  if (hasher === undefined) rememberSha256(bytes, onTheWay());
  else rememberSha256Of(bytes, hasher.add(bytes));
  return bytes;
}
