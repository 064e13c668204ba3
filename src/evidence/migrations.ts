import type { CatalogMigration } from '../catalog/index.ts';

/** Tables of this area; docs/formats/evidence.md. */
export interface EvidenceTables {
  readonly evidence_proofs: {
    readonly seq: import('kysely').Generated<string>;
    readonly id: string;
    readonly probe: string;
    readonly promise: string;
    readonly passed: boolean;
    readonly summary: string;
    readonly measurements: unknown;
    readonly started_at: Date;
    readonly duration_ms: number;
  };
  readonly evidence_redactions: {
    readonly day: string;
    /** A rule of redact, or one of the totals `(records)`, `(bytes)`, `(failed closed)`. */
    readonly name: string;
    readonly amount: number;
  };
}

export const EVIDENCE_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'evidence-0001-proofs',
    statements: [
      `CREATE TABLE evidence_proofs (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL UNIQUE,
        probe text NOT NULL,
        promise text NOT NULL,
        passed boolean NOT NULL,
        summary text NOT NULL,
        measurements jsonb NOT NULL,
        started_at timestamptz NOT NULL,
        duration_ms double precision NOT NULL
      )`,
      'CREATE INDEX evidence_proofs_by_probe ON evidence_proofs (probe, seq DESC)',
      'CREATE INDEX evidence_proofs_by_promise ON evidence_proofs (promise, seq DESC)',
      `CREATE FUNCTION evidence_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'evidence is append-only'; END $$`,
      `CREATE TRIGGER evidence_proofs_append_only BEFORE UPDATE OR DELETE ON evidence_proofs
        FOR EACH ROW EXECUTE FUNCTION evidence_refuse_change()`,
      `CREATE TRIGGER evidence_proofs_no_truncate BEFORE TRUNCATE ON evidence_proofs
        FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse_change()`,
    ],
  },
  {
    name: 'evidence-0002-redactions',
    statements: [
      `CREATE TABLE evidence_redactions (
        day date NOT NULL,
        name text NOT NULL,
        amount bigint NOT NULL,
        PRIMARY KEY (day, name)
      )`,
    ],
  },
];
