/**
 * evidence: the trust page's only source.
 *
 * Purpose: the seventeen promises, the probes that measure them, and the append-only rows that those leave.
 * Invariants: nobody types evidence in; a promise is `proven` only when every probe it requires passed at its last
 * measurement and that measurement is fresh, `broken` when any of its probes failed last, else `unproven`. Nothing is
 * proven by default, and a proof from the future proves nothing. A row is never changed or removed.
 * Limits: limits.ts. A measurement that exceeds its time has failed.
 * It does not measure: areas above hand in their probes, and boot registers them.
 */
export { createEvidence, type Evidence, type EvidenceDeps } from './create-evidence.ts';
export { EVIDENCE_FAILURES } from './failures.ts';
export { EVIDENCE_LIMITS } from './limits.ts';
export { EVIDENCE_MIGRATIONS, type EvidenceTables } from './migrations.ts';
export { PROMISES, type PromiseSpec } from './promises.ts';
export type { ProofFilter, ProofPage } from './proof-store.ts';
export { createRedactionTally, type RedactionCounts, type RedactionTally } from './redaction-tally.ts';
export type {
  Probe,
  ProbeOutcome,
  ProbeSpec,
  ProbeStatus,
  PromiseId,
  PromiseState,
  PromiseStatus,
  Proof,
} from './types.ts';
