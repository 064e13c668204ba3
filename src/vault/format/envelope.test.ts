import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../base/index.ts';
import { createAgeKeys } from '../keys/age-keys.ts';
import { createVaultKeys } from '../keys/vault-keys.ts';
import { openCodec } from './codec.ts';
import { decodeEnvelope } from './envelope.ts';
import { threadPoolPrimitives } from './primitives.ts';
import { createSealer, type Sealer } from './sealer.ts';

const keysOf = (byte: number): ReturnType<typeof createVaultKeys> =>
  createVaultKeys([{ id: '1700000000000-00000000', secret: Buffer.alloc(32, byte) }], 'memory');
const sealerOf = async (byte = 1): Promise<Sealer> =>
  createSealer({
    keys: keysOf(byte),
    age: createAgeKeys({}),
    codec: await openCodec(),
    primitives: threadPoolPrimitives,
  });

const codeOf = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'opened',
    (error: unknown) => (error instanceof Failure ? error.code : `not a failure: ${String(error)}`),
  );

test('what is sealed opens under the same name and kind, whatever it is', async () => {
  const sealer = await sealerOf();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100_000 }), async (plain) => {
      const parts = await sealer.seal({ objectName: 'chunks/a', kind: 'chunk', plain, forRecipients: false });
      const opened = await sealer.open('chunks/a', Buffer.concat(parts), 'chunk');
      expect(Buffer.from(opened.plain).equals(Buffer.from(plain))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('it does not open under another name, another kind or another key', async () => {
  const sealer = await sealerOf();
  const plain = Buffer.from('plain');
  const bytes = Buffer.concat(await sealer.seal({ objectName: 'a', kind: 'chunk', plain, forRecipients: false }));
  expect(await codeOf(sealer.open('b', bytes, 'chunk'))).toBe('vault.object-damaged');
  expect(await codeOf(sealer.open('a', bytes, 'body'))).toBe('vault.format-unknown');
  expect(await codeOf((await sealerOf(2)).open('a', bytes, 'chunk'))).toBe('vault.object-damaged');
  const stranger = createSealer({
    keys: createVaultKeys([{ id: 'other', secret: Buffer.alloc(32, 1) }], 'memory'),
    age: createAgeKeys({}),
    codec: await openCodec(),
    primitives: threadPoolPrimitives,
  });
  expect(await codeOf(stranger.open('a', bytes, 'chunk'))).toBe('vault.key-missing');
});

test('no changed bit anywhere passes, and each is told as a failure', async () => {
  const sealer = await sealerOf();
  const plain = Buffer.from('a plain text of some length, long enough to be worth it');
  const bytes = Buffer.concat(await sealer.seal({ objectName: 'a', kind: 'chunk', plain, forRecipients: false }));
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(await codeOf(sealer.open('a', changed, 'chunk'))).toMatch(
      /^vault\.(object-damaged|format-unknown|key-missing|identity-missing)$/,
    );
  }
});

test('no bytes of a stranger do more than fail', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, magic) => {
      const given = magic ? Buffer.concat([Buffer.from('HFVO\u0001\u0001\u0000\u0001\u0001', 'latin1'), bytes]) : bytes;
      try {
        decodeEnvelope('a', given);
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
      }
    }),
  );
});
