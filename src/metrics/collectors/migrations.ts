import type { CatalogMigration } from '../../catalog/index.ts';

/** Tables of collectors; docs/formats/collectors.md. */
export interface CollectorsTables {
  readonly collector_statements: CollectorStatementsTable;
  readonly ready_alarms: ReadyAlarmsTable;
}

export interface CollectorStatementsTable {
  readonly source: string;
  readonly fingerprint: string;
  readonly database: string;
  readonly text: string;
  readonly first_ms: number;
  readonly seen_ms: number;
}

/** Which alarms were made by themselves: a row stays when the alarm is changed or deleted. */
export interface ReadyAlarmsTable {
  readonly name: string;
  /** `database`, `host` or `service`. */
  readonly kind: string;
  readonly subject: string;
  readonly made_ms: number;
}

export const COLLECTORS_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'collectors-0001-statements-and-ready-alarms',
    statements: [
      `CREATE TABLE collector_statements (
        source text COLLATE "C" NOT NULL,
        fingerprint text COLLATE "C" NOT NULL,
        database text NOT NULL,
        text text NOT NULL,
        first_ms bigint NOT NULL,
        seen_ms bigint NOT NULL,
        PRIMARY KEY (source, fingerprint)
      )`,
      `CREATE TABLE ready_alarms (
        name text COLLATE "C" PRIMARY KEY,
        kind text NOT NULL,
        subject text NOT NULL,
        made_ms bigint NOT NULL
      )`,
    ],
  },
];
