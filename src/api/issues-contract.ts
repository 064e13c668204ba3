import { z } from '@hono/zod-openapi';
import { eventTypeSchema, feedbackBody, levelSchema } from './event-contract.ts';

/**
 * The part of the JSON API about issues; times are milliseconds since 1970. Events have event-contract.ts.
 * - GET /issues, POST /issues/change, GET /issues/{id}
 * - GET /issues/{id}/tags, /histogram, /events, /activity, /hashes; POST /issues/{id}/comments, DELETE /issues/{id}/comments/{activity}
 * - POST /issues/{id}/unmerge; GET /issues/{id}/events/{event} (an id, latest, oldest or recommended)
 * - GET /issues/{id}/events/{event}/attachments/{attachment} (the bytes)
 * - GET /feedback, GET /events/{event} (where an event is), GET /assignees, GET /issue-pipeline
 */
export const issueStatusSchema = z.enum(['unresolved', 'resolved', 'ignored']);
export const issueSubstatusSchema = z.enum([
  'new',
  'ongoing',
  'regressed',
  'escalating',
  'until-escalating',
  'until-condition',
  'forever',
]);
export const issuePrioritySchema = z.enum(['high', 'medium', 'low']);

const resolution = z.discriminatedUnion('type', [
  z.object({ type: z.literal('now'), atMs: z.number(), by: z.string() }),
  z.object({ type: z.literal('in-release'), release: z.string(), atMs: z.number(), by: z.string() }),
  /** The release that was newest when it was said. */
  z.object({ type: z.literal('in-next-release'), after: z.string(), atMs: z.number(), by: z.string() }),
  z.object({ type: z.literal('by-age'), atMs: z.number() }),
]);
/** What ends an ignore; the first that comes true. None of them: for ever. */
export const ignoreConditionBody = z.object({
  untilEscalating: z.boolean().optional(),
  untilMs: z.number().optional(),
  count: z.number().int().optional(),
  countWindowMs: z.number().int().optional(),
  users: z.number().int().optional(),
  usersWindowMs: z.number().int().optional(),
});

export const issueBody = z.object({
  id: z.string(),
  /** `SHOP-1F`, for people. */
  shortId: z.string(),
  projectId: z.string(),
  status: issueStatusSchema,
  substatus: issueSubstatusSchema.optional(),
  priority: issuePrioritySchema,
  level: levelSchema,
  type: eventTypeSchema,
  platform: z.string(),
  title: z.string(),
  titleType: z.string(),
  titleValue: z.string(),
  culprit: z.string(),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  firstRelease: z.string(),
  lastRelease: z.string(),
  timesSeen: z.number(),
  handled: z.boolean(),
  assignee: z.object({ type: z.literal('person'), id: z.string(), name: z.string() }).optional(),
  resolution: resolution.optional(),
  ignore: ignoreConditionBody.optional(),
  commentCount: z.number(),
  feedbackCount: z.number(),
  /** Grows with every change; sent back with a change, it is refused when somebody was faster. */
  revision: z.number().optional(),
});

export const issuesQuery = z.object({
  /** `is:unresolved level:error user.email:a@b.c "text"`; docs/issues.md has the language. */
  query: z.string().max(2_000).optional(),
  /** May be given several times. */
  project: z.union([z.string(), z.array(z.string())]).optional(),
  environment: z.string().optional(),
  /** The last 14 days when absent. */
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
  sort: z.enum(['last-seen', 'first-seen', 'events', 'users', 'trend']).optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});
export const issueListedBody = z.object({
  issue: issueBody,
  /** In the asked range and environment. */
  events: z.number(),
  users: z.number(),
  /** Events in equal steps over the range. */
  trend: z.array(z.number()),
});
export const issuesBody = z.object({
  issues: z.array(issueListedBody),
  next: z.string().optional(),
  total: z.number(),
});

export const issueRangeQuery = z.object({
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
});
export const issueTagsBody = z.object({
  tags: z.array(
    z.object({
      key: z.string(),
      total: z.number(),
      /** Most frequent first. */
      values: z.array(z.object({ value: z.string(), count: z.number(), lastSeenMs: z.number() })),
    }),
  ),
});
export const issueHistogramQuery = issueRangeQuery.extend({
  steps: z.coerce.number().int().min(1).max(500).optional(),
  environment: z.string().optional(),
});
export const issueHistogramBody = z.object({
  timesMs: z.array(z.number()),
  events: z.array(z.number()),
  users: z.array(z.number()),
});

export const issueEventsQuery = issueRangeQuery.extend({
  query: z.string().max(2_000).optional(),
  /** The event id that the page before ended with. */
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});
export const eventListedBody = z.object({
  projectId: z.string(),
  eventId: z.string(),
  timeMs: z.number(),
  receivedMs: z.number(),
  type: eventTypeSchema,
  level: levelSchema,
  platform: z.string(),
  title: z.string(),
  culprit: z.string(),
  message: z.string(),
  transaction: z.string(),
  release: z.string(),
  dist: z.string(),
  environment: z.string(),
  serverName: z.string(),
  /** `id:7`, `email:…`, `username:…` or `ip:…`; empty when nothing is known. */
  userKey: z.string(),
  handled: z.boolean(),
  traceId: z.string(),
  spanId: z.string(),
  sdk: z.string(),
  tags: z.record(z.string(), z.string()),
});
export const issueEventsBody = z.object({ events: z.array(eventListedBody), next: z.string().optional() });

export const issueChange = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('resolve'),
    in: z.union([z.enum(['now', 'next-release']), z.object({ release: z.string() })]).optional(),
  }),
  z.object({ type: z.literal('unresolve') }),
  z.object({ type: z.literal('ignore'), condition: ignoreConditionBody }),
  z.object({ type: z.literal('assign'), personId: z.string().nullable() }),
  z.object({ type: z.literal('priority'), priority: issuePrioritySchema }),
  /** The first id keeps; the others become part of it. */
  z.object({ type: z.literal('merge') }),
  z.object({ type: z.literal('delete') }),
]);
export const issueChangeBody = z.object({
  ids: z.array(z.string()).min(1).max(200),
  change: issueChange,
  /** By id, as they were read. */
  revisions: z.record(z.string(), z.number()).optional(),
});
/** As they are then: of a merge the keeper alone, of a deletion none. */
export const issueChangedBody = z.object({ issues: z.array(issueBody) });

export const issueActivityBody = z.object({
  id: z.string(),
  issueId: z.string(),
  atMs: z.number(),
  type: z.string(),
  by: z.string(),
  /** A comment has `text`. */
  detail: z.record(z.string(), z.unknown()),
});
export const issueActivitiesBody = z.object({ activity: z.array(issueActivityBody) });
export const issueCommentBody = z.object({ text: z.string().min(1).max(10_000) });

export const issueHashBody = z.object({
  hash: z.string(),
  version: z.string(),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  timesSeen: z.number(),
  title: z.string(),
  latestEventId: z.string().optional(),
});
export const issueHashesBody = z.object({ hashes: z.array(issueHashBody) });
export const issueUnmergeBody = z.object({ hashes: z.array(z.string()).min(1).max(1_000) });

export const feedbackQuery = z.object({
  projectId: z.string().optional(),
  issueId: z.string().optional(),
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});
export const feedbackListBody = z.object({ feedback: z.array(feedbackBody) });

/** For links from logs and traces, which know an event's id. */
export const eventPlaceBody = z.object({ issueId: z.string(), eventId: z.string() });
/** Who an issue can be assigned to. */
export const assigneesBody = z.object({
  people: z.array(z.object({ id: z.string(), name: z.string(), email: z.string() })),
});

/** How far processing is behind what was accepted. */
export const issuePipelineBody = z.object({
  /** `blind`: events are taken and kept, but not seen as they happen; `reason` says what holds them up. */
  state: z.enum(['stopped', 'running', 'blind']),
  reason: z.string(),
  /** Events that are accepted and not queryable yet. */
  queued: z.number(),
  /** How long the oldest of them waits; 0 when none does. */
  lagMs: z.number(),
  /** Share of the queue that is used, 0 to 1. */
  load: z.number(),
  /** Events since start. */
  processed: z.number(),
});

export type IssueBody = z.infer<typeof issueBody>;
export type IssueListedBody = z.infer<typeof issueListedBody>;
export type IssuesBody = z.infer<typeof issuesBody>;
export type IssueTagsBody = z.infer<typeof issueTagsBody>;
export type IssueHistogramBody = z.infer<typeof issueHistogramBody>;
export type EventListedBody = z.infer<typeof eventListedBody>;
export type IssueEventsBody = z.infer<typeof issueEventsBody>;
export type IssueChangeBody = z.infer<typeof issueChange>;
export type IssueChangedBody = z.infer<typeof issueChangedBody>;
export type IgnoreConditionBody = z.infer<typeof ignoreConditionBody>;
export type IssueActivityBody = z.infer<typeof issueActivityBody>;
export type IssueActivitiesBody = z.infer<typeof issueActivitiesBody>;
export type IssueHashBody = z.infer<typeof issueHashBody>;
export type IssueHashesBody = z.infer<typeof issueHashesBody>;
export type FeedbackListBody = z.infer<typeof feedbackListBody>;
export type EventPlaceBody = z.infer<typeof eventPlaceBody>;
export type AssigneesBody = z.infer<typeof assigneesBody>;
export type IssuePipelineBody = z.infer<typeof issuePipelineBody>;
