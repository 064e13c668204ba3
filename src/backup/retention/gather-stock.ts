import type { Vault } from '../../vault/index.ts';
import { PACK_KIND, PACK_LIST_KIND, readManifestHead, SNAPSHOT_KIND, snapshotOfItem } from '../snapshots/index.ts';
import { decodePackList } from '../snapshots/pack-list.ts';
import { lsnFact, parseRange, textFact, WAL_KINDS } from '../wal/wal-facts.ts';
import { createWalIndex } from '../wal/wal-index.ts';
import type { RetentionStock, StoredList, StoredPoint, StoredThing, StoredWal } from './plan-retention.ts';

type Listed = Parameters<typeof snapshotOfItem>[0] & { readonly createdMs: number };

/** Items of every kind that backup puts into the vault. */
export const BACKUP_KINDS: readonly string[] = [SNAPSHOT_KIND, PACK_KIND, PACK_LIST_KIND, ...Object.values(WAL_KINDS)];

/**
 * What the vault holds of a source, read from facts, heads of manifests and lists of chunks. Heads and lists never
 * change, so they are read once as long as the gatherer lives.
 */
export interface StockGatherer {
  readonly gather: (source: string) => Promise<RetentionStock>;
}

export function createStockGatherer(vault: Pick<Vault, 'list' | 'get'>): StockGatherer {
  const heads = new Map<string, readonly string[]>();
  const lists = new Map<string, readonly string[]>();
  const listed = async (kind: string, source: string): Promise<readonly Listed[]> => {
    const items: Listed[] = [];
    for await (const item of vault.list(kind)) if (item.facts['source'] === source) items.push(item);
    return items;
  };
  const things = async (kind: string, source: string): Promise<readonly (StoredThing & Listed)[]> =>
    (await listed(kind, source)).map((item) => ({ ...item, kind }));
  return {
    gather: async (source) => {
      const snapshots = (await listed(SNAPSHOT_KIND, source)).flatMap((item) => snapshotOfItem(item) ?? []);
      const storedLists = await things(PACK_LIST_KIND, source);
      await keepOnly(
        heads,
        snapshots.map(({ itemId }) => itemId),
        async (id) => (await readManifestHead(vault, id)).packs,
      );
      await keepOnly(
        lists,
        storedLists.map(({ id }) => id),
        async (id) => packsOfList(vault, id),
      );
      return {
        snapshots,
        packsOf: heads,
        packs: await things(PACK_KIND, source),
        lists: storedLists.map((list): StoredList => ({ ...list, packs: lists.get(list.id) ?? [] })),
        wal: await storedWal(things, source),
        points: (await things(WAL_KINDS.point, source)).flatMap(pointOf),
        timelines: (await things(WAL_KINDS.timeline, source)).map((item) => ({
          ...item,
          systemId: textFact(item.facts, 'systemId') ?? '',
        })),
      };
    },
  };
}

async function keepOnly<T>(
  cache: Map<string, T>,
  ids: readonly string[],
  read: (id: string) => Promise<T>,
): Promise<void> {
  const living = new Set(ids);
  for (const id of cache.keys()) if (!living.has(id)) cache.delete(id);
  for (const id of living) if (!cache.has(id)) cache.set(id, await read(id));
}

async function packsOfList(vault: Pick<Vault, 'get'>, id: string): Promise<readonly string[]> {
  const parts: Uint8Array[] = [];
  for await (const part of vault.get(id)) parts.push(part);
  return (decodePackList(Buffer.concat(parts)) ?? []).map((pack) => pack.id);
}

async function storedWal(
  things: (kind: string, source: string) => Promise<readonly (StoredThing & Listed)[]>,
  source: string,
): Promise<readonly StoredWal[]> {
  const index = createWalIndex();
  const stored: StoredWal[] = [];
  for (const kind of [WAL_KINDS.segment, WAL_KINDS.part] as const) {
    for (const item of await things(kind, source)) {
      const range = parseRange(item.facts);
      if (range === undefined) continue;
      const { id, retainUntilMs, createdMs } = item;
      index.add({ ...range, id, kind, retainUntilMs });
      const { systemId, timeline, fromLsn, toLsn } = range;
      stored.push({ id, kind, retainUntilMs, createdMs, systemId, timeline, fromLsn, toLsn, living: true });
    }
  }
  const living = new Set(index.living().map(({ id }) => id));
  return stored.map((wal) => ({ ...wal, living: living.has(wal.id) }));
}

function pointOf(item: StoredThing & Listed): readonly StoredPoint[] {
  const lsn = lsnFact(item.facts, 'lsn');
  if (lsn === undefined) return [];
  const name = textFact(item.facts, 'name') ?? '';
  return [{ ...item, systemId: textFact(item.facts, 'systemId') ?? '', name, lsn }];
}

/** Ids of all that backup keeps: retention alone removes it, in its order, so the vault's own expiry leaves it alone. */
export async function livingItems(vault: Pick<Vault, 'list'>): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const kind of BACKUP_KINDS) for await (const { id } of vault.list(kind)) ids.add(id);
  return ids;
}
