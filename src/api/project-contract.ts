import { z } from '@hono/zod-openapi';

/**
 * The part of the JSON API about projects of error tracking; times are milliseconds since 1970.
 * - GET /projects, POST /projects, GET|PATCH|DELETE /projects/{project} (id or slug; DELETE with ?confirm=<name>)
 * - GET|POST /projects/{project}/keys, PATCH /projects/{project}/keys/{publicKey}
 * - GET /projects/{project}/outcomes, POST /projects/{project}/grouping/try
 */
export const dataCategorySchema = z.enum([
  'error',
  'transaction',
  'span',
  'log_item',
  'monitor',
  'session',
  'attachment',
  'profile',
  'replay',
  'feedback',
  'trace_metric',
  'security',
  'default',
  'internal',
]);

export const projectSettingsBody = z.object({
  retentionDays: z.number().int(),
  groupingVersion: z.string(),
  /** The algorithm before, asked too until then, so that issues that exist are found. */
  previousGroupingVersion: z.string().optional(),
  previousUntilMs: z.number().optional(),
  fingerprintRules: z.string(),
  enhancementRules: z.string(),
  /** Origins of browsers that may send; `*` for any. */
  allowedOrigins: z.array(z.string()),
  /** Per minute; a category that is absent has the default of the edge. */
  limitsPerMinute: z.partialRecord(dataCategorySchema, z.number().int()),
  keeps: z.object({
    attachments: z.boolean(),
    replays: z.boolean(),
    profiles: z.boolean(),
    minidumps: z.boolean(),
  }),
  /** Issues not seen for so long are resolved by themselves; 0 never. */
  resolveAfterDays: z.number().int(),
});

export const projectBody = z.object({
  /** Decimal digits, as DSNs have it. */
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  platform: z.string(),
  createdMs: z.number(),
  isInternal: z.boolean(),
  settings: projectSettingsBody,
  /** Of the last 24 hours. */
  acceptedLastDay: z.number(),
  refusedLastDay: z.number(),
  /** When an event was accepted last; absent before the first one. */
  lastAcceptedMs: z.number().optional(),
});
export const projectsBody = z.object({
  projects: z.array(projectBody),
  /** For the settings page. */
  groupingVersions: z.array(z.string()),
  /** What the edge allows per minute where a project says nothing. */
  defaultLimitsPerMinute: z.partialRecord(dataCategorySchema, z.number()),
});
export const projectsQuery = z.object({ internal: z.enum(['true', 'false']).optional() });

export const projectCreateBody = z.object({
  name: z.string().max(200),
  /** Made of the name when absent. */
  slug: z.string().max(64).optional(),
  platform: z.string().max(64).optional(),
});
export const projectKeyBody = z.object({
  projectId: z.string(),
  publicKey: z.string(),
  label: z.string(),
  isActive: z.boolean(),
  createdMs: z.number(),
  lastUsedMs: z.number().optional(),
  /** What an SDK is given. */
  dsn: z.string(),
  /** Where browsers report policies to. */
  securityUrl: z.string(),
});
export const projectKeysBody = z.object({ keys: z.array(projectKeyBody) });
export const projectKeyCreateBody = z.object({ label: z.string().max(200).optional() });
export const projectKeyChangeBody = z.object({
  label: z.string().max(200).optional(),
  isActive: z.boolean().optional(),
});
export const projectCreatedBody = z.object({ project: projectBody, key: projectKeyBody });
export const projectChangeBody = z.object({
  name: z.string().max(200).optional(),
  slug: z.string().max(64).optional(),
  platform: z.string().max(64).optional(),
  /** Only what changes; lists and texts are replaced whole. */
  settings: projectSettingsBody.omit({ previousGroupingVersion: true, previousUntilMs: true }).partial().optional(),
});
/** The name, typed again: deleting a project takes its issues and events with it. */
export const projectDeleteQuery = z.object({ confirm: z.string() });

export const outcomeSchema = z.enum([
  'accepted',
  'rate-limited',
  'filtered',
  'invalid',
  'duplicate',
  'client-discard',
  'unknown',
]);
export const outcomesQuery = z.object({
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
});
export const outcomesBody = z.object({
  /** Starts of the steps, an hour each, or a day in ranges over a week. */
  timesMs: z.array(z.number()),
  stepMs: z.number(),
  series: z.array(
    z.object({
      category: dataCategorySchema,
      itemType: z.string(),
      outcome: outcomeSchema,
      reason: z.string(),
      total: z.number(),
      /** One for each of timesMs. */
      quantities: z.array(z.number()),
    }),
  ),
});

export const groupingTryBody = z.object({
  groupingVersion: z.string().optional(),
  fingerprintRules: z.string().optional(),
  enhancementRules: z.string().optional(),
  /** At most so many of the newest stored events are grouped anew. */
  events: z.number().int().min(1).max(500).optional(),
});
export const ruleMistakeBody = z.object({
  rules: z.enum(['fingerprint', 'enhancement']),
  /** Both start at 1. */
  line: z.number(),
  column: z.number(),
  message: z.string(),
  hint: z.string(),
});
const triedIssue = z.object({ id: z.string(), shortId: z.string(), title: z.string() });
const triedGroup = z.object({
  /** The issue that has the hash already; absent where a new issue would begin. */
  issue: triedIssue.optional(),
  hash: z.string(),
  title: z.string(),
  events: z.number(),
  exampleEventId: z.string(),
});
/** What would become of stored events; nothing is changed. With mistakes nothing was tried and all numbers are 0. */
export const groupingTriedBody = z.object({
  mistakes: z.array(ruleMistakeBody),
  /** Stored events that were grouped anew, and their issues. */
  events: z.number(),
  issues: z.number(),
  /** Issues for which nothing changes. */
  staying: z.number(),
  /** Issues whose events stay together under another hash: the next event begins a new issue. */
  renewed: z.number(),
  splitting: z.number(),
  merging: z.number(),
  /** Events that would come to another issue than the one that they are in. */
  movedEvents: z.number(),
  /** The largest first. */
  splits: z.array(z.object({ issue: triedIssue, into: z.array(triedGroup) })),
  merges: z.array(
    z.object({
      into: triedGroup,
      from: z.array(z.object({ issue: triedIssue, events: z.number(), exampleEventId: z.string() })),
    }),
  ),
});

export type ProjectBody = z.infer<typeof projectBody>;
export type ProjectsBody = z.infer<typeof projectsBody>;
export type ProjectSettingsBody = z.infer<typeof projectSettingsBody>;
export type ProjectCreateBody = z.infer<typeof projectCreateBody>;
export type ProjectCreatedBody = z.infer<typeof projectCreatedBody>;
export type ProjectChangeBody = z.infer<typeof projectChangeBody>;
export type ProjectKeyBody = z.infer<typeof projectKeyBody>;
export type ProjectKeysBody = z.infer<typeof projectKeysBody>;
export type OutcomesBody = z.infer<typeof outcomesBody>;
export type GroupingTryBody = z.infer<typeof groupingTryBody>;
export type GroupingTriedBody = z.infer<typeof groupingTriedBody>;
