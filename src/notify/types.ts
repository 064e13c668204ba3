/**
 * The words of notify. An alert is something that people must know of; who raises it (an alarm, a drill, a stream that
 * stopped, an error group) gives it a key, and raises the same key again while it lasts.
 */
export type AlertSeverity = 'critical' | 'high' | 'medium' | 'low' | 'info';

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
   * crash, because it cannot know whether the first call was durable: a raise whose id this key took before is
   * answered as done, and changes and sends nothing.
   */
  readonly id?: string;
}

/** What the areas that raise alerts are given. Resolves when the alert is durable; sending goes on by itself. */
export interface Alerting {
  readonly raise: (alert: AlertInput) => Promise<void>;
}

export type ChannelType = 'email' | 'webhook' | 'slack' | 'pagerduty';

/** One delivery of one notification to one channel, each attempt recorded. */
export interface DeliveryAttempt {
  readonly id: string;
  readonly channel: string;
  readonly alertKeys: readonly string[];
  readonly atMs: number;
  readonly durationMs: number;
  readonly outcome: 'delivered' | 'failed' | 'will-retry';
  /** What the other side answered, without secrets. */
  readonly detail: string;
}
