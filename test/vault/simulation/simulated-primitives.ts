import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Codec } from '../../../src/vault/format/codec.ts';
import { createInlineHasher } from '../../../src/vault/format/piece-hasher.ts';
import type { Primitives } from '../../../src/vault/format/primitives.ts';
import type { SeededRandom } from './seeded-random.ts';

/** The real ciphers and hashes, but at once and with random bytes of the seed: the thread pool has an order of its own. */
export const simulatedPrimitives = (random: SeededRandom): Primitives => ({
  randomBytes: (length) => random.bytes(length),
  sha256: async (bytes) => createHash('sha256').update(bytes).digest(),
  sha256InSteps: async (bytes) => createHash('sha256').update(bytes).digest(),
  newHasher: createInlineHasher,
  encrypt: async ({ key, nonce, aad, bytes }) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad);
    return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  },
  decrypt: async ({ key, nonce, aad, bytes }) => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(aad);
    decipher.setAuthTag(bytes.subarray(bytes.length - 16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
  },
});

export const plainCodec: Codec = {
  compress: async (bytes) => ({ codec: 'none', bytes }),
  decompress: async (_codec, bytes) => bytes,
};
