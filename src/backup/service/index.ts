/**
 * backup/service: the verbs of backup, and what goes on by itself.
 *
 * Each source has a stream, a schedule (snapshots, restore drills, retention) and alerts of its own; Holdfast's own
 * PostgreSQL is the first source. Verbs authorize and audit; what takes long is a run that goes on without whoever began
 * it.
 *
 * Invariants: one snapshot, one drill and one restore of a source at a time; what was missed while Holdfast was down is
 * caught up; a gap begins a snapshot at once; reports of drills are append-only; addresses are sealed and never shown.
 * It does not decide what a backup is (the other folders do) and keeps no second list of what the vault holds.
 */
export { addressOf, SOURCE_DEFAULTS } from './accepted-source.ts';
export { checkSource, type ZoneFacts } from './check-source.ts';
export type { BackupDeps } from './context.ts';
export { type BackupService, createBackup } from './create-backup.ts';
export { BACKUP_SERVICE_LIMITS } from './limits.ts';
export { createRuns, type Runs } from './runs.ts';
export { nextSnapshotMs } from './schedule.ts';
export type {
  Backup,
  BackupRun,
  CheckFinding,
  RestoreReport,
  RetentionView,
  SourceInput,
  SourceStatus,
  SourceView,
} from './types.ts';
