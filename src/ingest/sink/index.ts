/**
 * sink: the one place where every ingest protocol ends.
 *
 * Purpose: admit, authorize, create what is missing, drop what has expired, redact, append, account.
 * Invariants: nothing reaches the store, the audit log or the counts before it was redacted; a call that rejects has
 * stored nothing; a call that resolves has stored everything it counts as accepted.
 * Limits: bytes in flight, records and streams a request, length of a body (limits.ts). Attribute limits are kept by
 * the decoders, because each protocol refuses a record in its own way.
 * It does not know any protocol, and does not retry.
 */
export { createSink, createSinkAdmission, type SinkDeps } from './create-sink.ts';
