/**
 * blobs: bytes that belong to projects and are too large for a row: attachments, source maps, replays.
 *
 * Purpose: keep them in the vault, named by their hash, with an end.
 * Invariants: a blob is durable in a quorum of zones before `put` resolves; the same content has one id and one row,
 * whoever gave it, and is kept until the latest of the times that were asked for; that time can be made later and never
 * earlier.
 * It does not redact (whoever gives the bytes did), authorize or audit (the verbs above do), or know what refers to a
 * blob: its end alone decides. The vault encrypts what it keeps.
 */
export { type BlobStoreDeps, createBlobStore, type KeptBlob, type KeptBlobs } from './create-blob-store.ts';
export { ISSUES_BLOBS_FAILURES } from './failures.ts';
export { ISSUES_BLOBS_LIMITS } from './limits.ts';
export { type BlobTables, ISSUES_BLOBS_MIGRATIONS } from './migrations.ts';
