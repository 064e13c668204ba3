import type { Kysely, Transaction } from 'kysely';

/** One step of the relational schema. An area declares its own in its `migrations.ts`; boot hands them all over. */
export interface CatalogMigration {
  /** `<area>-<four digits>-<words>`; runs once, in the order of the list that boot gives. */
  readonly name: string;
  /** Plain SQL statements, run in one transaction. */
  readonly statements: readonly string[];
}

/** Relational state in PostgreSQL. Each area sees its own tables by the type it asks for. */
export interface Catalog {
  readonly db: <Tables>() => Kysely<Tables>;
  /** Serializable work; retried by the catalog alone when PostgreSQL reports a serialization failure. */
  readonly transaction: <Tables, Result>(work: (trx: Transaction<Tables>) => Promise<Result>) => Promise<Result>;
  /** What the trust page and `status` show. */
  readonly status: () => Promise<CatalogStatus>;
  readonly close: () => Promise<void>;
}

export interface CatalogStatus {
  readonly serverVersion: string;
  readonly bytes: number;
}
