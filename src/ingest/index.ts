/**
 * ingest: the protocols by which telemetry comes in, one folder each, all ending in one sink.
 *
 * Purpose: read a request within its limits, find out who sends it, decode it, hand its records to the sink, and
 * answer in the protocol's own words.
 * Invariants: a 2xx is sent after the records are durable; nothing is stored or logged before it was redacted; a
 * request is stored as a whole or not at all, apart from single records that the protocol lets an edge refuse by
 * name and number (OTLP partial success); the key is checked before the body is read.
 * Limits: limits.ts. Past one, the sender gets the protocol's refusal, with Retry-After where trying again helps.
 * It does not store or query, and it does not retry.
 */
import type { EdgeDeps } from './edge-deps.ts';
import type { HttpEdge } from './http.ts';
import { createNdjsonEdge, NDJSON_PROTOCOL } from './ndjson/edge.ts';
import { createOtlpEdge, OTLP_PROTOCOLS } from './otlp/edge.ts';
import { SENTRY_PROTOCOLS } from './sentry/index.ts';

export { type Admission, createBodyAdmission, type Lease } from './admission.ts';
export {
  CLOUDWATCH_FAILURES,
  CLOUDWATCH_LIMITS,
  CLOUDWATCH_PROTOCOL,
  type CloudWatchEdgeDeps,
  createCloudWatchEdge,
} from './aws/cloudwatch/index.ts';
export { AWS_FAILURES, AWS_LIMITS, type AwsEdgeDeps, createAwsEdge } from './aws/index.ts';
export { type AuthenticateBearer, authenticateRequest } from './bearer.ts';
export { createIngestCounters, type IngestCount, type IngestCounters } from './counters.ts';
export type { EdgeDeps } from './edge-deps.ts';
export { INGEST_FAILURES } from './failures.ts';
export type { EdgeContext, HttpEdge } from './http.ts';
export { type Answer, type BodyRules, type ReceivedBody, readBody, sendAnswer } from './http-body.ts';
export { INGEST_LIMITS } from './limits.ts';
export { OTEL_NAMESPACE } from './otlp/metric-gathering.ts';
export type { SignalDeps } from './otlp/signals.ts';
export {
  createSentryEdge,
  DEFAULT_LIMITS_PER_MINUTE,
  logGroupOf as sentryLogGroupOf,
  metricNamespace as sentryMetricNamespace,
  SENTRY_FAILURES,
  SENTRY_LIMITS,
  SENTRY_PROTOCOLS,
  type SentryEdgeDeps,
  type SentryStores,
} from './sentry/index.ts';
export { createSink, createSinkAdmission, type SinkDeps } from './sink/index.ts';

/** Names under which these edges count, for counters that start with zeros. */
export const INGEST_PROTOCOLS: readonly string[] = [
  ...Object.values(OTLP_PROTOCOLS),
  NDJSON_PROTOCOL,
  ...Object.values(SENTRY_PROTOCOLS),
];

/** The OTLP and NDJSON edges. */
export const createIngestEdges = (deps: EdgeDeps): readonly HttpEdge[] => [
  createOtlpEdge(deps),
  createNdjsonEdge(deps),
];
