import { createHash } from 'node:crypto';
import { Failure, isFailure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { openCodec } from '../format/codec.ts';
import { CHUNKS, type ChunkEntry, ITEMS, itemHash } from '../format/item-record.ts';
import { threadPoolPrimitives } from '../format/primitives.ts';
import { createSealer } from '../format/sealer.ts';
import { createAgeKeys } from '../keys/age-keys.ts';
import type { VaultKeys } from '../keys/vault-keys.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { ZoneDriver } from '../types.ts';
import { createItemObjects, type ItemObjects } from './item-objects.ts';

export interface VerifyProblem {
  readonly name: string;
  readonly code: string;
  readonly detail: string;
}

export interface VerifyReport {
  readonly items: number;
  readonly itemsWhole: number;
  /** Items whose bytes are sealed to recipients: their stored checksums were verified, their content was not read. */
  readonly itemsSealed: number;
  readonly chunks: number;
  readonly bytes: number;
  /** Chunks that no record names: of unfinished uploads. */
  readonly strayChunks: number;
  readonly problemCount: number;
  /** At most VAULT_LIMITS.problemsListedMax. */
  readonly problems: readonly VerifyProblem[];
}

export interface VerifySettings {
  readonly driver: ZoneDriver;
  readonly keys: VaultKeys;
  readonly identities?: readonly string[];
  readonly onProgress?: (report: VerifyReport) => void;
  readonly signal?: AbortSignal;
}

type Counts = { -readonly [K in keyof VerifyReport]: VerifyReport[K] } & { problems: VerifyProblem[] };

/**
 * Reads every item of one zone with nothing but the zone and the keys: opens the record, every chunk, and holds the
 * whole to the SHA-256 that is its id. Changes nothing. Serves to prove a zone elsewhere, without Holdfast running.
 */
export async function verifyZone(settings: VerifySettings): Promise<VerifyReport> {
  const { driver, keys, identities, signal } = settings;
  const primitives = threadPoolPrimitives;
  const age = createAgeKeys(identities === undefined ? {} : { identities });
  const items = createItemObjects({
    keys,
    primitives,
    sealer: createSealer({ keys, age, codec: await openCodec(), primitives }),
  });
  const counts: Counts = {
    items: 0,
    itemsWhole: 0,
    itemsSealed: 0,
    chunks: 0,
    bytes: 0,
    strayChunks: 0,
    problemCount: 0,
    problems: [],
  };
  const named = new Set<string>();
  for await (const { name } of driver.list(ITEMS, undefined, signal)) {
    counts.items += 1;
    named.add(name);
    try {
      await verifyItem({ settings, items, counts, named }, name);
      counts.itemsWhole += 1;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      if (await wentMeanwhile(driver, name, error)) counts.items -= 1;
      else noteProblem(counts, name, error);
    }
    settings.onProgress?.({ ...counts });
  }
  for await (const { name } of driver.list(CHUNKS, undefined, signal)) {
    if (named.has(name)) continue;
    counts.strayChunks += 1;
    named.add(name);
  }
  await noteUnlisted({ settings, items, counts, named });
  return counts;
}

/** A running vault removes what has expired; its record goes first. */
const wentMeanwhile = async (driver: ZoneDriver, name: string, error: unknown): Promise<boolean> =>
  isFailure(error, VAULT_FAILURES.objectMissing) && (await driver.head(name)) === undefined;

/**
 * Objects so damaged that the zone does not list them show up only here. What a running vault put meanwhile shows up too,
 * and is whole.
 */
async function noteUnlisted(verifying: Verifying): Promise<void> {
  const { settings, counts, named } = verifying;
  for await (const { name, type, detail } of settings.driver.anomalies(named)) {
    if (type === 'unknown-object') {
      if (!name.startsWith(ITEMS) && !name.startsWith(CHUNKS)) continue;
      if (await cameMeanwhile(verifying, name)) continue;
    }
    counts.problemCount += 1;
    if (counts.problems.length < VAULT_LIMITS.problemsListedMax) counts.problems.push({ name, code: type, detail });
  }
}

/** True for an object that is whole and is counted now, and for one that is gone again. */
async function cameMeanwhile(verifying: Verifying, name: string): Promise<boolean> {
  const { settings, counts } = verifying;
  try {
    if (name.startsWith(ITEMS)) await verifyItem(verifying, name);
    else await settings.driver.get(name, settings.signal);
  } catch (error) {
    settings.signal?.throwIfAborted();
    return isFailure(error, VAULT_FAILURES.objectMissing);
  }
  if (name.startsWith(ITEMS)) {
    counts.items += 1;
    counts.itemsWhole += 1;
  } else counts.strayChunks += 1;
  return true;
}

function noteProblem(counts: Counts, name: string, error: unknown): void {
  counts.problemCount += 1;
  if (counts.problems.length >= VAULT_LIMITS.problemsListedMax) return;
  const code = isFailure(error) ? error.code : 'error';
  counts.problems.push({ name, code, detail: error instanceof Error ? error.message : String(error) });
}

interface Verifying {
  readonly settings: VerifySettings;
  readonly items: ItemObjects;
  readonly counts: Counts;
  readonly named: Set<string>;
}

async function verifyItem(verifying: Verifying, name: string): Promise<void> {
  const { settings, items, counts, named } = verifying;
  const bytes = await settings.driver.get(name, settings.signal);
  counts.bytes += bytes.length;
  const opened = await items.openRecord(name, bytes);
  await items.checkInline(opened);
  const { body, id } = opened.record;
  if (body.type === 'inline') {
    if ((await unlessSealed(() => items.openInline(opened))) === undefined) counts.itemsSealed += 1;
    return;
  }
  for (const chunk of body.chunks) named.add(chunk.name);
  const hash = createHash('sha256');
  let sealed = false;
  for (const entry of body.chunks) {
    const plain = await verifyChunk(verifying, entry);
    if (plain === undefined) sealed = true;
    else hash.update(plain);
  }
  if (sealed) counts.itemsSealed += 1;
  else if (hash.digest('hex') !== itemHash(id)) {
    const details = { name, zone: settings.driver.location, reason: 'its chunks do not make the item' };
    throw new Failure(VAULT_FAILURES.objectDamaged, details);
  }
}

async function verifyChunk(verifying: Verifying, entry: ChunkEntry): Promise<Uint8Array | undefined> {
  const { settings, items, counts } = verifying;
  const bytes = await settings.driver.get(entry.name, settings.signal);
  counts.chunks += 1;
  counts.bytes += bytes.length;
  await items.checkChunk(entry, bytes);
  return unlessSealed(() => items.openChunk(entry, bytes));
}

async function unlessSealed(open: () => Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await open();
  } catch (error) {
    if (isFailure(error, VAULT_FAILURES.identityMissing)) return undefined;
    throw error;
  }
}
