/**
 * issues/store: reads of stored events.
 *
 * Purpose: answer what lists, pages and searches of issues ask of events: which hashes have an event like this, how
 * many and whose, when, with which tags, one event whole, and what is kept beside it.
 * Invariants: what people wrote reaches the engine as parameters only; every read is bounded in time, memory and rows; a
 * read of one event's content finds its row first, because content is by far the largest column.
 * Limits: limits.ts. Users are counted exactly up to tens of thousands and within about one percent beyond; tags
 * are counted over the newest events of the selection.
 * It does not know issues, but hashes; it does not write, and asks nobody's rights: the verbs above do.
 */
export { createEventStore, type EventStore } from './create-event-store.ts';
export { eraseEvents } from './erase-events.ts';
export type { ListedEvent } from './event-rows.ts';
export { ISSUES_STORE_FAILURES } from './failures.ts';
export { ISSUES_STORE_LIMITS } from './limits.ts';
export type { KeptAttachment } from './read-kept.ts';
