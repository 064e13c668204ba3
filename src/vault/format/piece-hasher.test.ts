import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createInlineHasher, createThreadHasher } from './piece-hasher.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test.each([
  ['in a thread', createThreadHasher],
  ['inline', createInlineHasher],
])('pieces and the whole of two streams at once are hashed %s', async (_name, newHasher) => {
  const streams = [1, 2].map(() => ({
    hasher: newHasher(),
    pieces: [3, 2, 1].map((size) => randomBytes(size * 1000)),
  }));
  for (const { hasher, pieces } of streams) {
    const shared = pieces.map((piece) => Buffer.from(new SharedArrayBuffer(piece.length)).fill(piece));
    const hashes = await Promise.all(shared.map((piece) => hasher.add(piece)));
    expect(hashes.map((hash) => hash.toString('hex'))).toEqual(pieces.map(sha256));
  }
  for (const { hasher, pieces } of streams) {
    expect((await hasher.total()).toString('hex')).toBe(sha256(Buffer.concat(pieces)));
    hasher.close();
  }
});
