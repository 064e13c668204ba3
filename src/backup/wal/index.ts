/**
 * backup/wal: a source's changes, in a write quorum of zones within a named time, proven record by record.
 *
 * stream → verify → archive. The stream keeps one replication connection per source and is the one layer that tries
 * again; the verifier holds every record to its length, link and CRC-32C; the archive puts parts of a running segment
 * into the vault and makes one item of them when the segment is whole.
 *
 * Invariants:
 * - The source is told `flushed` only for what a write quorum holds, so its slot keeps all the rest.
 * - Bytes that fail a check are never archived as proven nor acknowledged; they are asked for again from the last record
 *   that was right. A record too long for memory waits in provisional parts that count only once its end proves them.
 * - State is the vault's: a start reads the facts of its items and goes on where they end. A crash at any point leaves
 *   at most parts that a segment supersedes, or a part that is sent again.
 * - Each timeline has whole segments of its own from the one in which it began; its first bytes are those that the new
 *   leader copied from the parent.
 * - A hole is said, once, with its bounds; a slot that holds back too much is dropped, which is said too.
 *
 * It does not decide what expires (retention does, with `living`), take snapshots, or restore.
 */
export {
  createWalArchive,
  type DurablePart,
  type SourceArchive,
  type SourceArchiveSettings,
  type WalArchive,
} from './archive.ts';
export { BACKUP_WAL_FAILURES } from './failures.ts';
export { BACKUP_WAL_LIMITS } from './limits.ts';
export { createWalStream } from './stream.ts';
export type {
  SourceStream,
  SourceStreamStatus,
  StreamEvent,
  StreamGap,
  WalStreamDeps,
} from './stream-types.ts';
export { createWalVerifier, type WalFindings, type WalVerifier, type WalVerifierSettings } from './verify-wal.ts';
export { parseRange, rangeFacts, WAL_KINDS, type WalItem, type WalRange } from './wal-facts.ts';
export type { StoredPoint, StoredTimeline } from './wal-index.ts';
