import { z } from '@hono/zod-openapi';

/** The part of the JSON API about alerts and notifications; times are milliseconds since 1970. */
export const severitySchema = z.enum(['critical', 'high', 'medium', 'low', 'info']);
const labels = z.record(z.string(), z.string());
const matcher = z.object({
  /** A label, or `severity`, `source` or `key`. */
  label: z.string(),
  operator: z.enum(['=', '!=', '=~', '!~']),
  value: z.string(),
});

export const alertBody = z.object({
  key: z.string(),
  state: z.enum(['firing', 'resolved']),
  severity: severitySchema,
  source: z.string(),
  title: z.string(),
  body: z.string(),
  labels,
  /** A page of the console. */
  path: z.string().optional(),
  firedMs: z.number(),
  resolvedMs: z.number().optional(),
  seenMs: z.number(),
  acknowledged: z.object({ atMs: z.number(), by: z.string(), note: z.string() }).optional(),
  /** When the last notification that tells of it was decided on. */
  notifiedMs: z.number().optional(),
  /** Ids of the silences that hold it back now. */
  silencedBy: z.array(z.string()),
});
export const alertsBody = z.object({ alerts: z.array(alertBody), total: z.number() });
export const alertDetailBody = z.object({
  alert: alertBody,
  events: z.array(
    z.object({
      type: z.enum(['fired', 'resolved', 'acknowledged', 'escalated']),
      atMs: z.number(),
      by: z.string().optional(),
      detail: z.string(),
    }),
  ),
});
export const acknowledgeBody = z.object({ note: z.string().optional() });
export const alertFilterQuery = z.object({
  state: z.enum(['firing', 'resolved']).optional(),
  severity: severitySchema.optional(),
  source: z.string().optional(),
  limit: z.coerce.number().int().optional(),
});

export const silenceBody = z.object({
  id: z.string(),
  matchers: z.array(matcher),
  fromMs: z.number(),
  untilMs: z.number(),
  comment: z.string(),
  createdBy: z.string(),
  createdMs: z.number(),
  expiredBy: z.string().optional(),
  state: z.enum(['active', 'pending', 'expired']),
});
export const silencesBody = z.object({ silences: z.array(silenceBody) });
export const silenceCreateBody = z.object({
  matchers: z.array(matcher),
  fromMs: z.number().int().optional(),
  untilMs: z.number().int(),
  comment: z.string(),
});
export const silencePreviewBody = z.object({ matchers: z.array(matcher) });

const emailSettings = z.object({
  type: z.literal('email'),
  host: z.string(),
  port: z.number().int(),
  security: z.enum(['starttls', 'tls', 'none']),
  username: z.string().optional(),
  from: z.string(),
  to: z.array(z.string()),
});
export const channelBody = z.object({
  name: z.string(),
  settings: z.discriminatedUnion('type', [
    emailSettings,
    z.object({ type: z.literal('webhook'), origin: z.string() }),
    z.object({ type: z.literal('slack'), origin: z.string() }),
    z.object({ type: z.literal('pagerduty'), baseUrl: z.string() }),
  ]),
  allowPrivate: z.boolean(),
  createdMs: z.number(),
  createdBy: z.string(),
  health: z.object({
    deliveredMs: z.number().optional(),
    failingSinceMs: z.number().optional(),
    problem: z.string().optional(),
    waiting: z.number(),
    heldBack: z.number(),
  }),
});
export const channelsBody = z.object({ channels: z.array(channelBody) });
const channelName = z.object({ name: z.string(), allowPrivate: z.boolean().optional() });
export const channelCreateBody = z.discriminatedUnion('type', [
  channelName.extend({ ...emailSettings.shape, password: z.string().optional() }),
  channelName.extend({ type: z.literal('webhook'), url: z.string(), signingSecret: z.string().optional() }),
  channelName.extend({ type: z.literal('slack'), url: z.string() }),
  channelName.extend({ type: z.literal('pagerduty'), routingKey: z.string(), baseUrl: z.string().optional() }),
]);
export const channelCreatedBody = z.object({
  channel: channelBody,
  /** Shown this once, when Holdfast made it. */
  signingSecret: z.string().optional(),
});
export const attemptBody = z.object({
  id: z.string(),
  deliveryId: z.string(),
  channel: z.string(),
  kind: z.enum(['alerts', 'acknowledged', 'digest', 'test']),
  alertKeys: z.array(z.string()),
  atMs: z.number(),
  durationMs: z.number(),
  outcome: z.enum(['delivered', 'failed', 'will-retry']),
  detail: z.string(),
});
export const attemptsBody = z.object({ attempts: z.array(attemptBody) });
export const attemptsQuery = z.object({
  channel: z.string().optional(),
  limit: z.coerce.number().int().optional(),
});

const route = z.object({
  name: z.string(),
  matchers: z.array(matcher),
  channels: z.array(z.string()),
  groupBy: z.array(z.string()),
  groupWaitMs: z.number().int(),
  groupIntervalMs: z.number().int(),
  repeatIntervalMs: z.number().int(),
  continues: z.boolean(),
  escalation: z.array(z.object({ afterMs: z.number().int(), channels: z.array(z.string()) })),
});
export const routingBody = z.object({
  /** The version that a change goes out from. */
  version: z.number().int(),
  routes: z.array(route),
  fallback: route,
});
export const routingPreviewBody = z.object({ key: z.string(), severity: severitySchema, source: z.string(), labels });
export const routingPreviewedBody = z.object({
  targets: z.array(z.object({ route: z.string(), channels: z.array(z.string()) })),
});

export const heartbeatBody = z.object({
  isSet: z.boolean(),
  origin: z.string().optional(),
  allowPrivate: z.boolean(),
  deliveredMs: z.number().optional(),
  failingSinceMs: z.number().optional(),
  problem: z.string().optional(),
});
export const heartbeatSetBody = z.object({ url: z.string(), allowPrivate: z.boolean().optional() });

export const notifyStatusBody = z.object({
  firing: z.number(),
  acknowledged: z.number(),
  /** Firing, not acknowledged, and held back by a silence. */
  silenced: z.number(),
  waiting: z.number(),
  oldestWaitingMs: z.number().optional(),
  failingChannels: z.array(z.string()),
  loopMs: z.number().optional(),
  /** False while no route leads to any channel. */
  tellsAnybody: z.boolean(),
});

export type AlertBody = z.infer<typeof alertBody>;
export type AlertsBody = z.infer<typeof alertsBody>;
export type AlertDetailBody = z.infer<typeof alertDetailBody>;
export type MatcherBody = z.infer<typeof matcher>;
export type SilenceBody = z.infer<typeof silenceBody>;
export type SilencesBody = z.infer<typeof silencesBody>;
export type SilenceCreateBody = z.infer<typeof silenceCreateBody>;
export type ChannelBody = z.infer<typeof channelBody>;
export type ChannelsBody = z.infer<typeof channelsBody>;
export type ChannelCreateBody = z.infer<typeof channelCreateBody>;
export type ChannelCreatedBody = z.infer<typeof channelCreatedBody>;
export type AttemptBody = z.infer<typeof attemptBody>;
export type AttemptsBody = z.infer<typeof attemptsBody>;
export type RouteBody = z.infer<typeof route>;
export type RoutingBody = z.infer<typeof routingBody>;
export type HeartbeatBody = z.infer<typeof heartbeatBody>;
export type NotifyStatusBody = z.infer<typeof notifyStatusBody>;
