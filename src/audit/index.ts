/**
 * audit: who did what, when, from where, and what was refused.
 *
 * Purpose: an append-only log of records shaped as CloudTrail's (version 1.11), in the relational store.
 *
 * Invariants: `record` resolves when the record is committed, and a verb answers only after that. Everything that
 * a caller reports is redacted, then cut to size, before it is written. Records carry numbers without gaps, given
 * in the statement that inserts them. Triggers refuse UPDATE, DELETE and TRUNCATE of records to every role,
 * also to the one that owns the table.
 *
 * Limits: see limits.ts. Records that wait are bounded; past that callers are refused, so nothing happens unseen.
 * High-volume writes are summed by the minute; a crash loses at most the sums of the last minute.
 *
 * It does not decide what is allowed (access does), delete old records, or defend against somebody who may change
 * the schema of the database: such a change is made evident elsewhere, not prevented here.
 */
export { type AuditDeps, auditedError, createAudit } from './create-audit.ts';
export { AUDIT_FAILURES } from './failures.ts';
export { AUDIT_LIMITS } from './limits.ts';
export { AUDIT_MIGRATIONS, type AuditTables } from './migrations.ts';
export type { Audit, AuditEntry, AuditIdentity, AuditLookup, AuditRecord } from './types.ts';
