import { Failure, invariant } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import type { AgeKeys } from '../keys/age-keys.ts';
import type { VaultKeys } from '../keys/vault-keys.ts';
import type { Codec } from './codec.ts';
import {
  decodeEnvelope,
  type Envelope,
  type EnvelopeHeader,
  type EnvelopeKind,
  encodeHeader,
  envelopeAad,
  NONCE_BYTES,
  TAG_BYTES,
  type WrapName,
} from './envelope.ts';
import type { Primitives } from './primitives.ts';

const DATA_KEY_BYTES = 32;

/** Makes envelopes, in two parts so that they are copied once only, of plain bytes and plain bytes of envelopes. */
export interface Sealer {
  readonly seal: (input: {
    readonly objectName: string;
    readonly kind: EnvelopeKind;
    readonly plain: Uint8Array;
    /** Seals for the age recipients when there are any, so that this installation cannot open it. */
    readonly forRecipients: boolean;
  }) => Promise<readonly [header: Buffer, sealed: Buffer]>;
  /** Throws `vault.object-damaged`, `vault.format-unknown`, `vault.key-missing`, `vault.identity-missing`. */
  readonly open: (objectName: string, bytes: Uint8Array, kind: EnvelopeKind, offset?: number) => Promise<Opened>;
}

export interface Opened {
  readonly plain: Uint8Array;
  readonly envelope: Envelope;
}

export function createSealer(deps: {
  readonly keys: VaultKeys;
  readonly age: AgeKeys;
  readonly codec: Codec;
  readonly primitives: Primitives;
}): Sealer {
  const { keys, age, codec, primitives } = deps;
  const wrapKey = async (
    dataKey: Buffer,
    objectName: string,
    forRecipients: boolean,
  ): Promise<{ readonly wrap: WrapName; readonly keyId: string; readonly wrappedKey: Buffer }> =>
    forRecipients && age.wrap !== undefined
      ? { wrap: 'age', keyId: '', wrappedKey: await age.wrap(dataKey) }
      : {
          wrap: 'vault-key',
          keyId: keys.activeId,
          wrappedKey: keys.wrap(dataKey, objectName, primitives.randomBytes(NONCE_BYTES)),
        };
  return {
    seal: async ({ objectName, kind, plain, forRecipients }) => {
      const packed = await codec.compress(plain);
      const key = primitives.randomBytes(DATA_KEY_BYTES);
      const header: EnvelopeHeader = {
        kind,
        codec: packed.codec,
        ...(await wrapKey(key, objectName, forRecipients)),
        nonce: primitives.randomBytes(NONCE_BYTES),
        plainBytes: plain.length,
        sealedBytes: packed.bytes.length + TAG_BYTES,
      };
      const headerBytes = encodeHeader(header);
      const aad = envelopeAad(headerBytes, objectName);
      const sealed = await primitives.encrypt({ key, nonce: header.nonce, aad, bytes: packed.bytes });
      invariant(sealed.length === header.sealedBytes, 'AES-GCM adds a tag of 16 bytes');
      return [headerBytes, sealed];
    },
    open: async (objectName, bytes, kind, offset = 0) => {
      const envelope = decodeEnvelope(objectName, bytes, offset);
      if (envelope.kind !== kind) {
        const reason = `it holds a ${envelope.kind}, not a ${kind}`;
        throw new Failure(VAULT_FAILURES.formatUnknown, { name: objectName, reason });
      }
      const key =
        envelope.wrap === 'age'
          ? await age.unwrap(envelope.wrappedKey, objectName)
          : keys.unwrap(envelope.keyId, envelope.wrappedKey, objectName);
      const aad = envelopeAad(envelope.headerBytes, objectName);
      const packed = await primitives
        .decrypt({ key, nonce: envelope.nonce, aad, bytes: envelope.sealed })
        .catch((error: unknown) => {
          const details = { name: objectName, zone: 'memory', reason: 'its bytes do not open under their key' };
          throw new Failure(VAULT_FAILURES.objectDamaged, details, { cause: error });
        });
      const context = { name: objectName, plainBytes: envelope.plainBytes };
      return { plain: await codec.decompress(envelope.codec, packed, context), envelope };
    },
  };
}
