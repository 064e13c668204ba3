import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { type ChunkEntry, checkKind, type Facts, factsText, parseItemName } from '../format/item-record.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { Vault, VaultItem } from '../types.ts';
import type { VaultContext } from './context.ts';
import { raiseLock } from './copies.ts';
import { cutStream, type StreamCut } from './cut-stream.ts';
import type { NewItem, StoredObject } from './item-objects.ts';
import { keepAgain } from './keep-again.ts';
import { createSpread, type Spread } from './spread-object.ts';

type PutOptions = Parameters<Vault['put']>[1];

/** See `Vault.put`. */
export async function putItem(
  context: VaultContext,
  bytes: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<VaultItem> {
  checkKind(options.kind);
  factsText(options.facts);
  checkRetention(context, options.retainUntilMs);
  try {
    return await putStream(context, bytes, options);
  } catch (error) {
    // Zones tell the end of their calls; what the caller wants to hear is its own reason.
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function putStream(
  context: VaultContext,
  bytes: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<VaultItem> {
  const { chunkBytes, pool, primitives } = context;
  const cut = cutStream(bytes, { chunkBytes, pool, newHasher: primitives.newHasher });
  const first = await cut.pieces.next();
  const second = first.done === true ? first : await cut.pieces.next();
  if (first.done === true) return putSmall(context, cut, Buffer.alloc(0), options);
  if (second.done === true) return putSmall(context, cut, first.value, options);
  return putLarge(context, cut, [first.value, second.value], options);
}

function checkRetention(context: VaultContext, retainUntilMs: number): void {
  const nowMs = context.clock.nowMs();
  const mostMs = nowMs + VAULT_LIMITS.retentionMsMax;
  if (!Number.isSafeInteger(retainUntilMs) || retainUntilMs < nowMs || retainUntilMs > mostMs) {
    throw new Failure(VAULT_FAILURES.retentionInvalid, { retainUntilMs, mostMs });
  }
}

const newItem = (context: VaultContext, cut: StreamCut, options: PutOptions): NewItem => {
  const { lengthBytes, sha256 } = cut.total();
  const facts: Facts = options.facts;
  return { kind: options.kind, facts, id: `sha256:${sha256}`, lengthBytes, createdMs: context.clock.nowMs() };
};

/** Its hash is known before anything is written, so the same item put twice costs one listing. */
async function putSmall(context: VaultContext, cut: StreamCut, plain: Buffer, options: PutOptions): Promise<VaultItem> {
  const item = newItem(context, cut, options);
  return context.turn(item.id, async () => {
    const kept = await keepAgain(context, item, options.retainUntilMs);
    if (kept !== undefined) return kept;
    const { object } = await context.items.sealInline(item, plain);
    const spread = createSpread(context.zones, 'keep the item');
    const stop = stopOnAbort(spread, options.signal);
    let names: readonly string[] | undefined;
    try {
      names = await spread.step(putStep(object, options.retainUntilMs));
      return acknowledged({ item, object, storedBytes: object.bytes.length, names, options });
    } finally {
      stop();
      finish(context, { spread, recordName: object.name, acknowledgedBy: names });
    }
  });
}

/**
 * Chunks are written under a short lock while the bytes arrive; when all are there, each zone lengthens the locks of
 * its chunks and then takes the record. A crash or a cut connection before that leaves chunks that no record names,
 * which expire after the short lock.
 */
async function putLarge(
  context: VaultContext,
  cut: StreamCut,
  begun: readonly Buffer[],
  options: PutOptions,
): Promise<VaultItem> {
  const spread = createSpread(context.zones, 'keep the item');
  const stop = stopOnAbort(spread, options.signal);
  const chunks: ChunkEntry[] = [];
  let recordName: string | undefined;
  let acknowledgedBy: readonly string[] | undefined;
  try {
    await writeChunks(context, { cut, begun, spread, chunks, options });
    const item = newItem(context, cut, options);
    return await context.turn(item.id, async () => {
      const kept = await keepAgain(context, item, options.retainUntilMs);
      if (kept !== undefined) return kept;
      const { object } = await context.items.sealRecord(item, chunks);
      recordName = object.name;
      const locked = spread.step(lockStep(chunks, options.retainUntilMs));
      locked.catch(() => undefined);
      const names = await spread.step(putStep(object, options.retainUntilMs));
      acknowledgedBy = names;
      const storedBytes = chunks.reduce((sum, chunk) => sum + chunk.storedBytes, object.bytes.length);
      return acknowledged({ item, object, storedBytes, names, options });
    });
  } catch (error) {
    spread.stop(error);
    throw error;
  } finally {
    stop();
    finish(context, { spread, recordName, acknowledgedBy, chunks });
  }
}

async function writeChunks(
  context: VaultContext,
  input: {
    readonly cut: StreamCut;
    readonly begun: readonly Buffer[];
    readonly spread: Spread;
    readonly chunks: ChunkEntry[];
    readonly options: PutOptions;
  },
): Promise<void> {
  const { cut, begun, spread, chunks, options } = input;
  const startedMs = context.clock.monotonicMs();
  const uploadId = context.primitives.randomBytes(16).toString('hex');
  const inFlight: Promise<unknown>[] = [];
  const write = async (plain: Buffer, index: number): Promise<void> => {
    const { entry, object } = await context.items.sealChunk(plain, `${uploadId}-${index}`);
    context.pool.giveBack(plain);
    chunks[index] = entry;
    context.uploading.add(entry.name);
    const until = Math.min(options.retainUntilMs, context.clock.nowMs() + VAULT_LIMITS.provisionalLockMs);
    await spread.step(putStep(object, until));
  };
  let index = 0;
  for await (const plain of startWith(begun, cut.pieces)) {
    options.signal?.throwIfAborted();
    if (context.clock.monotonicMs() - startedMs > VAULT_LIMITS.putMsMax) {
      throw new Failure(VAULT_FAILURES.putTimeout, { limitMs: VAULT_LIMITS.putMsMax });
    }
    const written = write(plain, index);
    written.catch(() => undefined);
    index += 1;
    inFlight.push(written);
    if (inFlight.length >= VAULT_LIMITS.chunksInFlight) await inFlight.shift();
  }
  await Promise.all(inFlight);
}

async function* startWith<T>(begun: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* begun;
  yield* rest;
}

const putStep = (object: StoredObject, retainUntilMs: number): Parameters<Spread['step']>[0] => ({
  bytes: object.bytes.length,
  run: (zone, signal) =>
    zone.call(VAULT_LIMITS.zoneWriteMs, (driver, own) => driver.put({ ...object, retainUntilMs }, own), signal),
});

const lockStep = (chunks: readonly ChunkEntry[], retainUntilMs: number): Parameters<Spread['step']>[0] => ({
  bytes: 0,
  run: async (zone) => {
    for (const chunk of chunks) await raiseLock(zone, chunk.name, retainUntilMs);
  },
});

function stopOnAbort(spread: Spread, signal: AbortSignal | undefined): () => void {
  const onAbort = (): void => spread.stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  return () => signal?.removeEventListener('abort', onAbort);
}

/** The slower zones go on after the answer; those that left the item are remembered for catch-up. */
function finish(
  context: VaultContext,
  input: {
    readonly spread: Spread;
    readonly recordName: string | undefined;
    readonly acknowledgedBy: readonly string[] | undefined;
    readonly chunks?: readonly ChunkEntry[];
  },
): void {
  const { spread, recordName, acknowledgedBy, chunks = [] } = input;
  const answeredMs = context.clock.monotonicMs();
  context.background('finishing an item', async () => {
    const left = await spread.settled((zone) => {
      if (acknowledgedBy === undefined || acknowledgedBy.includes(zone.name)) return;
      zone.noteReplicated(context.clock.monotonicMs() - answeredMs);
    });
    for (const chunk of chunks) context.uploading.delete(chunk?.name ?? '');
    if (recordName === undefined || parseItemName(recordName) === undefined) return;
    for (const zone of left) zone.noteMissing(recordName);
  });
}

function acknowledged(input: {
  readonly item: NewItem;
  readonly object: StoredObject;
  readonly storedBytes: number;
  readonly names: readonly string[];
  readonly options: PutOptions;
}): VaultItem {
  const { item, storedBytes, names, options } = input;
  return {
    id: item.id,
    lengthBytes: item.lengthBytes,
    storedBytes,
    createdMs: item.createdMs,
    retainUntilMs: options.retainUntilMs,
    legalHold: false,
    zones: names,
  };
}
