import type { Vault } from '../../vault/index.ts';
import type { Snapshot } from '../types.ts';
import { type ChunkIndex, createChunkIndex } from './chunk-index.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';
import { decodePackList } from './pack-list.ts';
import { type KnownPack, PACK_KIND, PACK_LIST_KIND } from './pack-writer.ts';
import { readSnapshot } from './read-snapshot.ts';
import { SNAPSHOT_KIND, snapshotOfItem } from './snapshot-facts.ts';

/** What a snapshot can build upon. Made from the vault for each snapshot and thrown away: it is no second truth. */
export interface LoadedIndex {
  readonly index: ChunkIndex;
  readonly packs: readonly KnownPack[];
}

export const emptyIndex = (): LoadedIndex => ({ index: createChunkIndex(), packs: [] });

interface StoredPack {
  readonly retainUntilMs: number;
  readonly lengthBytes: number;
  readonly createdMs: number;
}

/**
 * Recognizes the chunks of packs that stand and that are worth building upon: those of which the newest snapshot still
 * needs a good part, and those that were put after it, by an attempt that did not end.
 */
export async function loadIndex(
  vault: Pick<Vault, 'list' | 'get'>,
  cluster: { readonly source: string; readonly systemId: string },
): Promise<LoadedIndex> {
  const isOurs = (facts: Readonly<Record<string, unknown>>): boolean =>
    facts['source'] === cluster.source && facts['systemId'] === cluster.systemId;
  const stored = new Map<string, StoredPack>();
  for await (const item of vault.list(PACK_KIND)) if (isOurs(item.facts)) stored.set(item.id, item);
  const { index, packs } = { index: createChunkIndex(), packs: [] as KnownPack[] };
  if (stored.size === 0) return { index, packs };
  const newest = await newestSnapshot(vault, isOurs);
  const live = newest === undefined ? undefined : await liveBytes(vault, newest);
  const isWorthwhile = (id: string, pack: StoredPack): boolean => {
    if (newest === undefined || live === undefined) return true;
    const bytes = live.get(id);
    if (bytes === undefined) return pack.createdMs > newest.endedMs;
    return bytes * 100 >= pack.lengthBytes * BACKUP_SNAPSHOT_LIMITS.packLivePercentMin;
  };
  const numbers = new Map<string, number>();
  for await (const item of vault.list(PACK_LIST_KIND)) {
    if (!isOurs(item.facts) || item.lengthBytes > BACKUP_SNAPSHOT_LIMITS.indexBytesMax) continue;
    for (const listed of decodePackList(await readWhole(vault.get(item.id))) ?? []) {
      const pack = stored.get(listed.id);
      if (pack === undefined || numbers.has(listed.id) || !isWorthwhile(listed.id, pack)) continue;
      const number = packs.push({ id: listed.id, retainUntilMs: pack.retainUntilMs, listId: item.id }) - 1;
      numbers.set(listed.id, number);
      let offset = 0;
      for (const [at, length] of listed.lengths.entries()) {
        index.add(listed.hashes.toString('latin1', at * 32, at * 32 + 32), { pack: number, offset, length });
        offset += length;
      }
    }
  }
  return { index, packs };
}

async function newestSnapshot(
  vault: Pick<Vault, 'list'>,
  isOurs: (facts: Readonly<Record<string, unknown>>) => boolean,
): Promise<Snapshot | undefined> {
  let newest: Snapshot | undefined;
  for await (const item of vault.list(SNAPSHOT_KIND)) {
    const snapshot = isOurs(item.facts) ? snapshotOfItem(item) : undefined;
    if (snapshot !== undefined && (newest === undefined || snapshot.endedMs > newest.endedMs)) newest = snapshot;
  }
  return newest;
}

/** Bytes of each pack that the snapshot needs; a chunk that it needs twice counts twice, which harms nothing. */
async function liveBytes(vault: Pick<Vault, 'get'>, snapshot: Snapshot): Promise<ReadonlyMap<string, number>> {
  const live = new Map<string, number>();
  const { files } = await readSnapshot(vault, snapshot);
  for await (const file of files) {
    for (const { pack, length } of file.chunks) if (pack !== '') live.set(pack, (live.get(pack) ?? 0) + length);
  }
  return live;
}

async function readWhole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}
