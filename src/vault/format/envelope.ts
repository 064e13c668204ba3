import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';
import { CODEC_IDS, type CodecName } from './codec.ts';

/** What an envelope holds; the numbers stand in stored objects. */
export type EnvelopeKind = 'chunk' | 'record' | 'body' | 'mark';
export const KIND_IDS: Readonly<Record<EnvelopeKind, number>> = { chunk: 1, record: 2, body: 3, mark: 4 };

/** How the data key is kept: sealed by a vault key, or in an age file for its recipients. */
export type WrapName = 'vault-key' | 'age';
const WRAP_IDS: Readonly<Record<WrapName, number>> = { 'vault-key': 1, age: 2 };

export interface EnvelopeHeader {
  readonly kind: EnvelopeKind;
  readonly codec: CodecName;
  readonly wrap: WrapName;
  /** Of the vault key; empty with age. */
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
  readonly nonce: Uint8Array;
  readonly plainBytes: number;
  /** With the tag. */
  readonly sealedBytes: number;
}

export interface Envelope extends EnvelopeHeader {
  /** The header as stored: it is authenticated together with the object's name. */
  readonly headerBytes: Buffer;
  readonly sealed: Buffer;
  readonly totalBytes: number;
}

const MAGIC = Buffer.from('HFVO', 'latin1');
const VERSION = 1;
const AEAD_AES_256_GCM = 1;
const FIXED_BYTES = 12;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

export function encodeHeader(header: EnvelopeHeader): Buffer {
  const keyId = Buffer.from(header.keyId, 'latin1');
  const fixed = Buffer.alloc(FIXED_BYTES);
  MAGIC.copy(fixed, 0);
  fixed[4] = VERSION;
  fixed[5] = KIND_IDS[header.kind];
  fixed[6] = CODEC_IDS[header.codec];
  fixed[7] = AEAD_AES_256_GCM;
  fixed[8] = WRAP_IDS[header.wrap];
  fixed[9] = keyId.length;
  fixed.writeUInt16BE(header.wrappedKey.length, 10);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(header.plainBytes, 0);
  lengths.writeUInt32BE(header.sealedBytes, 4);
  return Buffer.concat([fixed, keyId, header.wrappedKey, header.nonce, lengths]);
}

/** What the tag covers besides the bytes: an envelope under another name or with another header does not open. */
export const envelopeAad = (headerBytes: Buffer, objectName: string): Buffer =>
  Buffer.concat([headerBytes, Buffer.from(`\0${objectName}`, 'utf8')]);

const nameOf = <T extends string>(ids: Readonly<Record<T, number>>, id: number | undefined): T | undefined =>
  (Object.keys(ids) as T[]).find((name) => ids[name] === id);

/** Reads the envelope that begins at `offset`; throws `vault.format-unknown`. */
export function decodeEnvelope(objectName: string, bytes: Uint8Array, offset = 0): Envelope {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + offset, bytes.byteLength - offset);
  const refuse = (reason: string): Failure => new Failure(VAULT_FAILURES.formatUnknown, { name: objectName, reason });
  if (view.length < FIXED_BYTES || !view.subarray(0, 4).equals(MAGIC)) throw refuse('it does not begin as one');
  if (view[4] !== VERSION) throw refuse(`version ${view[4]}`);
  const kind = nameOf(KIND_IDS, view[5]);
  const codec = nameOf(CODEC_IDS, view[6]);
  const wrap = nameOf(WRAP_IDS, view[8]);
  if (kind === undefined || codec === undefined || wrap === undefined || view[7] !== AEAD_AES_256_GCM) {
    throw refuse(`kind ${view[5]}, codec ${view[6]}, cipher ${view[7]}, key wrap ${view[8]}`);
  }
  const keyEnd = FIXED_BYTES + (view[9] ?? 0);
  const wrapEnd = keyEnd + view.readUInt16BE(10);
  const headerEnd = wrapEnd + NONCE_BYTES + 8;
  if (view.length < headerEnd) throw refuse('it ends within its header');
  const plainBytes = view.readUInt32BE(headerEnd - 8);
  const sealedBytes = view.readUInt32BE(headerEnd - 4);
  const totalBytes = headerEnd + sealedBytes;
  if (sealedBytes < TAG_BYTES || totalBytes > view.length) throw refuse('it ends within its bytes');
  if (plainBytes > VAULT_LIMITS.objectBytesMax) throw refuse(`it would hold ${plainBytes} bytes`);
  return {
    kind,
    codec,
    wrap,
    keyId: view.toString('latin1', FIXED_BYTES, keyEnd),
    wrappedKey: view.subarray(keyEnd, wrapEnd),
    nonce: view.subarray(wrapEnd, wrapEnd + NONCE_BYTES),
    plainBytes,
    sealedBytes,
    headerBytes: view.subarray(0, headerEnd),
    sealed: view.subarray(headerEnd, totalBytes),
    totalBytes,
  };
}
