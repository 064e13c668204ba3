/**
 * backup/snapshots: a base backup goes into the vault, and what is in a snapshot comes out.
 *
 * Files are cut at multiples of the chunk size, chunks are named by their SHA-256 and stored once per cluster, in packs
 * of the vault. The vault compresses, seals and spreads the packs.
 *
 * Invariants: a snapshot is listed only when its packs, their locks and its manifest stand in a write quorum; every file
 * passed the server's own SHA-256; a pack is locked at least as long as every snapshot that needs it. The index of
 * chunks is made from the vault for each snapshot; losing it costs space, never a restore.
 *
 * Limits: limits.ts; memory is the index (about 60 to 130 bytes per chunk), 12 bytes per run and 300 per file.
 * It does not schedule, retry or expire, and it does not read WAL beyond keeping what the server sends along.
 */
export { BACKUP_SNAPSHOT_FAILURES } from './failures.ts';
export { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';
export { emptyIndex, type LoadedIndex, loadIndex } from './load-index.ts';
export { createPackReader, type PackReader } from './pack-reader.ts';
export { PACK_KIND, PACK_LIST_KIND } from './pack-writer.ts';
export { readManifestHead, readSnapshot } from './read-snapshot.ts';
export { SNAPSHOT_KIND, snapshotFacts, snapshotId, snapshotOfItem } from './snapshot-facts.ts';
export { type SnapshotConnection, type SnapshotRequest, takeSnapshot } from './take-snapshot.ts';
