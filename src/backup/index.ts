/**
 * backup: PostgreSQL clusters in the vault: a snapshot a day, every change as it happens, and restores that are proven.
 *
 * It is given the address of a role with REPLICATION and needs no program of PostgreSQL to back up. A snapshot is a base
 * backup cut into chunks that are stored once; the stream is the WAL from a slot, durable in a write quorum within a
 * second; a restore puts a snapshot and WAL into an empty folder and lets PostgreSQL recover to the second asked for.
 *
 * Invariants:
 * - The vault is the truth: with the key and any one zone, what there is can be listed and restored. Tables are a cache.
 * - A snapshot is listed only when it stands whole in a write quorum and every file passed the server's own SHA-256.
 * - WAL is verified record by record before it is kept; a gap is told, never bridged.
 * - What the window and the daily restore points promise is locked in the vault and never expires before its time; a
 *   plan says why each thing stays or goes.
 * - A restore writes only into an empty folder or its own interrupted one, and never touches a running cluster.
 * - An address with its password is sealed at rest and never listed, logged or part of a failure.
 *
 * Limits: the limits.ts of each part; memory is bounded while 100 GB are read (docs/formats/backup.md).
 *
 * It does not restore single tables, move changes between live clusters, or back up other databases.
 */
export * from './catalog/index.ts';
export { BACKUP_FAILURES } from './failures.ts';
export { BACKUP_MIGRATIONS, type BackupTables } from './migrations.ts';
export * from './protocol/index.ts';
export * from './prove/index.ts';
export * from './restore/index.ts';
export * from './retention/index.ts';
export * from './service/index.ts';
export * from './snapshots/index.ts';
export * from './types.ts';
export * from './wal/index.ts';
