/**
 * api: HTTP for the console, the command line and scripts.
 *
 * Purpose: the JSON API under /api/v1 with its OpenAPI description, and the files of the built console.
 * Invariants: contract.ts is the one description of every request and answer; a route only translates, and the verb
 * behind it authorizes and audits; every failure is answered in one shape with its registered code; a call that changes
 * something by a session needs the session's CSRF token; pages carry a strict content security policy.
 * Limits: limits.ts. Telemetry does not come in here: ingest has its own edges.
 */
export { planOut, snapshotOut, targetIn } from './backup-out.ts';
export { type ConsoleFiles, contentSecurityPolicy, loadConsoleFiles } from './console-files.ts';
export { type ApiCall, type ApiDeps, type ApiHandler, createApi } from './create-api.ts';
export type { ErrorTrackingDeps } from './error-tracking-routes.ts';
export type { AttachmentReads } from './event-routes.ts';
export { API_FAILURES } from './failures.ts';
export { API_LIMITS } from './limits.ts';
export * from './sentry/index.ts';
export { createSentryApiEdge, SENTRY_API_FAILURES, SENTRY_API_LIMITS, type SentryApiDeps } from './sentry/index.ts';
export { SESSION_COOKIE } from './session-routes.ts';
export { type VaultView, vaultStatus, yearsOf } from './vault-status.ts';
