import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { type Clock, Failure, invariant, type Log } from '../base/index.ts';
import { CATALOG_FAILURES } from './failures.ts';
import { CATALOG_LIMITS } from './limits.ts';
import type { CatalogMigration } from './types.ts';

/** SHA-256 over the name and the statements, each closed by a NUL, in hex. */
export function migrationChecksum(migration: CatalogMigration): string {
  const hash = createHash('sha256').update(`${migration.name}\0`);
  for (const statement of migration.statements) hash.update(`${statement}\0`);
  return hash.digest('hex');
}

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/**
 * The steps still to run, in the order of the list. Throws `catalog.migration-changed` and
 * `catalog.migration-unknown`.
 */
export function planMigrations(
  migrations: readonly CatalogMigration[],
  applied: readonly AppliedMigration[],
): readonly CatalogMigration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  invariant(byName.size === migrations.length, 'two schema steps have the same name');
  for (const { name, checksum } of applied) {
    const known = byName.get(name);
    if (known === undefined) throw new Failure(CATALOG_FAILURES.migrationUnknown, { migration: name });
    if (migrationChecksum(known) !== checksum) {
      throw new Failure(CATALOG_FAILURES.migrationChanged, { migration: name });
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

// An arbitrary constant of Holdfast's own: every start of the same database must use the same number.
const ADVISORY_LOCK = 7_221_846_501;

const RECORD_TABLE = `CREATE TABLE IF NOT EXISTS catalog_migrations (
  name text PRIMARY KEY,
  checksum text NOT NULL,
  applied_ms bigint NOT NULL
)`;

/** Brings the schema up to date. A crash in between leaves whole steps only: each is recorded in its transaction. */
export async function migrate(
  client: PoolClient,
  deps: { readonly migrations: readonly CatalogMigration[]; readonly clock: Clock; readonly log: Log },
): Promise<void> {
  await client.query(`SET statement_timeout = 0`);
  await client.query(`SET lock_timeout = ${CATALOG_LIMITS.migrationLockTimeoutMs}`);
  await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
  try {
    await client.query(RECORD_TABLE);
    const applied = await client.query<AppliedMigration>('SELECT name, checksum FROM catalog_migrations');
    for (const migration of planMigrations(deps.migrations, applied.rows)) {
      await applyMigration(client, migration, deps.clock);
      deps.log.info({ migration: migration.name }, 'schema step applied');
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]);
    await client.query('RESET lock_timeout');
    await client.query('RESET statement_timeout');
  }
}

async function applyMigration(client: PoolClient, migration: CatalogMigration, clock: Clock): Promise<void> {
  await client.query('BEGIN');
  try {
    for (const statement of migration.statements) await client.query(statement);
    await client.query('INSERT INTO catalog_migrations (name, checksum, applied_ms) VALUES ($1, $2, $3)', [
      migration.name,
      migrationChecksum(migration),
      clock.nowMs(),
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new Failure(
      CATALOG_FAILURES.migrationFailed,
      { migration: migration.name, reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}
