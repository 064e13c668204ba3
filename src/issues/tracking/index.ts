/**
 * tracking: issues, and what people and events do with them.
 *
 * Purpose: find or make the issue of an event by its hashes, count it, move the state of issues (new, regressed,
 * escalating, ends of ignores), search issues, and let people resolve, ignore, assign, merge, unmerge, delete and
 * comment on them.
 * Invariants:
 * - The table of hashes is append-only: merging and unmerging move who owns a hash, so that later events of a merged
 *   hash land in the keeper, and unmerging restores exact counters, because counters belong to hashes.
 * - A batch of events is counted with its mark in one transaction: after any crash each is counted once.
 * - Whose event it is, is asked when it is counted, not when it was assigned.
 * - A deleted issue leaves tombstones of its hashes: its events are hidden at once, and the same error makes a new one.
 * - Every change by people is authorized, audited, and leaves an entry in the history of the issue; of several issues
 *   all are changed or none.
 * - What alerts need stands in the outbox of signals in the same transaction as the change.
 * Limits: limits.ts. One process writes; its transactions take turns, so that memory and database change together.
 * It does not group events, keep them (the store of events does, and answers what searches ask of events), know the
 * order of releases, or tell anybody of anything.
 */

export type { IssueTrackingDeps } from './context.ts';
export { createIssueTracking, type IssueTracking } from './create-issue-tracking.ts';
export { ISSUES_TRACKING_FAILURES } from './failures.ts';
export type { IssueReads } from './issue-reads.ts';
export { ISSUES_TRACKING_LIMITS } from './limits.ts';
export { ISSUES_TRACKING_MIGRATIONS, type IssuesTables } from './migrations.ts';
export { createPeopleDirectory } from './people-directory.ts';
export type {
  AssignablePerson,
  EventCount,
  EventSelection,
  IssueEvents,
  PeopleDirectory,
} from './ports.ts';
export type { EventCondition, EventField, TextPattern } from './search/event-condition.ts';
export { shortIdOf } from './short-id.ts';
