import { createHash, type Hash } from 'node:crypto';
import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { rememberSha256 } from '../format/primitives.ts';
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
    // Of the first piece the running hash is the hash so far, so that an item of one piece is hashed once.
    let piece = newPiece(0, undefined);
    for await (const part of bytes) {
      lengthBytes += part.length;
      if (lengthBytes > VAULT_LIMITS.itemBytesMax) {
        throw new Failure(VAULT_FAILURES.itemTooLarge, { bytesMax: VAULT_LIMITS.itemBytesMax });
      }
      for (let offset = 0; offset < part.length; ) {
        const room = Math.min(chunkBytes - piece.filled, HASH_STEP_BYTES);
        const taken = part.subarray(offset, offset + room);
        hash.update(taken);
        appendTo(piece, taken, chunkBytes);
        offset += taken.length;
        if (taken.length === HASH_STEP_BYTES) await new Promise((resolve) => setImmediate(resolve));
        if (piece.filled < chunkBytes) continue;
        yield finished(piece, hash);
        // An item that filled one piece will likely fill the next.
        piece = newPiece(chunkBytes, createHash('sha256'));
      }
    }
    const last = piece.filled > 0 ? finished(piece, hash) : undefined;
    sha256 = hash.digest('hex');
    if (last !== undefined) yield last;
  };
  return { pieces: pieces(), total: () => ({ lengthBytes, sha256: sha256 ?? '' }) };
}

interface Piece {
  bytes: Buffer;
  filled: number;
  readonly hash: Hash | undefined;
}

const newPiece = (bytes: number, hash: Hash | undefined): Piece => ({
  bytes: Buffer.allocUnsafe(bytes),
  filled: 0,
  hash,
});

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
  piece.hash?.update(part);
  piece.filled = needed;
}

/** Hashed on the way in, which costs half of what handing it to the thread pool costs. */
function finished(piece: Piece, running: Hash): Buffer {
  const bytes = piece.bytes.subarray(0, piece.filled);
  rememberSha256(bytes, (piece.hash ?? running.copy()).digest());
  return bytes;
}
