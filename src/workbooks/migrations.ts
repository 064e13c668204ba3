import type { ColumnType } from 'kysely';
import type { CatalogMigration } from '../catalog/index.ts';

/** Tables of this area; docs/formats/workbook-version.md. */
export interface WorkbooksTables {
  readonly workbooks: WorkbooksTable;
  readonly workbook_versions: WorkbookVersionsTable;
  readonly workbook_commit_keys: WorkbookCommitKeysTable;
}

export interface WorkbooksTable {
  readonly id: string;
  readonly name: string;
  readonly created_ms: number;
  readonly created_by: string;
  readonly retention_days: number;
  readonly head: number;
}

export interface WorkbookVersionsTable {
  readonly workbook_id: string;
  readonly number: number;
  readonly vault_id: string;
  readonly sha256: string;
  readonly content_hash: string;
  readonly format: string;
  readonly length_bytes: number;
  readonly author: string;
  readonly message: string;
  readonly committed_ms: number;
  readonly committed_by: string;
  readonly parent: number;
  readonly restored_from: number | null;
  readonly client_key: string | null;
  readonly retain_until_ms: number;
  /** Written as JSON text, read as an array. */
  readonly zones: ColumnType<readonly string[], string, string>;
  readonly scan: string;
  readonly scan_detail: string | null;
}

export interface WorkbookCommitKeysTable {
  readonly workbook_id: string;
  readonly client_key: string;
  readonly sha256: string;
  readonly number: number;
  readonly unchanged: boolean;
}

export const WORKBOOKS_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'workbooks-0001-versions',
    statements: [
      // Names sort by their bytes, so that a page token means the same in every locale.
      `CREATE TABLE workbooks (
        id text PRIMARY KEY,
        name text COLLATE "C" NOT NULL UNIQUE,
        created_ms bigint NOT NULL,
        created_by text NOT NULL,
        retention_days integer NOT NULL CHECK (retention_days > 0),
        head integer NOT NULL DEFAULT 0 CHECK (head >= 0)
      )`,
      `CREATE TABLE workbook_versions (
        workbook_id text NOT NULL REFERENCES workbooks (id),
        number integer NOT NULL CHECK (number > 0),
        vault_id text NOT NULL,
        sha256 text NOT NULL,
        content_hash text NOT NULL,
        format text NOT NULL,
        length_bytes bigint NOT NULL,
        author text NOT NULL,
        message text NOT NULL,
        committed_ms bigint NOT NULL,
        committed_by text NOT NULL,
        parent integer NOT NULL,
        restored_from integer,
        client_key text,
        retain_until_ms bigint NOT NULL,
        zones jsonb NOT NULL,
        scan text NOT NULL CHECK (scan IN ('unscanned', 'clean', 'quarantined')),
        scan_detail text,
        PRIMARY KEY (workbook_id, number)
      )`,
      'CREATE INDEX workbook_versions_by_bytes ON workbook_versions (workbook_id, sha256, number)',
      'CREATE INDEX workbook_versions_by_item ON workbook_versions (vault_id)',
      // A key is answered again also when its commit changed nothing and so has no version of its own.
      `CREATE TABLE workbook_commit_keys (
        workbook_id text NOT NULL REFERENCES workbooks (id),
        client_key text NOT NULL,
        sha256 text NOT NULL,
        number integer NOT NULL,
        unchanged boolean NOT NULL,
        PRIMARY KEY (workbook_id, client_key)
      )`,
      // The vault keeps the bytes from change; this keeps the row that says what they are from being rewritten.
      `CREATE FUNCTION workbook_versions_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION '% of % is refused: versions of workbooks are immutable', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
        END $$`,
      `CREATE TRIGGER workbook_versions_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON workbook_versions
        FOR EACH STATEMENT EXECUTE FUNCTION workbook_versions_refuse_change()`,
      'ALTER TABLE workbook_versions ENABLE ALWAYS TRIGGER workbook_versions_immutable',
    ],
  },
];
