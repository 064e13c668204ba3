import { z } from '@hono/zod-openapi';

/** One event of error tracking as the API tells it: the shape of docs/formats, times in milliseconds since 1970. */
const json = z.record(z.string(), z.unknown());
const texts = z.record(z.string(), z.string());
const pairs = z.array(z.tuple([z.string(), z.string()]));

export const levelSchema = z.enum(['fatal', 'error', 'warning', 'info', 'debug']);
export const eventTypeSchema = z.enum(['error', 'message', 'csp', 'hpkp', 'expect-ct', 'expect-staple', 'nel']);

export const frameBody = z.object({
  filename: z.string(),
  absPath: z.string(),
  module: z.string(),
  package: z.string(),
  function: z.string(),
  rawFunction: z.string(),
  platform: z.string(),
  lineno: z.number().optional(),
  colno: z.number().optional(),
  inApp: z.boolean().optional(),
  preContext: z.array(z.string()),
  contextLine: z.string().optional(),
  postContext: z.array(z.string()),
  /** Locals. */
  vars: json.optional(),
  instructionAddr: z.string().optional(),
  sourceMap: z.string().optional(),
  data: json.optional(),
});
/** Oldest call first. */
export const stacktraceBody = z.object({
  frames: z.array(frameBody),
  framesOmitted: z.tuple([z.number(), z.number()]).optional(),
});
export const exceptionBody = z.object({
  type: z.string(),
  value: z.string(),
  module: z.string(),
  threadId: z.string().optional(),
  mechanism: z.object({
    type: z.string(),
    handled: z.boolean().optional(),
    synthetic: z.boolean(),
    exceptionId: z.number().optional(),
    parentId: z.number().optional(),
    isExceptionGroup: z.boolean(),
    source: z.string().optional(),
    data: json.optional(),
    meta: json.optional(),
  }),
  stacktrace: stacktraceBody.optional(),
  /** Before source maps were applied. */
  rawStacktrace: stacktraceBody.optional(),
});
export const breadcrumbBody = z.object({
  timeMs: z.number().optional(),
  type: z.string(),
  category: z.string(),
  level: z.string(),
  message: z.string(),
  data: json.optional(),
});

export const eventBody = z.object({
  eventId: z.string(),
  projectId: z.string(),
  type: eventTypeSchema,
  timeMs: z.number(),
  receivedMs: z.number(),
  platform: z.string(),
  level: levelSchema,
  logger: z.string(),
  transaction: z.string(),
  serverName: z.string(),
  release: z.string(),
  dist: z.string(),
  environment: z.string(),
  message: z
    .object({ formatted: z.string(), template: z.string().optional(), params: z.unknown().optional() })
    .optional(),
  /** Oldest cause first: the last one is what was caught. */
  exceptions: z.array(exceptionBody),
  threads: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      crashed: z.boolean(),
      current: z.boolean(),
      stacktrace: stacktraceBody.optional(),
    }),
  ),
  stacktrace: stacktraceBody.optional(),
  template: z
    .object({
      filename: z.string(),
      absPath: z.string(),
      lineno: z.number().optional(),
      contextLine: z.string().optional(),
    })
    .optional(),
  report: json.optional(),
  fingerprint: z.array(z.string()).optional(),
  checksum: z.string().optional(),
  user: z
    .object({
      id: z.string().optional(),
      email: z.string().optional(),
      username: z.string().optional(),
      ip: z.string().optional(),
      name: z.string().optional(),
      geo: json.optional(),
      data: json.optional(),
    })
    .optional(),
  request: z
    .object({
      url: z.string(),
      method: z.string(),
      query: pairs,
      headers: pairs,
      cookies: pairs,
      body: z.unknown().optional(),
      env: json.optional(),
    })
    .optional(),
  breadcrumbs: z.array(breadcrumbBody),
  tags: texts,
  contexts: z.record(z.string(), json),
  extra: json,
  modules: texts,
  sdk: z.object({ name: z.string(), version: z.string() }),
  traceId: z.string(),
  spanId: z.string(),
  debugImages: z.array(
    z.object({
      type: z.string(),
      debugId: z.string(),
      codeFile: z.string(),
      data: json,
    }),
  ),
  /** What was repaired or cut. */
  remarks: z.array(z.object({ field: z.string(), reason: z.string() })),
  other: json,
});

/** A node of "why is this here". */
export interface GroupingComponentBody {
  readonly id: string;
  readonly contributes: boolean;
  readonly hint?: string | undefined;
  readonly values: readonly (string | GroupingComponentBody)[];
}
// The schema of a tree names itself, which the description of the API does not; the type does.
const groupingComponent = json as unknown as z.ZodType<GroupingComponentBody>;

export const groupingBody = z.object({
  version: z.string(),
  /** Primary first. */
  hashes: z.array(z.string()),
  variants: z.array(
    z.object({
      id: z.string(),
      contributes: z.boolean(),
      hint: z.string().optional(),
      hash: z.string().optional(),
      component: groupingComponent,
    }),
  ),
  title: z.string(),
  titleType: z.string(),
  titleValue: z.string(),
  culprit: z.string(),
  /** Which frames are in app after the rules, by exception (or thread) and frame index. */
  inApp: z.array(z.array(z.boolean())),
  matchedRule: z.string().optional(),
});

export const attachmentBody = z.object({
  id: z.string(),
  filename: z.string(),
  contentType: z.string(),
  attachmentType: z.string(),
  bytes: z.number(),
  receivedMs: z.number(),
  /** False for bytes in which secrets could not be looked for. */
  isRedacted: z.boolean(),
});

export const feedbackBody = z.object({
  feedbackId: z.string(),
  projectId: z.string(),
  issueId: z.string().optional(),
  eventId: z.string().optional(),
  timeMs: z.number(),
  name: z.string(),
  email: z.string(),
  message: z.string(),
  url: z.string(),
  source: z.string(),
  environment: z.string(),
  release: z.string(),
  traceId: z.string().optional(),
  replayId: z.string().optional(),
});

export const eventViewBody = z.object({
  event: eventBody,
  title: z.string(),
  culprit: z.string(),
  grouping: groupingBody,
  attachments: z.array(attachmentBody),
  feedback: z.array(feedbackBody),
  /** Event ids of the neighbours in time. */
  previous: z.string().optional(),
  next: z.string().optional(),
  oldest: z.string(),
  latest: z.string(),
});

export type FrameBody = z.infer<typeof frameBody>;
export type StacktraceBody = z.infer<typeof stacktraceBody>;
export type ExceptionBody = z.infer<typeof exceptionBody>;
export type BreadcrumbBody = z.infer<typeof breadcrumbBody>;
export type EventBody = z.infer<typeof eventBody>;
export type GroupingBody = z.infer<typeof groupingBody>;
export type AttachmentBody = z.infer<typeof attachmentBody>;
export type FeedbackBody = z.infer<typeof feedbackBody>;
export type EventViewBody = z.infer<typeof eventViewBody>;
