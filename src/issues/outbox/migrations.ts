import type { ColumnType, Generated } from 'kysely';
import type { CatalogMigration } from '../../catalog/index.ts';
import type { AlertInput } from '../../notify/index.ts';

/** Tables of the outbox; docs/formats/monitors.md. */
export interface IssuesOutboxTables {
  readonly issue_outbox: {
    readonly sequence: Generated<number>;
    /** Of the alert; rows of one key go out in their order. */
    readonly key: string;
    readonly alert: ColumnType<AlertInput, string, string>;
    readonly created_ms: number;
  };
}

export const ISSUES_OUTBOX_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'issues-outbox-0001-outbox',
    statements: [
      `CREATE TABLE issue_outbox (
        sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        key text NOT NULL,
        alert jsonb NOT NULL,
        created_ms bigint NOT NULL
      )`,
    ],
  },
];
