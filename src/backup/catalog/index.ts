/**
 * backup/catalog: which snapshots there are. The vault is the truth; PostgreSQL caches it for a running Holdfast, and
 * without any database the same answers come from the key and one zone.
 *
 * Invariants: the cache is made what the vault says at each start; a snapshot that was noted is listed at once. It does
 * not know WAL beyond what the archive tells, and holds no secret: addresses are sealed before they come here.
 */
export {
  type BackupCatalogDeps,
  type CachedBackupCatalog,
  createBackupCatalog,
  type RebuildReport,
} from './create-catalog.ts';
export { listSnapshots } from './list-snapshots.ts';
export { type OfflineCatalog, openOfflineCatalog } from './open-offline-catalog.ts';
