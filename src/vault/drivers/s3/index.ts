/**
 * s3: a zone in a bucket of S3, or of a store that speaks it, with versioning and Object Lock.
 *
 * S3 locks versions, not names: a put under a taken name adds a version that readers get from then on, and a delete
 * adds a marker that hides everything. So a name stands for its oldest version that carries the mark of this driver,
 * every read and every change names that version, and what others put on top is passed over and told as an anomaly.
 *
 * Nothing is believed because of a status: after each put the version is read back with its length, its lock and its
 * bytes, and a lock that is not as asked is asked for again and checked again before the put resolves. Bytes that are
 * read must have the SHA-256 that was recorded with the first version, whatever a later version says about itself.
 * A version that rotted cannot be replaced before its time; mending puts a copy beside it, and reads find it by hash.
 *
 * Requests are timed and retried in one layer (call-store.ts). A put whose answer was lost is looked for before it is
 * sent again, and a second copy of the same bytes harms nothing. Redirects are not followed. Credentials and what was
 * signed with them never reach a message or the log.
 *
 * Limits: whole objects of at most VAULT_LIMITS.objectBytesMax in one put, no multipart uploads, whose locks some
 * servers drop. It does not make buckets, does not lift locks, never asks to bypass one except while probing its own
 * objects, and cannot protect from who administers the storage below the S3 interface. docs/vault-s3.md says how to
 * make a bucket and what is verified.
 */
export { VAULT_S3_FAILURES } from './failures.ts';
export { VAULT_S3_LIMITS } from './limits.ts';
export { openS3Zone, type S3Credentials, type S3ZoneSettings } from './open-s3-zone.ts';
export { parseZoneUrl, type S3ZoneUrl } from './parse-zone-url.ts';
