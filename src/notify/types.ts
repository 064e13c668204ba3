import type { Actor } from '../access/index.ts';

/**
 * The words of notify. An alert is something that people must know of; who raises it (an alarm, a drill, a stream that
 * stopped, an error group) gives it a key, and raises the same key again while it lasts.
 */
export const ALERT_SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

export interface AlertInput {
  /** Same key, same alert: `alarm:cpu-high`, `backup-stream:orders`. At most 256 characters. */
  readonly key: string;
  readonly state: 'firing' | 'resolved';
  readonly severity: AlertSeverity;
  /** The area that raises it: `alarm`, `backup`, `drill`, `notify`, `errors`, … */
  readonly source: string;
  /** One line; redacted before it is stored. */
  readonly title: string;
  /** Plain text, what happened and what to do; redacted before it is stored. */
  readonly body: string;
  /** For routes, grouping and silences. */
  readonly labels: Readonly<Record<string, string>>;
  /** A page of the console: `/alarms/cpu-high`. */
  readonly path?: string;
  /** When it began or ended, at the source. */
  readonly atMs: number;
  /**
   * Names this one raise (a change of state), at most 64 characters. A source that keeps an outbox raises again after a
   * crash, because it cannot know whether the first call was durable: a raise whose id this key took last is answered
   * as done, and changes and sends nothing. Sources raise the changes of one key one after the other.
   */
  readonly id?: string;
}

/** What the areas that raise alerts are given. Resolves when the alert is durable; sending goes on by itself. */
export interface Alerting {
  readonly raise: (alert: AlertInput) => Promise<void>;
}

/** An alert as it is stored. */
export interface Alert {
  readonly key: string;
  readonly state: 'firing' | 'resolved';
  readonly severity: AlertSeverity;
  readonly source: string;
  readonly title: string;
  readonly body: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly path?: string;
  /** Names this firing until it is resolved; the next firing of the same key has another. */
  readonly episode: string;
  /** When the last firing began, and when it ended. */
  readonly firedMs: number;
  readonly resolvedMs?: number;
  /** When it was last raised, by the clock of Holdfast. */
  readonly seenMs: number;
  readonly acknowledged?: { readonly atMs: number; readonly by: string; readonly note: string };
  /** When the last notification that tells of it was written for sending. */
  readonly notifiedMs?: number;
}

/** An alert as people see it. */
export interface AlertView extends Alert {
  /** Ids of the silences that hold it back now. */
  readonly silencedBy: readonly string[];
}

export interface AlertEvent {
  readonly type: 'fired' | 'resolved' | 'acknowledged' | 'escalated';
  readonly atMs: number;
  readonly by?: string;
  readonly detail: string;
}

export interface AlertFilter {
  readonly state?: 'firing' | 'resolved';
  readonly severity?: AlertSeverity;
  readonly source?: string;
  readonly limit: number;
}

export interface Matcher {
  /** Name of a label, or `severity`, `source` or `key`. A label that is absent has the empty value. */
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  /** Text, or with `=~` and `!~` an RE2 expression that the whole value has to match. */
  readonly value: string;
}

export interface EscalationStep {
  /** Since the alert fired. */
  readonly afterMs: number;
  readonly channels: readonly string[];
}

export interface Route {
  readonly name: string;
  /** All of them must match; none matches every alert. */
  readonly matchers: readonly Matcher[];
  readonly channels: readonly string[];
  /** Alerts with the same values here share notifications; `severity`, `source` and `key` are possible too. */
  readonly groupBy: readonly string[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  /** Whether later routes are looked at as well when this one matched. */
  readonly continues: boolean;
  readonly escalation: readonly EscalationStep[];
}

/** Routes in their order; `fallback` takes what none of them matched. */
export interface Routing {
  /** Grows by one with every change; a change names the version it goes out from. */
  readonly version: number;
  readonly routes: readonly Route[];
  readonly fallback: Route;
}

export interface Silence {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly comment: string;
  readonly createdBy: string;
  readonly createdMs: number;
  readonly expiredBy?: string;
}

export interface SilenceView extends Silence {
  readonly state: 'active' | 'pending' | 'expired';
}

export type ChannelType = 'email' | 'webhook' | 'slack' | 'pagerduty';

export interface EmailSettings {
  readonly type: 'email';
  readonly host: string;
  readonly port: number;
  /** `starttls` refuses a server that does not offer it; `none` must be asked for, except on loopback. */
  readonly security: 'starttls' | 'tls' | 'none';
  readonly username?: string;
  readonly from: string;
  readonly to: readonly string[];
}
export interface WebhookSettings {
  readonly type: 'webhook';
  /** Addresses may hold tokens: only this part of them is shown. */
  readonly origin: string;
}
export interface SlackSettings {
  readonly type: 'slack';
  readonly origin: string;
}
export interface PagerdutySettings {
  readonly type: 'pagerduty';
  readonly baseUrl: string;
}
export type ChannelSettings = EmailSettings | WebhookSettings | SlackSettings | PagerdutySettings;

/** What is sealed, by type of channel. */
export interface ChannelSecrets {
  readonly url?: string;
  readonly signingSecret?: string;
  readonly password?: string;
  readonly routingKey?: string;
}

export type ChannelRequest = {
  readonly name: string;
  readonly allowPrivate?: boolean;
  /** For probes of Holdfast itself, whose receiver is on this machine; anybody else is refused. */
  readonly allowLoopback?: boolean;
} & (
  | (EmailSettings & { readonly password?: string })
  | { readonly type: 'webhook'; readonly url: string; readonly signingSecret?: string }
  | { readonly type: 'slack'; readonly url: string }
  | { readonly type: 'pagerduty'; readonly routingKey: string; readonly baseUrl?: string }
);

export interface Channel {
  readonly name: string;
  readonly settings: ChannelSettings;
  /** Whether requests may go to private addresses; an administrator's choice when the channel was made. */
  readonly allowPrivate: boolean;
  readonly createdMs: number;
  readonly createdBy: string;
  readonly health: ChannelHealth;
}

export interface ChannelHealth {
  readonly deliveredMs?: number;
  /** Since when no delivery went through; absent while the channel works. */
  readonly failingSinceMs?: number;
  readonly problem?: string;
  /** Notifications that wait to be sent, and those held back because there were too many. */
  readonly waiting: number;
  readonly heldBack: number;
}

/** One delivery of one notification to one channel, each attempt recorded. */
export interface DeliveryAttempt {
  readonly id: string;
  /** Same for all attempts of one notification to one channel. */
  readonly deliveryId: string;
  readonly channel: string;
  readonly kind: NotificationKind;
  readonly alertKeys: readonly string[];
  readonly atMs: number;
  readonly durationMs: number;
  readonly outcome: 'delivered' | 'failed' | 'will-retry';
  /** What the other side answered, without secrets. */
  readonly detail: string;
}

export type NotificationKind = 'alerts' | 'acknowledged' | 'digest' | 'test';

/** What one message tells; stored with the delivery, so that every attempt says the same. */
export interface Notification {
  readonly kind: NotificationKind;
  readonly createdMs: number;
  readonly route: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  /** Worst first; at most NOTIFY_LIMITS.alertsPerMessage. */
  readonly alerts: readonly NotifiedAlert[];
  readonly firingCount: number;
  readonly resolvedCount: number;
  /** True when the message repeats what was told before. */
  readonly isRepeat: boolean;
  /** True when it goes out because nobody acknowledged. */
  readonly isEscalation: boolean;
  /** For a digest: how many notifications were held back, and the worst of them. */
  readonly heldBack?: { readonly count: number; readonly severity: AlertSeverity; readonly titles: readonly string[] };
  readonly acknowledgedBy?: string;
}

export interface NotifiedAlert {
  readonly key: string;
  readonly state: 'firing' | 'resolved';
  readonly severity: AlertSeverity;
  readonly source: string;
  readonly title: string;
  readonly body: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly firedMs: number;
  readonly resolvedMs?: number;
}

export interface Heartbeat {
  readonly isSet: boolean;
  readonly origin?: string;
  readonly allowPrivate: boolean;
  readonly deliveredMs?: number;
  readonly failingSinceMs?: number;
  readonly problem?: string;
}

export interface NotifyStatus {
  readonly firing: number;
  readonly acknowledged: number;
  /** Firing, not acknowledged, and held back by a silence. */
  readonly silenced: number;
  readonly waiting: number;
  readonly oldestWaitingMs?: number;
  readonly failingChannels: readonly string[];
  /** When the loop that groups and sends last went round without an error. */
  readonly loopMs?: number;
  /** False while no route leads to any channel: alerts are stored and nobody is told. */
  readonly tellsAnybody: boolean;
}

export interface AlertVerbs {
  readonly list: (
    actor: Actor,
    filter: AlertFilter,
  ) => Promise<{ readonly alerts: readonly AlertView[]; readonly total: number }>;
  readonly get: (
    actor: Actor,
    key: string,
  ) => Promise<{ readonly alert: AlertView; readonly events: readonly AlertEvent[] }>;
  /** Stops repeats and escalation until it is resolved. Acknowledging twice changes nothing. */
  readonly acknowledge: (actor: Actor, key: string, note?: string) => Promise<AlertView>;
}

export interface SilenceRequest {
  readonly matchers: readonly Matcher[];
  readonly fromMs?: number;
  readonly untilMs: number;
  readonly comment: string;
}

export interface SilenceVerbs {
  readonly list: (actor: Actor) => Promise<readonly SilenceView[]>;
  readonly create: (actor: Actor, request: SilenceRequest) => Promise<SilenceView>;
  readonly expire: (actor: Actor, id: string) => Promise<SilenceView>;
  /** The firing alerts that such a silence would hold back. */
  readonly preview: (actor: Actor, matchers: readonly Matcher[]) => Promise<readonly AlertView[]>;
}

export interface ChannelVerbs {
  readonly list: (actor: Actor) => Promise<readonly Channel[]>;
  /** `signingSecret` is answered once, when Holdfast made it. The first channel becomes that of the fallback route. */
  readonly create: (
    actor: Actor,
    request: ChannelRequest,
  ) => Promise<{ readonly channel: Channel; readonly signingSecret?: string }>;
  readonly remove: (actor: Actor, name: string) => Promise<void>;
  /** Sends a marked message past routes, groups and caps, and answers what came of it. */
  readonly test: (actor: Actor, name: string) => Promise<DeliveryAttempt>;
  /** Newest first. */
  readonly attempts: (
    actor: Actor,
    filter: { readonly channel?: string; readonly limit: number },
  ) => Promise<readonly DeliveryAttempt[]>;
}

export interface RoutingVerbs {
  readonly get: (actor: Actor) => Promise<Routing>;
  /** Replaces all routes at once; `routing.version` names the version that the change goes out from. */
  readonly replace: (actor: Actor, routing: Routing) => Promise<Routing>;
  /** Where an alert with these labels would go. */
  readonly preview: (
    actor: Actor,
    alert: Pick<AlertInput, 'key' | 'severity' | 'source' | 'labels'>,
  ) => Promise<readonly { readonly route: string; readonly channels: readonly string[] }[]>;
}

export interface HeartbeatVerbs {
  readonly get: (actor: Actor) => Promise<Heartbeat>;
  /** Undefined switches it off. */
  readonly set: (
    actor: Actor,
    target: { readonly url: string; readonly allowPrivate?: boolean } | undefined,
  ) => Promise<Heartbeat>;
}

export interface Notify {
  readonly alerting: Alerting;
  readonly alerts: AlertVerbs;
  readonly silences: SilenceVerbs;
  readonly channels: ChannelVerbs;
  readonly routing: RoutingVerbs;
  readonly heartbeat: HeartbeatVerbs;
  readonly status: (actor: Actor) => Promise<NotifyStatus>;
  /** Begins to group, send and ping; what an earlier process left in flight is taken up. */
  readonly start: () => Promise<void>;
  /** Ends after the attempts under way, which their time limits bound. */
  readonly close: () => Promise<void>;
}
