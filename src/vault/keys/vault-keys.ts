import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { Failure, invariant } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';

/** One vault key as its file holds it. */
export interface VaultKeySecret {
  readonly id: string;
  readonly secret: Buffer;
}

/** The vault keys of an installation: the newest seals, all of them open. */
export interface VaultKeys {
  /** Where they were read from, for messages. */
  readonly folder: string;
  readonly activeId: string;
  readonly ids: readonly string[];
  /** Seals a data key under the active key; bound to the object's name. */
  readonly wrap: (dataKey: Buffer, objectName: string, nonce: Buffer) => Buffer;
  /** Throws `vault.key-missing` for an unknown key, `vault.object-damaged` when the seal does not open. */
  readonly unwrap: (keyId: string, wrapped: Uint8Array, objectName: string) => Buffer;
  /** A name that tells nothing about the content without the key: HMAC-SHA-256, in hex. */
  readonly nameOf: (keyId: string, purpose: string, text: string) => string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const wrapAad = (keyId: string, objectName: string): Buffer =>
  Buffer.from(`holdfast vault data key 1\0${keyId}\0${objectName}`, 'utf8');

/** Orders by id, which begins with the time the key was made. */
export function createVaultKeys(secrets: readonly VaultKeySecret[], folder: string): VaultKeys {
  const sorted = secrets.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const active = sorted.at(-1);
  invariant(active !== undefined, 'a vault has at least one key');
  const derived = new Map(
    sorted.map(({ id, secret }) => [
      id,
      {
        wrapKey: Buffer.from(hkdfSync('sha256', secret, '', 'holdfast vault data keys 1', 32)),
        nameKey: Buffer.from(hkdfSync('sha256', secret, '', 'holdfast vault names 1', 32)),
      },
    ]),
  );
  const keyOf = (keyId: string, name: string): { readonly wrapKey: Buffer; readonly nameKey: Buffer } => {
    const key = derived.get(keyId);
    if (key === undefined) throw new Failure(VAULT_FAILURES.keyMissing, { keyId, name, folder });
    return key;
  };
  return {
    folder,
    activeId: active.id,
    ids: sorted.map(({ id }) => id),
    wrap: (dataKey, objectName, nonce) => {
      const cipher = createCipheriv('aes-256-gcm', keyOf(active.id, objectName).wrapKey, nonce);
      cipher.setAAD(wrapAad(active.id, objectName));
      return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
    },
    unwrap: (keyId, wrapped, objectName) => {
      const { wrapKey } = keyOf(keyId, objectName);
      try {
        const tagAt = wrapped.length - TAG_BYTES;
        const decipher = createDecipheriv('aes-256-gcm', wrapKey, wrapped.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(wrapAad(keyId, objectName)).setAuthTag(wrapped.subarray(tagAt));
        return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, tagAt)), decipher.final()]);
      } catch (error) {
        const details = { name: objectName, zone: 'memory', reason: 'its data key does not open under the vault key' };
        throw new Failure(VAULT_FAILURES.objectDamaged, details, { cause: error });
      }
    },
    nameOf: (keyId, purpose, text) =>
      createHmac('sha256', keyOf(keyId, purpose).nameKey).update(`${purpose}\0${text}`).digest('hex'),
  };
}
