import type { ColumnType } from 'kysely';
import type { CatalogMigration } from '../catalog/index.ts';
import { BACKUP_REPORT_MIGRATIONS } from './service/migrations.ts';

/** Tables of backup. Snapshots are a cache of the vault's facts; sources are what the vault does not hold. */
export interface BackupTables {
  readonly backup_sources: BackupSourcesTable;
  readonly backup_snapshots: BackupSnapshotsTable;
}

export interface BackupSourcesTable {
  readonly name: string;
  /** The connection URI, sealed by access for `backup:source/<name>`. */
  readonly url_sealed: Buffer;
  /** What `BackupSource` has besides name and url. Written as JSON text, read as an object. */
  readonly settings: ColumnType<Readonly<Record<string, unknown>>, string, string>;
  readonly system_id: string | null;
  readonly created_ms: number;
  readonly changed_ms: number;
}

export interface BackupSnapshotsTable {
  readonly item_id: string;
  readonly source: string;
  readonly begun_ms: number;
  readonly retain_until_ms: number;
  /** The facts of the vault item. Written as JSON text, read as an object. */
  readonly facts: ColumnType<Readonly<Record<string, unknown>>, string, string>;
}

export const BACKUP_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'backup-0001-sources-and-snapshots',
    statements: [
      `CREATE TABLE backup_sources (
        name text COLLATE "C" PRIMARY KEY,
        url_sealed bytea NOT NULL,
        settings jsonb NOT NULL,
        system_id text,
        created_ms bigint NOT NULL,
        changed_ms bigint NOT NULL
      )`,
      // No reference to backup_sources: snapshots outlive the source that was taken out of backup.
      `CREATE TABLE backup_snapshots (
        item_id text PRIMARY KEY,
        source text COLLATE "C" NOT NULL,
        begun_ms bigint NOT NULL,
        retain_until_ms bigint NOT NULL,
        facts jsonb NOT NULL
      )`,
      'CREATE INDEX backup_snapshots_by_source ON backup_snapshots (source, begun_ms)',
    ],
  },
  ...BACKUP_REPORT_MIGRATIONS,
];
