import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openCodec } from './codec.ts';

const context = (plainBytes: number): { name: string; plainBytes: number } => ({ name: 'a', plainBytes });

test('gives back what it was given, with zstd and without', async () => {
  for (const codec of [await openCodec(), await openCodec(async () => undefined)]) {
    for (const plain of [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(1_000_000, 'line\n'), randomBytes(300_000)]) {
      const packed = await codec.compress(plain);
      expect(packed.bytes.length).toBeLessThanOrEqual(plain.length);
      expect(plain.equals(await codec.decompress(packed.codec, packed.bytes, context(plain.length)))).toBe(true);
    }
  }
});

test('stores what does not shrink as it is', async () => {
  const noise = randomBytes(300_000);
  expect(await (await openCodec()).compress(noise)).toEqual({ codec: 'none', bytes: noise });
});

test('says which package is missing when it meets zstd without it', async () => {
  const packed = await (await openCodec()).compress(Buffer.alloc(100_000, 'x'));
  expect(packed.codec).toBe('zstd');
  const without = await openCodec(async () => undefined);
  await expect(without.decompress('zstd', packed.bytes, context(100_000))).rejects.toMatchObject({
    code: 'vault.codec-missing',
  });
});

test('refuses a plain length other than the one that was stored', async () => {
  const codec = await openCodec();
  const packed = await codec.compress(Buffer.alloc(100_000, 'x'));
  await expect(codec.decompress(packed.codec, packed.bytes, context(99_999))).rejects.toMatchObject({
    code: 'vault.format-unknown',
  });
});
