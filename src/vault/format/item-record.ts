import { createHash } from 'node:crypto';
import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';

export type Facts = Readonly<Record<string, string | number | boolean | null>>;

export interface ChunkEntry {
  readonly name: string;
  readonly lengthBytes: number;
  /** Hex SHA-256 of the plain bytes. */
  readonly sha256: string;
  readonly storedBytes: number;
  /** Hex SHA-256 of the stored bytes: a chunk is checked without opening it. */
  readonly storedSha256: string;
}

/** Where the bytes of an item are: behind the record in the same object, or in chunk objects. */
export type ItemBody =
  | { readonly type: 'inline'; readonly storedBytes: number; readonly storedSha256: string }
  | { readonly type: 'chunks'; readonly chunks: readonly ChunkEntry[] };

export interface ItemRecord {
  readonly version: 1;
  readonly kind: string;
  /** `sha256:<hex>` of all plain bytes. */
  readonly id: string;
  readonly lengthBytes: number;
  readonly createdMs: number;
  readonly facts: Facts;
  readonly body: ItemBody;
}

const KIND_FORM = /^[a-z][a-z0-9-]*$/;
const ID_FORM = /^sha256:([0-9a-f]{64})$/;
const HEX_64 = /^[0-9a-f]{64}$/;

export function checkKind(kind: string): void {
  if (!KIND_FORM.test(kind) || kind.length > VAULT_LIMITS.kindCharsMax) {
    throw new Failure(VAULT_FAILURES.kindInvalid, { kind: kind.slice(0, VAULT_LIMITS.kindCharsMax) });
  }
}

/** The hex digits of an item id; throws `vault.id-invalid`. */
export function itemHash(id: string): string {
  const hash = ID_FORM.exec(id)?.[1];
  if (hash === undefined) throw new Failure(VAULT_FAILURES.idInvalid, { id: id.slice(0, 80) });
  return hash;
}

/** JSON with sorted keys, so that equal facts are equal text. Throws `vault.facts-too-large`. */
export function factsText(facts: Facts): string {
  const text = JSON.stringify(Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))));
  const bytes = Buffer.byteLength(text);
  if (bytes > VAULT_LIMITS.factsBytesMax) {
    throw new Failure(VAULT_FAILURES.factsTooLarge, { bytes, bytesMax: VAULT_LIMITS.factsBytesMax });
  }
  return text;
}

export const encodeRecord = (record: ItemRecord): Buffer => Buffer.from(JSON.stringify(record), 'utf8');

/** Reads what {@link encodeRecord} wrote; the bytes were authenticated, so a wrong form is another version's. */
export function decodeRecord(objectName: string, plain: Uint8Array): ItemRecord {
  const refuse = (reason: string): Failure => new Failure(VAULT_FAILURES.formatUnknown, { name: objectName, reason });
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(plain).toString('utf8'));
  } catch {
    throw refuse('its record is no JSON');
  }
  if (!isRecord(parsed)) throw refuse('its record is not of version 1');
  return parsed;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isHash = (value: unknown): value is string => typeof value === 'string' && HEX_64.test(value);

function isRecord(value: unknown): value is ItemRecord {
  if (!isObject(value) || value['version'] !== 1 || !isObject(value['facts']) || !isObject(value['body'])) return false;
  const { id, kind, lengthBytes, createdMs, body } = value;
  if (typeof id !== 'string' || !ID_FORM.test(id) || typeof kind !== 'string' || !KIND_FORM.test(kind)) return false;
  return isCount(lengthBytes) && isCount(createdMs) && isBody(body);
}

function isBody(value: unknown): value is ItemBody {
  if (!isObject(value)) return false;
  if (value['type'] === 'inline') return isCount(value['storedBytes']) && isHash(value['storedSha256']);
  return value['type'] === 'chunks' && Array.isArray(value['chunks']) && value['chunks'].every(isChunk);
}

const isChunk = (value: unknown): value is ChunkEntry =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  isCount(value['lengthBytes']) &&
  isCount(value['storedBytes']) &&
  isHash(value['sha256']) &&
  isHash(value['storedSha256']);

/** What the name of an item object tells: kind, which facts, and whether the bytes are in the same object. */
export interface ItemName {
  readonly name: string;
  readonly itemKey: string;
  readonly kind: string;
  readonly factsKey: string;
  readonly inline: boolean;
}

export const ITEMS = 'items/';
export const CHUNKS = 'chunks/';
export const MARKS = 'clock/';

const ITEM_NAME = /^items\/([0-9a-f]{64})\/([a-z][a-z0-9-]*)\.([0-9a-f]{16})\.[0-9a-f]{16}\.(inline|chunks)$/;

export function parseItemName(name: string): ItemName | undefined {
  const match = ITEM_NAME.exec(name);
  const [, itemKey, kind, factsKey, form] = match ?? [];
  if (itemKey === undefined || kind === undefined || factsKey === undefined) return undefined;
  return { name, itemKey, kind, factsKey, inline: form === 'inline' };
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
