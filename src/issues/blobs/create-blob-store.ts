import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { type Clock, Failure } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { Vault } from '../../vault/index.ts';
import type { BlobStore } from '../types.ts';
import { ISSUES_BLOBS_FAILURES } from './failures.ts';
import { ISSUES_BLOBS_LIMITS } from './limits.ts';
import type { BlobTables } from './migrations.ts';

export interface BlobStoreDeps {
  readonly vault: Pick<Vault, 'put' | 'get' | 'extend'>;
  readonly catalog: Catalog;
  readonly clock: Clock;
}

/** A row of what is kept, without its bytes. */
export interface KeptBlob {
  readonly id: string;
  readonly kind: string;
  readonly bytes: number;
  readonly sha1: string;
  readonly keepUntilMs: number;
}

export interface KeptBlobs extends BlobStore {
  readonly head: (id: string) => Promise<KeptBlob | undefined>;
  /** Forgets rows whose time has passed; the vault removes the bytes by its own expiry. Resolves with how many. */
  readonly sweep: () => Promise<number>;
}

/** Items of the vault are named by their hash; a blob is named by the digits alone, as it stands in addresses. */
const vaultId = (id: string): string => `sha256:${id}`;
const HEX = /^[0-9a-f]{64}$/;

/** See `BlobStore`: bytes in the vault, and one row for each distinct content. */
export function createBlobStore(deps: BlobStoreDeps): KeptBlobs {
  const db = deps.catalog.db<BlobTables>();
  const head = async (id: string): Promise<KeptBlob | undefined> => {
    if (!HEX.test(id)) return undefined;
    const row = await db.selectFrom('issue_blobs').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) return undefined;
    return {
      id,
      kind: row.kind,
      bytes: Number(row.length_bytes),
      sha1: row.sha1,
      keepUntilMs: Number(row.keep_until_ms),
    };
  };
  const known = async (id: string): Promise<KeptBlob> => {
    const found = await head(id);
    if (found === undefined) throw new Failure(ISSUES_BLOBS_FAILURES.notFound, { id: id.slice(0, 80) });
    return found;
  };
  return {
    head,
    put: (bytes, options) => putBlob(deps, head, bytes, options),
    get: (id, range) => readBlob(deps, () => known(id), range),
    extend: async (id, keepUntilMs) => extendBlob(deps, await known(id), keepUntilMs),
    sweep: async () => {
      const ended = db
        .selectFrom('issue_blobs')
        .select('id')
        .where('keep_until_ms', '<', deps.clock.nowMs())
        .limit(ISSUES_BLOBS_LIMITS.sweepRowsMax);
      const done = await db.deleteFrom('issue_blobs').where('id', 'in', ended).executeTakeFirst();
      return Number(done.numDeletedRows);
    },
  };
}

/**
 * The bytes are in a quorum of zones before the row is written: a crash between the two leaves bytes without a row,
 * which expire by themselves. Small ones are hashed first: what is kept already is only kept longer.
 */
async function putBlob(
  deps: BlobStoreDeps,
  known: (id: string) => Promise<KeptBlob | undefined>,
  bytes: AsyncIterable<Uint8Array>,
  options: Parameters<BlobStore['put']>[1],
): ReturnType<BlobStore['put']> {
  const nowMs = deps.clock.nowMs();
  const keepUntilMs = Math.max(options.keepUntilMs, nowMs + ISSUES_BLOBS_LIMITS.retainMarginMs);
  const begun = await beginStream(bytes);
  const held = begun.whole === undefined ? undefined : await known(sha256Of(begun.whole));
  if (held !== undefined && held.keepUntilMs > nowMs) {
    await extendBlob(deps, held, keepUntilMs);
    return { id: held.id, bytes: held.bytes, sha1: held.sha1 };
  }
  const sha1 = createHash('sha1');
  let lengthBytes = 0;
  const counted = async function* (): AsyncIterable<Uint8Array> {
    for await (const part of begun.all()) {
      lengthBytes += part.byteLength;
      const max = ISSUES_BLOBS_LIMITS.bytesMax;
      if (lengthBytes > max) throw new Failure(ISSUES_BLOBS_FAILURES.tooLarge, { max });
      sha1.update(part);
      yield part;
    }
  };
  const { kind, facts } = options;
  const item = await deps.vault.put(counted(), { kind, facts, retainUntilMs: keepUntilMs });
  const row = {
    id: item.id.slice(vaultId('').length),
    kind,
    length_bytes: lengthBytes,
    sha1: sha1.digest('hex'),
    keep_until_ms: keepUntilMs,
    created_ms: nowMs,
  };
  await deps.catalog
    .db<BlobTables>()
    .insertInto('issue_blobs')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        keep_until_ms: sql<number>`GREATEST(issue_blobs.keep_until_ms, excluded.keep_until_ms)`,
      }),
    )
    .execute();
  return { id: row.id, bytes: lengthBytes, sha1: row.sha1 };
}

const sha256Of = (parts: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

interface BegunStream {
  /** All of it, when it ended within what is read ahead. */
  readonly whole: readonly Uint8Array[] | undefined;
  readonly all: () => AsyncIterable<Uint8Array>;
}

/** Reads ahead as far as a small blob reaches. */
async function beginStream(bytes: AsyncIterable<Uint8Array>): Promise<BegunStream> {
  const iterator = bytes[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let lengthBytes = 0;
  let isDone = false;
  while (!isDone && lengthBytes <= ISSUES_BLOBS_LIMITS.readAheadBytes) {
    const next = await iterator.next();
    if (next.done === true) isDone = true;
    else {
      // A copy, because whoever feeds the stream may fill the same buffer again.
      parts.push(Uint8Array.from(next.value));
      lengthBytes += next.value.byteLength;
    }
  }
  const all = async function* (): AsyncIterable<Uint8Array> {
    yield* parts;
    if (!isDone) yield* { [Symbol.asyncIterator]: () => iterator };
  };
  return { whole: isDone ? parts : undefined, all };
}

async function extendBlob(deps: BlobStoreDeps, found: KeptBlob, keepUntilMs: number): Promise<void> {
  if (found.keepUntilMs >= keepUntilMs) return;
  await deps.vault.extend(vaultId(found.id), keepUntilMs);
  await deps.catalog
    .db<BlobTables>()
    .updateTable('issue_blobs')
    .set({ keep_until_ms: keepUntilMs })
    .where('id', '=', found.id)
    .execute();
}

async function* readBlob(
  deps: BlobStoreDeps,
  known: () => Promise<KeptBlob>,
  range?: { readonly offset: number; readonly length: number },
): AsyncIterable<Uint8Array> {
  const found = await known();
  yield* deps.vault.get(vaultId(found.id), range === undefined ? {} : { range });
}
