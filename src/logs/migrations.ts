import type { CatalogMigration } from '../catalog/index.ts';

/** Tables of this area; docs/formats/log-groups.md. */
export interface LogsTables {
  readonly log_groups: LogGroupsTable;
  readonly log_streams: LogStreamsTable;
}

export interface LogGroupsTable {
  readonly name: string;
  readonly storage_class: string;
  readonly retention_days: number;
  readonly created_ms: number;
  readonly stored_bytes: number;
  readonly deletion_protected: boolean;
  /** Written as JSON text, read as an object. */
  readonly tags: import('kysely').ColumnType<Readonly<Record<string, string>>, string, string>;
  readonly removing: boolean;
}

export interface LogStreamsTable {
  readonly log_group: string;
  readonly name: string;
  readonly created_ms: number;
  readonly first_event_ms: number | null;
  readonly last_event_ms: number | null;
  readonly last_ingest_ms: number | null;
  readonly stored_bytes: number;
  readonly removing: boolean;
}

export const LOGS_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'logs-0001-groups-and-streams',
    statements: [
      // Names sort by their bytes, so that a page token means the same in every locale.
      `CREATE TABLE log_groups (
        name text COLLATE "C" PRIMARY KEY,
        storage_class text NOT NULL CHECK (storage_class IN ('standard', 'infrequent')),
        retention_days integer NOT NULL CHECK (retention_days >= 0),
        created_ms bigint NOT NULL,
        stored_bytes bigint NOT NULL DEFAULT 0,
        deletion_protected boolean NOT NULL DEFAULT false,
        tags jsonb NOT NULL DEFAULT '{}',
        removing boolean NOT NULL DEFAULT false
      )`,
      `CREATE TABLE log_streams (
        log_group text COLLATE "C" NOT NULL REFERENCES log_groups (name) ON DELETE CASCADE,
        name text COLLATE "C" NOT NULL,
        created_ms bigint NOT NULL,
        first_event_ms bigint,
        last_event_ms bigint,
        last_ingest_ms bigint,
        stored_bytes bigint NOT NULL DEFAULT 0,
        removing boolean NOT NULL DEFAULT false,
        PRIMARY KEY (log_group, name)
      )`,
      `CREATE INDEX log_streams_by_last_event ON log_streams (log_group, (coalesce(last_event_ms, -1)), name)`,
    ],
  },
];
