import { VAULT_LIMITS } from '../limits.ts';

/**
 * Memory for the pieces of long streams, which goes round: fresh memory for every piece is what the garbage collector
 * is busy with in a long put. It is shared memory, so that a thread can hash it without a copy.
 */
export interface PiecePool {
  readonly take: () => Buffer;
  /** Only what nobody reads any more. */
  readonly giveBack: (piece: Buffer) => void;
}

export function createPiecePool(pieceBytes: number): PiecePool {
  const idle: ArrayBufferLike[] = [];
  return {
    take: () => Buffer.from(idle.pop() ?? new SharedArrayBuffer(pieceBytes)),
    giveBack: ({ buffer }) => {
      const isOurs = buffer instanceof SharedArrayBuffer && buffer.byteLength === pieceBytes;
      if (isOurs && idle.length < VAULT_LIMITS.piecesKept && !idle.includes(buffer)) idle.push(buffer);
    },
  };
}
