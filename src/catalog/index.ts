/**
 * catalog: relational state in PostgreSQL.
 *
 * Purpose: one pool of connections, one list of schema steps, one place that retries, and (in
 * `drivers/embedded`, which boot alone imports) a PostgreSQL server that Holdfast starts for itself.
 *
 * Invariants: a schema step runs once, in one transaction, under an advisory lock, and is recorded with the
 * checksum of its text; a step that changed or that this release does not know stops the start. What commits is
 * durable: a server with fsync or synchronous_commit off is refused. Serialization failures and deadlocks are
 * retried here and nowhere else, so work given to `transaction` must be free of effects outside the database.
 * A lost connection surfaces as `catalog.unavailable`, never as an error of the driver. `bigint` columns are read
 * as numbers and must stay within the safe integers.
 *
 * Limits: see limits.ts; connections, statement, lock and connect times are all bounded.
 *
 * It does not know the tables of other areas (each owns its own), keep telemetry, or back itself up.
 */
export { CATALOG_FAILURES } from './failures.ts';
export { CATALOG_LIMITS } from './limits.ts';
export { migrationChecksum } from './migrate.ts';
export { type OpenCatalogOptions, openCatalog } from './open-catalog.ts';
export type { Catalog, CatalogMigration, CatalogStatus } from './types.ts';
