/**
 * The words of error tracking, those of Sentry where people know them from there. A project receives events by its
 * DSN; an event is grouped by its hashes; an issue owns hashes; events are never rewritten when issues are merged,
 * because an event knows its hash and not its issue. Times are milliseconds since 1970.
 */

export * from './words/event.ts';
export * from './words/grouping.ts';
export * from './words/intake.ts';
export * from './words/issue.ts';
export * from './words/project.ts';
export * from './words/verbs.ts';
