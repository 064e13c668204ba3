import type { CatalogMigration } from '../catalog/index.ts';

/** Types of the tables below, for kysely. */
export interface AuditTables {
  readonly audit_records: {
    readonly sequence: number;
    readonly event_id: string;
    readonly event_time_ms: number;
    readonly event_source: string;
    readonly event_name: string;
    readonly category: string;
    readonly read_only: boolean;
    readonly identity_type: string;
    readonly identity_id: string;
    readonly identity_name: string;
    readonly source_ip: string;
    readonly error_code: string | null;
    readonly resource_names: readonly string[];
    readonly record: string;
  };
  readonly audit_counter: { readonly last_sequence: number };
}

/**
 * Triggers fire ALWAYS, so that session_replication_role does not pass them by. They stand per statement: a change
 * that would touch no row is refused as well. The counter may only grow, and grows in the statement that inserts,
 * so numbers have no gaps and a missing number shows a missing record.
 */
export const AUDIT_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'audit-0001-records',
    statements: [
      `CREATE TABLE audit_records (
        sequence bigint PRIMARY KEY,
        event_id uuid NOT NULL UNIQUE,
        event_time_ms bigint NOT NULL,
        event_source text NOT NULL,
        event_name text NOT NULL,
        category text NOT NULL,
        read_only boolean NOT NULL,
        identity_type text NOT NULL,
        identity_id text NOT NULL,
        identity_name text NOT NULL,
        source_ip text NOT NULL,
        error_code text,
        resource_names text[] NOT NULL,
        record text NOT NULL
      )`,
      'CREATE INDEX audit_records_time ON audit_records (event_time_ms)',
      'CREATE INDEX audit_records_name ON audit_records (event_name, sequence)',
      'CREATE INDEX audit_records_identity ON audit_records (identity_name, sequence)',
      'CREATE INDEX audit_records_resources ON audit_records USING gin (resource_names)',
      'CREATE INDEX audit_records_refused ON audit_records (sequence) WHERE error_code IS NOT NULL',
      `CREATE TABLE audit_counter (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        last_sequence bigint NOT NULL
      )`,
      'INSERT INTO audit_counter (last_sequence) VALUES (0)',
      `CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION '% of % is refused: the audit log only grows', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
        END $$`,
      `CREATE TRIGGER audit_records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_records
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()`,
      'ALTER TABLE audit_records ENABLE ALWAYS TRIGGER audit_records_append_only',
      `CREATE TRIGGER audit_counter_stays BEFORE DELETE OR TRUNCATE ON audit_counter
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()`,
      'ALTER TABLE audit_counter ENABLE ALWAYS TRIGGER audit_counter_stays',
      `CREATE TRIGGER audit_counter_grows BEFORE UPDATE ON audit_counter
        FOR EACH ROW WHEN (NEW.last_sequence <= OLD.last_sequence) EXECUTE FUNCTION audit_refuse_change()`,
      'ALTER TABLE audit_counter ENABLE ALWAYS TRIGGER audit_counter_grows',
    ],
  },
];
