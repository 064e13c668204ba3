import { createHash } from 'node:crypto';
import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { type ChunkEntry, itemHash } from '../format/item-record.ts';
import type { ItemRange } from '../types.ts';
import type { VaultContext } from './context.ts';
import { fetchObject } from './copies.ts';
import type { OpenedRecord } from './item-objects.ts';
import { itemMissing, locateItem } from './locate-item.ts';
import type { Zone } from './zone-set.ts';

interface GetOptions {
  readonly zone?: string;
  readonly range?: ItemRange;
  readonly signal?: AbortSignal;
}

/** See `Vault.get`. With a zone named, only its copies are read and nothing is mended: it proves what that zone holds. */
export async function* getItem(
  context: VaultContext,
  id: string,
  options: GetOptions = {},
): AsyncGenerator<Uint8Array> {
  const zones = options.zone === undefined ? context.zones.byAnswer() : [context.zones.named(options.zone)];
  const reading: Reading = { context, zones, repair: options.zone === undefined, signal: options.signal };
  const located = await locateItem(context, id, zones);
  if (located.records.size === 0) throw itemMissing(id);
  let last: unknown;
  for (const name of located.records.keys()) {
    let opened: OpenedRecord;
    try {
      opened = await openRecord(reading, name);
    } catch (error) {
      last = error;
      continue;
    }
    if (options.range === undefined) yield* readBody(reading, opened);
    else yield* readRange(reading, opened, options.range);
    return;
  }
  throw last;
}

interface Reading {
  readonly context: VaultContext;
  readonly zones: readonly Zone[];
  readonly repair: boolean;
  readonly signal: AbortSignal | undefined;
}

async function openRecord(reading: Reading, name: string): Promise<OpenedRecord> {
  const { context, ...rest } = reading;
  const check = async (bytes: Uint8Array): Promise<OpenedRecord> => {
    const opened = await context.items.openRecord(name, bytes);
    await context.items.checkInline(opened);
    return opened;
  };
  return (await fetchObject(context, { name, check, ...rest })).value;
}

async function* readBody(reading: Reading, opened: OpenedRecord): AsyncGenerator<Uint8Array> {
  const { body, id } = opened.record;
  if (body.type === 'inline') {
    const plain = await reading.context.items.openInline(opened);
    if (plain.length > 0) yield plain;
    return;
  }
  const hash = createHash('sha256');
  const { chunks } = body;
  let next = begin(reading, chunks[0]);
  for (let index = 0; index < chunks.length; index += 1) {
    const plain = await next;
    // The next chunk is on its way while the reader takes this one; no more than one, so that memory stays bounded.
    next = begin(reading, chunks[index + 1]);
    if (plain === undefined) continue;
    hash.update(plain);
    yield plain;
  }
  if (hash.digest('hex') !== itemHash(id)) {
    throw new Failure(VAULT_FAILURES.objectDamaged, {
      name: opened.name.name,
      zone: 'the vault',
      reason: 'its chunks do not make the item',
    });
  }
}

/** Reads only the chunks that the range touches, the next one while the reader takes this one. */
async function* readRange(reading: Reading, opened: OpenedRecord, range: ItemRange): AsyncGenerator<Uint8Array> {
  const { body } = opened.record;
  const end = range.offset + range.length;
  if (body.type === 'inline') {
    const plain = await reading.context.items.openInline(opened);
    if (range.offset < Math.min(end, plain.length)) yield plain.subarray(range.offset, end);
    return;
  }
  const touched: { readonly entry: ChunkEntry; readonly at: number }[] = [];
  let at = 0;
  for (const entry of body.chunks) {
    if (at < end && at + entry.lengthBytes > range.offset) touched.push({ entry, at });
    at += entry.lengthBytes;
  }
  let next = begin(reading, touched[0]?.entry);
  for (const [index, chunk] of touched.entries()) {
    const plain = await next;
    next = begin(reading, touched[index + 1]?.entry);
    if (plain !== undefined) yield plain.subarray(Math.max(0, range.offset - chunk.at), end - chunk.at);
  }
}

function begin(reading: Reading, entry: ChunkEntry | undefined): Promise<Uint8Array | undefined> {
  const read = entry === undefined ? Promise.resolve(undefined) : readChunk(reading, entry);
  // Awaited in a later turn; until then a failure of it must not count as unhandled.
  read.catch(() => undefined);
  return read;
}

async function readChunk(reading: Reading, entry: ChunkEntry): Promise<Uint8Array> {
  const { context, ...rest } = reading;
  const check = async (bytes: Uint8Array): Promise<Uint8Array> => {
    await context.items.checkChunk(entry, bytes);
    return context.items.openChunk(entry, bytes);
  };
  return (await fetchObject(context, { name: entry.name, check, ...rest })).value;
}
