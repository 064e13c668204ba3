import { createHash, type Hash } from 'node:crypto';
import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { decodeEnvelope } from '../format/envelope.ts';
import {
  CHUNKS,
  type ChunkEntry,
  decodeRecord,
  encodeRecord,
  type Facts,
  factsText,
  ITEMS,
  type ItemName,
  type ItemRecord,
  itemHash,
  parseItemName,
} from '../format/item-record.ts';
import { type Primitives, rememberSha256 } from '../format/primitives.ts';
import type { Sealer } from '../format/sealer.ts';
import type { VaultKeys } from '../keys/vault-keys.ts';

export interface StoredObject {
  readonly name: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** Turns items into objects and back; knows names and seals, and nothing of zones. */
export interface ItemObjects {
  /** The prefixes under which an item may lie: one for each vault key, the active one first. */
  readonly prefixesOf: (id: string) => readonly string[];
  readonly factsKeysOf: (facts: Facts) => ReadonlySet<string>;
  readonly sealChunk: (plain: Buffer, uploadId: string) => Promise<{ entry: ChunkEntry; object: StoredObject }>;
  readonly sealInline: (item: NewItem, plain: Buffer) => Promise<{ record: ItemRecord; object: StoredObject }>;
  readonly sealRecord: (
    item: NewItem,
    chunks: readonly ChunkEntry[],
  ) => Promise<{ record: ItemRecord; object: StoredObject }>;
  /** Opens the record and checks that it is the one its name stands for. */
  readonly openRecord: (name: string, bytes: Uint8Array) => Promise<OpenedRecord>;
  readonly openChunk: (entry: ChunkEntry, bytes: Uint8Array) => Promise<Uint8Array>;
  readonly openInline: (opened: OpenedRecord) => Promise<Uint8Array>;
  /** Checks stored bytes without opening them where the record tells their checksum. */
  readonly checkInline: (opened: OpenedRecord) => Promise<void>;
  readonly checkChunk: (entry: ChunkEntry, bytes: Uint8Array) => Promise<void>;
}

export interface NewItem {
  readonly kind: string;
  readonly facts: Facts;
  readonly id: string;
  readonly lengthBytes: number;
  readonly createdMs: number;
}

export interface OpenedRecord {
  readonly name: ItemName;
  readonly record: ItemRecord;
  readonly bytes: Uint8Array;
  /** Where the envelope of the record begins; in an inline object that of the bytes comes before it. */
  readonly recordOffset: number;
}

const PURPOSE = { item: 'item', chunk: 'chunk', facts: 'facts' } as const;
const SHORT_KEY = 16;
const NOT_THOSE = 'its bytes are not those that the record names';

const wrong = (name: string, reason: string): Failure =>
  new Failure(VAULT_FAILURES.objectDamaged, { name, zone: 'the vault', reason });

const hashParts = (parts: readonly Uint8Array[], hash: Hash = createHash('sha256')): Hash => {
  for (const part of parts) hash.update(part);
  return hash;
};

interface Deps {
  readonly sealer: Sealer;
  readonly keys: VaultKeys;
  readonly primitives: Primitives;
}

export function createItemObjects(deps: Deps): ItemObjects {
  return { ...createNaming(deps), ...createSealing(deps), ...createOpening(deps) };
}

const itemKey = (keys: VaultKeys, keyId: string, id: string): string => keys.nameOf(keyId, PURPOSE.item, itemHash(id));

const factsKey = (keys: VaultKeys, keyId: string, facts: Facts): string =>
  keys.nameOf(keyId, PURPOSE.facts, factsText(facts)).slice(0, SHORT_KEY);

const createNaming = ({ keys }: Deps): Pick<ItemObjects, 'prefixesOf' | 'factsKeysOf'> => ({
  prefixesOf: (id) => keys.ids.toReversed().map((keyId) => `${ITEMS}${itemKey(keys, keyId, id)}/`),
  factsKeysOf: (facts) => new Set(keys.ids.map((keyId) => factsKey(keys, keyId, facts))),
});

function createSealing(deps: Deps): Pick<ItemObjects, 'sealChunk' | 'sealInline' | 'sealRecord'> {
  const { sealer, keys, primitives } = deps;
  const itemName = (item: NewItem, form: 'inline' | 'chunks'): string => {
    const folder = `${ITEMS}${itemKey(keys, keys.activeId, item.id)}`;
    const chance = primitives.randomBytes(SHORT_KEY / 2).toString('hex');
    return `${folder}/${item.kind}.${factsKey(keys, keys.activeId, item.facts)}.${chance}.${form}`;
  };
  const objectOf = async (name: string, parts: readonly Buffer[]): Promise<StoredObject> => {
    const bytes = Buffer.concat(parts);
    const sha256 = await primitives.sha256(bytes);
    rememberSha256(bytes, sha256);
    return { name, bytes, sha256: sha256.toString('hex') };
  };
  return {
    sealChunk: async (plain, uploadId) => {
      const sha256 = (await primitives.sha256(plain)).toString('hex');
      const name = `${CHUNKS}${keys.nameOf(keys.activeId, PURPOSE.chunk, `${uploadId}\0${sha256}`)}`;
      const sealed = await sealer.seal({ objectName: name, kind: 'chunk', plain, forRecipients: true });
      const object = await objectOf(name, sealed);
      const { bytes, sha256: storedSha256 } = object;
      const entry = { name, lengthBytes: plain.length, sha256, storedBytes: bytes.length, storedSha256 };
      return { entry, object };
    },
    sealInline: async (item, plain) => {
      const name = itemName(item, 'inline');
      const body = await sealer.seal({ objectName: name, kind: 'body', plain, forRecipients: true });
      // The body comes first, so that one pass over it gives both its own hash and the beginning of the object's.
      const running = hashParts(body);
      const storedBytes = body[0].length + body[1].length;
      const stored = { type: 'inline', storedBytes, storedSha256: running.copy().digest('hex') } as const;
      const record: ItemRecord = { version: 1, ...item, body: stored };
      const recordPlain = encodeRecord(record);
      const head = await sealer.seal({ objectName: name, kind: 'record', plain: recordPlain, forRecipients: false });
      const sha256 = hashParts(head, running).digest();
      const bytes = Buffer.concat([...body, ...head]);
      rememberSha256(bytes, sha256);
      return { record, object: { name, bytes, sha256: sha256.toString('hex') } };
    },
    sealRecord: async (item, chunks) => {
      const name = itemName(item, 'chunks');
      const record: ItemRecord = { version: 1, ...item, body: { type: 'chunks', chunks } };
      const plain = encodeRecord(record);
      const sealed = await sealer.seal({ objectName: name, kind: 'record', plain, forRecipients: false });
      return { record, object: await objectOf(name, sealed) };
    },
  };
}

type Opening = Pick<ItemObjects, 'openRecord' | 'openChunk' | 'openInline' | 'checkInline' | 'checkChunk'>;

function createOpening({ sealer, keys, primitives }: Deps): Opening {
  const checkHash = async (name: string, bytes: Uint8Array, expected: string): Promise<void> => {
    const sha256 = (await primitives.sha256(bytes)).toString('hex');
    if (sha256 !== expected) throw wrong(name, NOT_THOSE);
  };
  const bodyOf = (opened: OpenedRecord): Uint8Array => opened.bytes.subarray(0, opened.recordOffset);
  return {
    openRecord: async (name, bytes) => {
      const parsed = parseItemName(name);
      if (parsed === undefined)
        throw new Failure(VAULT_FAILURES.formatUnknown, { name, reason: 'it is named as no item' });
      const recordOffset = parsed.inline ? decodeEnvelope(name, bytes).totalBytes : 0;
      const { plain, envelope } = await sealer.open(name, bytes, 'record', recordOffset);
      const record = decodeRecord(name, plain);
      if (record.kind !== parsed.kind || itemKey(keys, envelope.keyId, record.id) !== parsed.itemKey) {
        throw wrong(name, 'its record is that of another item');
      }
      if ((record.body.type === 'inline') !== parsed.inline) throw wrong(name, 'its record is of another form');
      return { name: parsed, record, bytes, recordOffset };
    },
    openChunk: async (entry, bytes) => {
      const { plain } = await sealer.open(entry.name, bytes, 'chunk');
      const sha256 = await primitives.sha256InSteps(plain);
      if (sha256.toString('hex') !== entry.sha256) throw wrong(entry.name, NOT_THOSE);
      return plain;
    },
    openInline: async (opened) => {
      const { plain } = await sealer.open(opened.name.name, bodyOf(opened), 'body');
      await checkHash(opened.name.name, plain, itemHash(opened.record.id));
      return plain;
    },
    checkInline: async (opened) => {
      if (opened.record.body.type !== 'inline') return;
      await checkHash(opened.name.name, bodyOf(opened), opened.record.body.storedSha256);
    },
    checkChunk: (entry, bytes) => checkHash(entry.name, bytes, entry.storedSha256),
  };
}
