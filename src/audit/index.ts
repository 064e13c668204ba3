export type { Audit, AuditEntry, AuditIdentity, AuditLookup, AuditRecord } from './types.ts';
