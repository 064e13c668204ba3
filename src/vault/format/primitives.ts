import { createHash, randomBytes, webcrypto } from 'node:crypto';

/**
 * The costly or random steps of the vault. The usual ones run in the thread pool, so that hashing or sealing a chunk
 * does not hold up the event loop; a simulation gives deterministic ones in their place.
 */
export interface Primitives {
  readonly randomBytes: (length: number) => Buffer;
  readonly sha256: (bytes: Uint8Array) => Promise<Buffer>;
  /** AES-256-GCM with a 12-byte nonce; the result ends with the 16-byte tag. */
  readonly encrypt: (input: AeadInput) => Promise<Buffer>;
  /** The opposite; rejects when the tag is wrong. */
  readonly decrypt: (input: AeadInput) => Promise<Buffer>;
}

export interface AeadInput {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  readonly bytes: Uint8Array;
}

/**
 * Hashes of buffers that were hashed before. An object is hashed once when it is sealed and asked for again by every
 * zone; sealed bytes are never written to again, and what is read comes in buffers of its own.
 */
const remembered = new WeakMap<Uint8Array, Promise<Buffer>>();

/** Lets {@link threadPoolPrimitives} answer without hashing; only for bytes that nobody changes any more. */
export function rememberSha256(bytes: Uint8Array, sha256: Buffer): void {
  remembered.set(bytes, Promise.resolve(sha256));
}

/** Below this a trip to the thread pool costs more than the hash. */
const INLINE_BYTES_MAX = 16_384;

export const threadPoolPrimitives: Primitives = {
  randomBytes: (length) => randomBytes(length),
  sha256: async (bytes) =>
    remembered.get(bytes) ??
    (bytes.length <= INLINE_BYTES_MAX
      ? createHash('sha256').update(bytes).digest()
      : Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes))),
  encrypt: async ({ key, nonce, aad, bytes }) => {
    const imported = await webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
    return Buffer.from(
      await webcrypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: aad }, imported, bytes),
    );
  },
  decrypt: async ({ key, nonce, aad, bytes }) => {
    const imported = await webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
    return Buffer.from(
      await webcrypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData: aad }, imported, bytes),
    );
  },
};
