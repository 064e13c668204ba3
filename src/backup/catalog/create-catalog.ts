import type { Catalog } from '../../catalog/index.ts';
import type { Vault } from '../../vault/index.ts';
import type { BackupTables } from '../migrations.ts';
import { readSnapshot, snapshotFacts, snapshotOfItem } from '../snapshots/index.ts';
import type { BackupCatalog, Snapshot } from '../types.ts';
import type { WalArchive } from '../wal/index.ts';
import { listSnapshots } from './list-snapshots.ts';
import { pieceOfItem } from './piece-of-item.ts';

export interface CachedBackupCatalog extends BackupCatalog {
  /** Sources of which there are snapshots, whether they are still under backup or not. */
  readonly sources: () => Promise<readonly string[]>;
  /** After a snapshot was taken: it is listed at once. */
  readonly note: (snapshot: Snapshot) => Promise<void>;
  /** Makes the cache what the vault says; at the start and after expiry. */
  readonly rebuild: () => Promise<RebuildReport>;
}

export interface RebuildReport {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export interface BackupCatalogDeps {
  readonly vault: Pick<Vault, 'list' | 'get'>;
  readonly wal: Pick<WalArchive, 'stretches' | 'timelines' | 'namedPoints' | 'living'>;
  readonly catalog: Catalog;
}

type Row = {
  readonly item_id: string;
  readonly retain_until_ms: number;
  readonly facts: Readonly<Record<string, unknown>>;
};

/** The catalog of a running Holdfast: snapshots come from PostgreSQL, which caches what the vault says. */
export function createBackupCatalog(deps: BackupCatalogDeps): CachedBackupCatalog {
  const { vault, wal, catalog } = deps;
  const db = catalog.db<BackupTables>();
  return {
    snapshots: async (source) => {
      const rows = await db
        .selectFrom('backup_snapshots')
        .select(['item_id', 'retain_until_ms', 'facts'])
        .where('source', '=', source)
        .orderBy('begun_ms')
        .execute();
      return rows.flatMap((row) => snapshotOfRow(row) ?? []);
    },
    sources: async () => {
      const rows = await db.selectFrom('backup_snapshots').select('source').distinct().orderBy('source').execute();
      return rows.map(({ source }) => source);
    },
    note: async (snapshot) => {
      await db
        .insertInto('backup_snapshots')
        .values(rowOf(snapshot))
        .onConflict((conflict) => conflict.column('item_id').doUpdateSet({ retain_until_ms: snapshot.retainUntilMs }))
        .execute();
    },
    rebuild: () => rebuild(deps),
    content: (snapshot) => readSnapshot(vault, snapshot),
    stretches: wal.stretches,
    walPieces: async (source) => wal.living(source).wal.map(pieceOfItem),
    timelines: wal.timelines,
    namedPoints: wal.namedPoints,
  };
}

const rowOf = (snapshot: Snapshot) => ({
  item_id: snapshot.itemId,
  source: snapshot.source,
  begun_ms: snapshot.begunMs,
  retain_until_ms: snapshot.retainUntilMs,
  facts: JSON.stringify(snapshotFacts(snapshot)),
});

const snapshotOfRow = ({ item_id, retain_until_ms, facts }: Row): Snapshot | undefined =>
  snapshotOfItem({ id: item_id, retainUntilMs: retain_until_ms, facts });

/** The vault is read first: a snapshot that is noted meanwhile is in the rows and must not be taken for one that is gone. */
async function rebuild({ vault, catalog }: BackupCatalogDeps): Promise<RebuildReport> {
  const db = catalog.db<BackupTables>();
  const before = await db.selectFrom('backup_snapshots').select('item_id').execute();
  const stored = new Map((await listSnapshots(vault)).map((snapshot) => [snapshot.itemId, snapshot]));
  return catalog.transaction<BackupTables, RebuildReport>(async (trx) => {
    const rows = await trx.selectFrom('backup_snapshots').select(['item_id', 'retain_until_ms', 'facts']).execute();
    const known = new Map(rows.map((row) => [row.item_id, row]));
    const gone = before.map(({ item_id }) => item_id).filter((id) => !stored.has(id));
    if (gone.length > 0) await trx.deleteFrom('backup_snapshots').where('item_id', 'in', gone).execute();
    let added = 0;
    let changed = 0;
    for (const snapshot of stored.values()) {
      const row = known.get(snapshot.itemId);
      if (row !== undefined && isSame(snapshotOfRow(row), snapshot)) continue;
      if (row === undefined) added += 1;
      else changed += 1;
      await trx
        .insertInto('backup_snapshots')
        .values(rowOf(snapshot))
        .onConflict((conflict) => conflict.column('item_id').doUpdateSet(rowOf(snapshot)))
        .execute();
    }
    return { added, changed, removed: gone.length };
  });
}

const isSame = (a: Snapshot | undefined, b: Snapshot): boolean =>
  a !== undefined &&
  a.retainUntilMs === b.retainUntilMs &&
  Object.entries(snapshotFacts(b)).every(([name, value]) => snapshotFacts(a)[name] === value);
