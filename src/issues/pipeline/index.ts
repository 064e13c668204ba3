/**
 * issues/pipeline: from what an SDK sent to an event that people see, exactly once.
 *
 * Purpose: take events (normalized and redacted before the first byte is stored) into the inbox, and process them in
 * its order: tell what was sent again, apply source maps, group, find the issue, store, record. Keep attachments,
 * replays, profiles and feedback beside them.
 * Invariants: nothing is acknowledged before it is on disk; the inbox is the queue, and memory only its beginning; the
 * mark moves in the transaction that counts, so a crash at any point stores an event once and counts it once; a mark
 * never passes an id that may still be acknowledged; an event that fails alone is grouped by a fallback, and what fails
 * for reasons outside of it holds the queue: nothing is passed over. One layer retries: the processor.
 * Limits: limits.ts. A full backlog refuses whole calls before anything is written.
 * It does not decide what an issue is (tracking does), how events are grouped (grouping) or who may send (the edge).
 */
export {
  createErrorIntake,
  type ErrorPipeline,
  type ErrorPipelineDeps,
  type ErrorPipelineStatus,
} from './create-error-intake.ts';
export { eraseKept } from './erase-project.ts';
export { ISSUES_PIPELINE_FAILURES } from './failures.ts';
export { ISSUES_PIPELINE_LIMITS } from './limits.ts';
export { type ErrorKeepingTables, ISSUES_PIPELINE_MIGRATIONS } from './migrations.ts';
