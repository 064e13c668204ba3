/**
 * api/sentry: the part of Sentry's web API (`/api/0/…`) that sentry-cli 3 and the bundler plugins call.
 *
 * Purpose: a team keeps its build steps when it changes the address of its Sentry. Each call is translated into a verb
 * of issues or releases, which authorizes and audits.
 * Invariants: every call is authenticated by an API key as auth token before its body is read; what is not supported is
 * refused with a sentence that sentry-cli prints, never with a success that did nothing.
 * Limits: limits.ts, and those of releases for uploads.
 * It does not take events (ingest/sentry does), and it has one organization, `holdfast`.
 */
export type { SentryApiDeps } from './calls.ts';
export { createSentryApiEdge, SENTRY_API_PROTOCOL } from './create-sentry-api-edge.ts';
export { SENTRY_API_FAILURES } from './failures.ts';
export { SENTRY_API_LIMITS } from './limits.ts';
