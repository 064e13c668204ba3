/**
 * issues: exceptions of applications become issues that people can answer.
 *
 * Purpose: take events in the words of Sentry's SDKs, keep them redacted, group them, keep the state of each issue,
 * map minified code back by source maps, watch scheduled jobs and the health of releases, and tell people of what is new.
 * Data path: ingest/sentry -> intake (normalize, redact, inbox, durable) -> processor (symbolicate, group, assign,
 * store, record) -> signals -> alerts -> notify.
 * Invariants: nothing is acknowledged before it is durable; nothing is stored before it was redacted; an event id of
 * a project is stored and counted once; an event is never rewritten: it knows its hash, and an issue owns hashes, so
 * that merging teaches and unmerging loses nothing; symbolication never delays an answer to an SDK.
 */

export * from './alerts/index.ts';
export * from './blobs/index.ts';
export * from './events/index.ts';
export * from './grouping/index.ts';
export * from './health/index.ts';
export * from './monitors/index.ts';
export * from './outbox/index.ts';
export * from './pipeline/index.ts';
export * from './projects/index.ts';
export * from './releases/index.ts';
export * from './store/index.ts';
export * from './tracking/index.ts';
export * from './types.ts';
