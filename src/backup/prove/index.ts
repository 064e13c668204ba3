/**
 * backup/prove: restores that are made only to see that they work.
 *
 * Purpose: `proveRestore` brings a source back aside, asks the copy, holds its pages to their checksums, measures how
 * long it took and what would be lost, takes everything down and returns a report that is kept as evidence.
 * `nextProof` says which proof is due.
 *
 * Invariants:
 * - A copy has no effect elsewhere: it listens on no network, archives nothing, follows nobody, runs no jobs.
 * - Whatever happens, its server is stopped and its folder removed; what a killed process left is swept by the next.
 * - A report passes only when every check passed and the objective of recovery time was met.
 * - A random choice comes from numbers that the caller gives, so a seeded proof can be repeated.
 *
 * Limits: limits.ts. The page check needs the cluster's data checksums; without them every table is read instead,
 * which sees no damage in indexes.
 *
 * It does not keep reports, raise alarms or decide when to run: the service of backup does.
 */
export { checkPages, type PageReport } from './check-pages.ts';
export { type ChosenTarget, chooseTarget, type TargetChoice } from './choose-target.ts';
export { BACKUP_PROVE_FAILURES } from './failures.ts';
export { BACKUP_PROVE_LIMITS } from './limits.ts';
export {
  DEFAULT_CADENCE,
  type NextProof,
  nextProof,
  type ProofCadence,
  type ScheduledChoice,
} from './proof-schedule.ts';
export { type ProofDeps, type ProofOrder, proveRestore } from './prove-restore.ts';
export type { HeartbeatQuery, SqlCheck } from './run-checks.ts';
export { seededRandom } from './seeded-random.ts';
