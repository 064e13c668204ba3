import type { ColumnType } from 'kysely';
import type { CatalogMigration } from '../../catalog/index.ts';

/** Tables of release health; docs/formats/error-tables.md has the one of sessions. */
export interface IssuesHealthTables {
  readonly session_salt: { readonly id: number; readonly sealed: Buffer };
  readonly session_state: {
    readonly id: number;
    readonly horizon_ms: number;
    /** True when the process that wrote it took nothing afterwards. */
    readonly is_whole: boolean;
    readonly entries: ColumnType<Buffer, Buffer, Buffer>;
  };
}

export const ISSUES_HEALTH_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'issues-health-0001-sessions',
    statements: [
      'CREATE TABLE session_salt (id bigint PRIMARY KEY CHECK (id = 1), sealed bytea NOT NULL)',
      `CREATE TABLE session_state (
        id bigint PRIMARY KEY CHECK (id = 1),
        horizon_ms bigint NOT NULL,
        is_whole boolean NOT NULL,
        entries bytea NOT NULL
      )`,
    ],
  },
];
