import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
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
import type { Primitives } from '../format/primitives.ts';
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
  /** Where the envelope of the bytes begins, in an inline object. */
  readonly bodyOffset: number;
}

const PURPOSE = { item: 'item', chunk: 'chunk', facts: 'facts' } as const;
const SHORT_KEY = 16;

const wrong = (name: string, reason: string): Failure =>
  new Failure(VAULT_FAILURES.objectDamaged, { name, zone: 'the vault', reason });

export function createItemObjects(deps: {
  readonly sealer: Sealer;
  readonly keys: VaultKeys;
  readonly primitives: Primitives;
}): ItemObjects {
  const { sealer, keys, primitives } = deps;
  const hash = async (bytes: Uint8Array): Promise<string> => (await primitives.sha256(bytes)).toString('hex');
  const itemKey = (keyId: string, id: string): string => keys.nameOf(keyId, PURPOSE.item, itemHash(id));
  const factsKey = (keyId: string, facts: Facts): string =>
    keys.nameOf(keyId, PURPOSE.facts, factsText(facts)).slice(0, SHORT_KEY);
  const itemName = (item: NewItem, form: 'inline' | 'chunks'): string => {
    const chance = primitives.randomBytes(SHORT_KEY / 2).toString('hex');
    return `${ITEMS}${itemKey(keys.activeId, item.id)}/${item.kind}.${factsKey(keys.activeId, item.facts)}.${chance}.${form}`;
  };
  const checkHash = async (name: string, bytes: Uint8Array, expected: string): Promise<void> => {
    if ((await hash(bytes)) !== expected) throw wrong(name, 'its bytes are not those that the record names');
  };
  const bodyOf = (opened: OpenedRecord): Uint8Array => opened.bytes.subarray(opened.bodyOffset);
  return {
    prefixesOf: (id) => keys.ids.toReversed().map((keyId) => `${ITEMS}${itemKey(keyId, id)}/`),
    factsKeysOf: (facts) => new Set(keys.ids.map((keyId) => factsKey(keyId, facts))),
    sealChunk: async (plain, uploadId) => {
      const sha256 = await hash(plain);
      const name = `${CHUNKS}${keys.nameOf(keys.activeId, PURPOSE.chunk, `${uploadId}\0${sha256}`)}`;
      const bytes = await sealer.seal({ objectName: name, kind: 'chunk', plain, forRecipients: true });
      const storedSha256 = await hash(bytes);
      const entry = { name, lengthBytes: plain.length, sha256, storedBytes: bytes.length, storedSha256 };
      return { entry, object: { name, bytes, sha256: storedSha256 } };
    },
    sealInline: async (item, plain) => {
      const name = itemName(item, 'inline');
      const body = await sealer.seal({ objectName: name, kind: 'body', plain, forRecipients: true });
      const stored = { type: 'inline', storedBytes: body.length, storedSha256: await hash(body) } as const;
      const record: ItemRecord = { version: 1, ...item, body: stored };
      const head = await sealer.seal({
        objectName: name,
        kind: 'record',
        plain: encodeRecord(record),
        forRecipients: false,
      });
      const bytes = Buffer.concat([head, body]);
      return { record, object: { name, bytes, sha256: await hash(bytes) } };
    },
    sealRecord: async (item, chunks) => {
      const name = itemName(item, 'chunks');
      const record: ItemRecord = { version: 1, ...item, body: { type: 'chunks', chunks } };
      const plain = encodeRecord(record);
      const bytes = await sealer.seal({ objectName: name, kind: 'record', plain, forRecipients: false });
      return { record, object: { name, bytes, sha256: await hash(bytes) } };
    },
    openRecord: async (name, bytes) => {
      const parsed = parseItemName(name);
      if (parsed === undefined)
        throw new Failure(VAULT_FAILURES.formatUnknown, { name, reason: 'its name is no item' });
      const { plain, envelope } = await sealer.open(name, bytes, 'record');
      const record = decodeRecord(name, plain);
      if (record.kind !== parsed.kind || itemKey(envelope.keyId, record.id) !== parsed.itemKey) {
        throw wrong(name, 'its record is that of another item');
      }
      return { name: parsed, record, bytes, bodyOffset: envelope.totalBytes };
    },
    openChunk: async (entry, bytes) => {
      const { plain } = await sealer.open(entry.name, bytes, 'chunk');
      await checkHash(entry.name, plain, entry.sha256);
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
