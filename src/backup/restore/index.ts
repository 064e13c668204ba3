/**
 * backup/restore: from a source, a target and what the vault knows, to a cluster that stands at that target.
 *
 * Purpose: `planRestore` decides, purely, which snapshot and which WAL bring a target back, and refuses with the
 * ranges that can be restored; `applyRestore` runs a plan once, into an empty folder, and may start the result.
 *
 * Invariants:
 * - A plan that exists can be carried out: its snapshot was consistent before the target, on the branch of history
 *   that leads to the target, and its WAL has no gap. It brings back the same state whenever it is applied.
 * - Nothing that is there is written over: only an empty folder, or the folder of the same plan after an interruption.
 * - Every file is read back and held to the SHA-256 of its snapshot before a server can start over it; `pg_control`
 *   comes last, so a half-written folder does not start.
 * - The restored cluster writes to nobody: archiving, synchronous standbys, replication and subscriptions are off.
 *
 * Limits: limits.ts. The index of a restore holds 28 bytes in memory for each run of neighbouring chunks.
 *
 * It does not decide who may restore, keep reports, restore single tables, or replace a running cluster: putting the
 * result in place of the old one is a person's decision.
 */
export {
  applyRestore,
  type RestoreDeps,
  type RestoreOrder,
  type RestorePhase,
  type RestoreResult,
} from './apply-restore.ts';
export { type CoveredWal, coveredWal } from './covered-wal.ts';
export { describeRanges, describeTarget, describeTime, formatTime } from './describe-target.ts';
export { BACKUP_RESTORE_FAILURES } from './failures.ts';
export { gatherRestore } from './gather-restore.ts';
export { BACKUP_RESTORE_LIMITS } from './limits.ts';
export { type MeasuredRates, planRestore, type RestoreRequest } from './plan-restore.ts';
export { restorableRanges } from './restorable-ranges.ts';
export type { FolderOwner } from './restore-folder.ts';
export { majorVersionOf, type RecoveryOutcome } from './start-restored.ts';
export { branchTo, type KnownHistory, knownTimelines } from './timeline-branch.ts';
