import { z } from '@hono/zod-openapi';

/**
 * The part of the JSON API about monitors of scheduled jobs; times are milliseconds since 1970.
 * - GET|POST /monitors, POST /monitors/preview, GET|PATCH|DELETE /monitors/{id}
 * - GET /monitors/{id}/check-ins, GET /monitors/{id}/timeline, DELETE /monitors/{id}/environments/{environment}
 */
/** `unknown`: Holdfast was not running when the check-in would have come, so nobody can tell. */
export const checkInStatusSchema = z.enum(['in-progress', 'ok', 'error', 'missed', 'timeout', 'unknown']);
/** `waiting`: it has not checked in yet. */
export const monitorStateSchema = z.enum(['waiting', ...checkInStatusSchema.options]);

export const monitorScheduleBody = z.discriminatedUnion('type', [
  /** `0 3 * * *` */
  z.object({ type: z.literal('crontab'), value: z.string().max(200) }),
  z.object({
    type: z.literal('interval'),
    value: z.number().int().min(1),
    unit: z.enum(['year', 'month', 'week', 'day', 'hour', 'minute']),
  }),
]);
export const monitorSettingsBody = z.object({
  name: z.string().max(200),
  schedule: monitorScheduleBody,
  /** IANA name. */
  timezone: z.string().max(64),
  /** How long after its time a check-in is missed. */
  checkInMarginMinutes: z.number().int().min(1),
  /** How long a run may be in progress. */
  maxRuntimeMinutes: z.number().int().min(1),
  /** So many failures in a row alarm. */
  failureThreshold: z.number().int().min(1),
  /** So many successes in a row end it. */
  recoveryThreshold: z.number().int().min(1),
});
export const monitorEnvironmentBody = z.object({
  name: z.string(),
  state: monitorStateSchema,
  lastCheckInMs: z.number().optional(),
  nextCheckInMs: z.number().optional(),
  /** From the failure threshold until the recovery threshold; people were told unless it is muted. */
  isFailing: z.boolean(),
  failingSinceMs: z.number().optional(),
  failuresInRow: z.number(),
  successesInRow: z.number(),
});
export const monitorBody = monitorSettingsBody.extend({
  /** `<project id>.<slug>`. */
  id: z.string(),
  projectId: z.string(),
  slug: z.string(),
  createdMs: z.number(),
  /** Who last said the configuration. */
  configuredBy: z.enum(['sdk', 'person']),
  /** Why the newest configuration of an SDK was not taken. */
  configProblem: z.string().optional(),
  /** Runs are recorded, and nobody is told. */
  isMuted: z.boolean(),
  mutedUntilMs: z.number().optional(),
  environments: z.array(monitorEnvironmentBody),
});
/** Counts of check-ins in equal steps, for the timeline. */
export const timelineBody = z.object({
  environment: z.string(),
  steps: z.array(
    z.object({
      startMs: z.number(),
      ok: z.number(),
      error: z.number(),
      missed: z.number(),
      timeout: z.number(),
      inProgress: z.number(),
      unknown: z.number(),
    }),
  ),
});
export const monitorsQuery = z.object({
  projectId: z.string().optional(),
  /** Timelines come with the list when both are given. */
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
  steps: z.coerce.number().int().min(1).max(200).optional(),
});
export const monitorsBody = z.object({
  monitors: z.array(z.object({ monitor: monitorBody, timelines: z.array(timelineBody) })),
});
export const monitorCreateBody = monitorSettingsBody
  .omit({ name: true, schedule: true })
  .partial()
  .extend({
    projectId: z.string(),
    name: z.string().max(200),
    /** Made of the name when absent. */
    slug: z.string().max(50).optional(),
    schedule: monitorScheduleBody,
  });
export const monitorChangeBody = monitorSettingsBody
  .partial()
  .extend({ isMuted: z.boolean().optional(), mutedUntilMs: z.number().int().optional() });

export const checkInBody = z.object({
  id: z.string(),
  environment: z.string(),
  status: checkInStatusSchema,
  /** When it was due; absent for one out of turn. */
  expectedMs: z.number().optional(),
  startedMs: z.number(),
  durationMs: z.number().optional(),
  release: z.string().optional(),
  traceId: z.string().optional(),
});
export const checkInsQuery = z.object({
  environment: z.string().optional(),
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});
export const checkInsBody = z.object({
  /** Newest first. */
  checkIns: z.array(checkInBody),
  next: z.string().optional(),
});
export const timelineQuery = z.object({
  fromMs: z.coerce.number().int(),
  toMs: z.coerce.number().int(),
  steps: z.coerce.number().int().min(1).max(200).optional(),
});
export const timelinesBody = z.object({ timelines: z.array(timelineBody) });
/** The next times of a schedule, before it is saved. */
export const schedulePreviewBody = z.object({ schedule: monitorScheduleBody, timezone: z.string().max(64) });
export const schedulePreviewedBody = z.object({ nextMs: z.array(z.number()) });

export type MonitorBody = z.infer<typeof monitorBody>;
export type MonitorScheduleBody = z.infer<typeof monitorScheduleBody>;
export type MonitorsBody = z.infer<typeof monitorsBody>;
export type MonitorCreateBody = z.infer<typeof monitorCreateBody>;
export type MonitorChangeBody = z.infer<typeof monitorChangeBody>;
export type CheckInBody = z.infer<typeof checkInBody>;
export type CheckInsBody = z.infer<typeof checkInsBody>;
export type TimelineBody = z.infer<typeof timelineBody>;
export type TimelinesBody = z.infer<typeof timelinesBody>;
export type SchedulePreviewedBody = z.infer<typeof schedulePreviewedBody>;
