import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { createThreadHasher, type PieceHasher } from './piece-hasher.ts';

/**
 * The costly or random steps of the vault. The usual ones run in the thread pool, so that hashing or sealing a chunk
 * does not hold up the event loop; a simulation gives deterministic ones in their place.
 */
export interface Primitives {
  readonly randomBytes: (length: number) => Buffer;
  readonly sha256: (bytes: Uint8Array) => Promise<Buffer>;
  /** Of large bytes that are read once: without the copy that the thread pool takes, letting others in between. */
  readonly sha256InSteps: (bytes: Uint8Array) => Promise<Buffer>;
  /** For the pieces of a long stream. */
  readonly newHasher: () => PieceHasher;
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

/** The same for a hash that is under way; whoever asks waits for it, and hears when it fails. */
export function rememberSha256Of(bytes: Uint8Array, sha256: Promise<Buffer>): void {
  sha256.catch(() => undefined);
  remembered.set(bytes, sha256);
}

/** Below this a trip to the thread pool costs more than the hash. */
const INLINE_BYTES_MAX = 16_384;

export const threadPoolPrimitives: Primitives = {
  randomBytes: (length) => randomBytes(length),
  sha256: async (bytes) =>
    remembered.get(bytes) ??
    (bytes.length <= INLINE_BYTES_MAX
      ? createHash('sha256').update(bytes).digest()
      : Buffer.from(await webcrypto.subtle.digest('SHA-256', unshared(bytes)))),
  sha256InSteps,
  newHasher: createThreadHasher,
  encrypt: async ({ key, nonce, aad, bytes }) => {
    const imported = await webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
    return Buffer.from(
      await webcrypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: aad }, imported, unshared(bytes)),
    );
  },
  decrypt: async ({ key, nonce, aad, bytes }) => {
    const imported = await webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
    return Buffer.from(
      await webcrypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData: aad }, imported, bytes),
    );
  },
};

/** Hashing this much at once holds up the event loop for about half a millisecond. */
const STEP_BYTES = 1_048_576;

async function sha256InSteps(bytes: Uint8Array): Promise<Buffer> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    if (at > 0) await new Promise((resolve) => setImmediate(resolve));
    hash.update(bytes.subarray(at, at + STEP_BYTES));
  }
  return hash.digest();
}

/** The ciphers of the web refuse memory that threads share, because it could change under them. */
const unshared = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof SharedArrayBuffer
    ? Uint8Array.from(bytes)
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
