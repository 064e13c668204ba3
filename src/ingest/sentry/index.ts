/**
 * ingest/sentry: what unmodified SDKs of Sentry speak to.
 *
 * Purpose: envelopes, the older store address, reports of browsers, minidumps, check-ins by a plain request and the
 * tunnel of browsers come in by the DSN of a project. Every type of item has its place: events, feedback and files go
 * to the intake of issues, transactions and spans to the store of traces, logs to the sink, metrics to the store of
 * points, sessions and check-ins to theirs; what is kept nowhere is counted by its name and a reason.
 * Invariants:
 * - 200 means durable. An envelope whose frame is wrong is refused whole; an item whose content is wrong costs only
 *   itself, and the sender is told when nothing was left.
 * - What is over a limit is decided before anything is written. A limit is told with its category, on 200 as on 429; a
 *   429 without one is never said, because SDKs take it as a minute of silence about everything.
 * - A full store costs its own part of an envelope. Everything that came is counted: accepted, rate-limited, filtered,
 *   invalid, duplicate, unknown, or thrown away by the client.
 * - Header, query and the dsn of an envelope must say the same. A wrong key and a missing project are told alike.
 * - Nothing of a payload is in an answer, a counter or the server's own log. Spans and points are redacted here; the
 *   sink and the intakes redact what they are given.
 * - Payloads are views of the body; JSON is parsed once.
 * Limits: limits.ts. Bodies have a budget of their own, since the key of a DSN is public.
 * It does not group or normalize events, read dumps, profiles or replays, proxy a tunnel to others, or retry.
 */
export { createSentryEdge } from './create-sentry-edge.ts';
export { logGroupOf, SENTRY_PROTOCOLS, type SentryStores } from './deliver.ts';
export { SENTRY_FAILURES } from './failures.ts';
export { metricNamespace } from './items/metrics.ts';
export { SENTRY_LIMITS } from './limits.ts';
export type { SentryEdgeDeps } from './parts.ts';
export { DEFAULT_LIMITS_PER_MINUTE } from './rate-limits.ts';
