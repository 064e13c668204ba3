import { expect, test } from 'vitest';
import { VAULT_LIMITS } from '../limits.ts';
import { createPiecePool } from './piece-pool.ts';

test('memory that is given back is used again, by one piece at a time', () => {
  const pool = createPiecePool(1000);
  const piece = pool.take();
  pool.giveBack(piece.subarray(0, 10));
  pool.giveBack(piece);
  expect(pool.take().buffer).toBe(piece.buffer);
  expect(pool.take().buffer).not.toBe(piece.buffer);
});

test('what is not of the pool is never handed out, and no more is kept than the limit', () => {
  const pool = createPiecePool(1000);
  const foreign = Buffer.alloc(1000);
  pool.giveBack(foreign);
  expect(pool.take().buffer).not.toBe(foreign.buffer);
  const many = Array.from({ length: VAULT_LIMITS.piecesKept + 1 }, () => pool.take());
  for (const piece of many) pool.giveBack(piece);
  const again = new Set(many.map(() => pool.take().buffer));
  expect(many.filter(({ buffer }) => again.has(buffer))).toHaveLength(VAULT_LIMITS.piecesKept);
});
