import { z } from '@hono/zod-openapi';

/**
 * The JSON API under /api/v1: the one description that the server, the console, the command line and
 * openapi.json share. Times are milliseconds since 1970 unless a name says otherwise.
 */
export const failureBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string(),
    requestId: z.string(),
    retryAfterSeconds: z.number().optional(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

export const roleSchema = z.enum(['viewer', 'responder', 'security', 'admin', 'sender']);

// ---- session -------------------------------------------------------------------------------------------------
export const signInBody = z.object({ email: z.string().max(254), password: z.string().max(1024) });
export const sessionBody = z.object({
  person: z.object({ id: z.string(), email: z.string(), name: z.string(), roles: z.array(roleSchema) }),
  /** Sent back as `X-Holdfast-CSRF` with every request that changes something. */
  csrfToken: z.string(),
  expiresMs: z.number(),
  /** True while the password is the generated one that was printed at first start. */
  mustChangePassword: z.boolean(),
});

// ---- trust ---------------------------------------------------------------------------------------------------
export const proofBody = z.object({
  id: z.string(),
  probe: z.string(),
  promise: z.string(),
  passed: z.boolean(),
  summary: z.string(),
  measurements: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  startedAtMs: z.number(),
  durationMs: z.number(),
});
export const probeStatusBody = z.object({
  id: z.string(),
  statement: z.string(),
  cadenceMs: z.number(),
  state: z.enum(['passed', 'failed', 'stale', 'never-run']),
  lastProof: proofBody.optional(),
  nextRunMs: z.number().optional(),
});
export const promiseBody = z.object({
  id: z.string(),
  title: z.string(),
  sentence: z.string(),
  state: z.enum(['proven', 'unproven', 'broken']),
  reason: z.string(),
  lastProvenMs: z.number().optional(),
  probes: z.array(probeStatusBody),
});
export const trustBody = z.object({ generatedMs: z.number(), promises: z.array(promiseBody) });
export const proofsBody = z.object({ proofs: z.array(proofBody), nextPageToken: z.string().optional() });

// ---- logs ----------------------------------------------------------------------------------------------------
export const logGroupBody = z.object({
  name: z.string(),
  storageClass: z.enum(['standard', 'infrequent']),
  retentionDays: z.number(),
  createdMs: z.number(),
  storedBytes: z.number(),
  deletionProtected: z.boolean(),
  tags: z.record(z.string(), z.string()),
});
export const logGroupsBody = z.object({
  groups: z.array(logGroupBody),
  /** The values that retentionDays may take; 0 keeps for ever. */
  retentionChoices: z.array(z.number()),
});
export const logGroupCreateBody = z.object({
  name: z.string(),
  retentionDays: z.number().optional(),
  storageClass: z.enum(['standard', 'infrequent']).optional(),
});
export const logGroupChangeBody = z.object({ name: z.string(), retentionDays: z.number() });
/** What a deletion or a shorter retention would remove; the same shape as dry run and as result. */
export const removalPlanBody = z.object({
  applied: z.boolean(),
  logGroup: z.string(),
  rows: z.number(),
  oldestMs: z.number().optional(),
  newestMs: z.number().optional(),
  explanation: z.string(),
});
export const logStreamBody = z.object({
  name: z.string(),
  createdMs: z.number(),
  firstEventMs: z.number().optional(),
  lastEventMs: z.number().optional(),
  lastIngestMs: z.number().optional(),
  storedBytes: z.number(),
});

export const queryStartBody = z.object({
  query: z.string().max(10_000),
  /** Names or `*` patterns; at most 50 named groups. Empty means every group that the caller may read. */
  groups: z.array(z.string()).max(50),
  startMs: z.number(),
  endMs: z.number(),
  limit: z.number().int().min(1).max(10_000).optional(),
});
/** A mistake in a query: where it is and what to do. */
export const queryMistakeBody = z.object({
  message: z.string(),
  hint: z.string(),
  /** UTF-16 offset into the query text. */
  offset: z.number(),
  length: z.number(),
  /** Both start at 1. */
  line: z.number(),
  column: z.number(),
});
export const queryStatisticsBody = z.object({
  recordsMatched: z.number(),
  recordsScanned: z.number(),
  bytesScanned: z.number(),
  elapsedMs: z.number(),
});
export const queryFieldBody = z.object({ name: z.string(), type: z.enum(['string', 'number', 'boolean', 'time']) });
export const queryResultBody = z.object({
  queryId: z.string(),
  status: z.enum(['Scheduled', 'Running', 'Complete', 'Failed', 'Cancelled', 'Timeout']),
  /** Columns in the order that the query displays them. */
  fields: z.array(queryFieldBody),
  /** One object a row; times as `2026-11-22 17:06:00.123`, UTC. `@ptr` opens the whole record. */
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  statistics: queryStatisticsBody,
  failure: failureBody.shape.error.optional(),
});
export const queryCheckBody = z.object({
  mistakes: z.array(queryMistakeBody),
  /** True when the query ends in statistics (a chart makes sense) and not in records. */
  isStatistics: z.boolean(),
});
export const queryWordsBody = z.object({
  /** For completion: commands, functions and fields seen in the chosen groups and time. */
  commands: z.array(z.object({ name: z.string(), help: z.string(), example: z.string() })),
  functions: z.array(z.object({ name: z.string(), signature: z.string(), help: z.string() })),
  fields: z.array(z.object({ name: z.string(), type: z.enum(['string', 'number', 'boolean', 'time']) })),
});
export const histogramBody = z.object({
  bucketMs: z.number(),
  buckets: z.array(z.object({ startMs: z.number(), count: z.number(), errors: z.number(), warnings: z.number() })),
  statistics: queryStatisticsBody,
});
export const facetsBody = z.object({
  facets: z.array(z.object({ field: z.string(), values: z.array(z.object({ value: z.string(), count: z.number() })) })),
});
export const logRecordBody = z.object({
  ptr: z.string(),
  timeMs: z.number(),
  /** Nanoseconds as decimal text: more than a JSON number holds. */
  timeNs: z.string(),
  ingestTimeMs: z.number(),
  logGroup: z.string(),
  logStream: z.string(),
  service: z.string(),
  severityNumber: z.number(),
  severityText: z.string(),
  body: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  scopeName: z.string(),
  eventName: z.string(),
  resource: z.record(z.string(), z.string()),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

// ---- access --------------------------------------------------------------------------------------------------
export const personBody = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(roleSchema),
  createdMs: z.number(),
  lastSignInMs: z.number().optional(),
  disabled: z.boolean(),
});
export const personCreateBody = z.object({
  email: z.string().max(254),
  name: z.string().max(200),
  roles: z.array(roleSchema).min(1),
  /** Generated and answered once when absent. */
  password: z.string().min(12).max(1024).optional(),
});
export const personChangeBody = z.object({
  name: z.string().max(200).optional(),
  roles: z.array(roleSchema).min(1).optional(),
  disabled: z.boolean().optional(),
});
export const passwordChangeBody = z.object({ current: z.string().max(1024), next: z.string().min(12).max(1024) });
export const keyBody = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(roleSchema),
  scopes: z.array(z.string()).optional(),
  createdMs: z.number(),
  createdBy: z.string(),
  expiresMs: z.number().optional(),
  lastUsedMs: z.number().optional(),
  revokedMs: z.number().optional(),
});
export const keyCreateBody = z.object({
  name: z.string().min(1).max(200),
  roles: z.array(roleSchema).min(1),
  scopes: z.array(z.string()).optional(),
  expiresMs: z.number().optional(),
});
/** The only answer that ever carries the secret. */
export const keyCreatedBody = z.object({
  key: keyBody,
  /** `hf_<id>_<secret>`: bearer token; for AWS clients `<id>` and `<secret>` apart. */
  token: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});
export const grantBody = z.object({
  id: z.string(),
  subjectType: z.enum(['person', 'key', 'role']),
  subjectId: z.string(),
  /** Log group name with `*` wildcards. */
  pattern: z.string(),
  createdMs: z.number(),
  createdBy: z.string(),
});
export const grantCreateBody = grantBody.pick({ subjectType: true, subjectId: true, pattern: true });

// ---- redaction, audit, system ----------------------------------------------------------------------------------
export const redactionRuleBody = z.object({
  id: z.string(),
  description: z.string(),
  keywords: z.array(z.string()),
  pattern: z.string(),
});
export const redactionCountsBody = z.object({
  days: z.array(z.object({ day: z.string(), rule: z.string(), masks: z.number() })),
  failedClosed: z.number(),
  recordsScanned: z.number(),
  bytesScanned: z.number(),
});
export const redactionExplainBody = z.object({
  redacted: z.string(),
  masks: z.array(z.object({ rule: z.string(), description: z.string(), offset: z.number(), length: z.number() })),
});
export const auditBody = z.object({
  records: z.array(z.record(z.string(), z.unknown())),
  nextPageToken: z.string().optional(),
});
export const systemBody = z.object({
  version: z.string(),
  startedMs: z.number(),
  dataFolder: z.string(),
  address: z.string(),
  telemetry: z.object({
    engine: z.string(),
    version: z.string(),
    rows: z.number(),
    bytesOnDisk: z.number(),
    bytesInFlight: z.number(),
    freeDiskBytes: z.number(),
  }),
  catalog: z.object({ engine: z.string(), serverVersion: z.string(), bytes: z.number() }),
  /** Accepted and refused records and requests since start, by protocol. */
  ingest: z.array(
    z.object({
      protocol: z.string(),
      requests: z.number(),
      records: z.number(),
      bytes: z.number(),
      refusedRequests: z.number(),
      refusedRecords: z.number(),
    }),
  ),
});

export type SessionBody = z.infer<typeof sessionBody>;
export type TrustBody = z.infer<typeof trustBody>;
export type PromiseBody = z.infer<typeof promiseBody>;
export type ProofBody = z.infer<typeof proofBody>;
export type LogGroupBody = z.infer<typeof logGroupBody>;
export type QueryStartBody = z.infer<typeof queryStartBody>;
export type QueryResultBody = z.infer<typeof queryResultBody>;
export type QueryMistakeBody = z.infer<typeof queryMistakeBody>;
export type LogRecordBody = z.infer<typeof logRecordBody>;
export type FailureBody = z.infer<typeof failureBody>;
export type LogGroupsBody = z.infer<typeof logGroupsBody>;
export type RemovalPlanBody = z.infer<typeof removalPlanBody>;
export type PersonBody = z.infer<typeof personBody>;
export type KeyBody = z.infer<typeof keyBody>;
export type KeyCreatedBody = z.infer<typeof keyCreatedBody>;
export type GrantBody = z.infer<typeof grantBody>;
export type AuditBody = z.infer<typeof auditBody>;
export type RedactionCountsBody = z.infer<typeof redactionCountsBody>;
export type RedactionExplainBody = z.infer<typeof redactionExplainBody>;
export type SystemBody = z.infer<typeof systemBody>;
export type LogStreamBody = z.infer<typeof logStreamBody>;
