import type { StoredEvent } from '../types.ts';

export type ListedEvent = Omit<StoredEvent, 'payload'>;

/** What lists read: everything but the payload. */
export const LISTED_COLUMNS =
  'project_id, event_id, hash_id, toUnixTimestamp64Milli(time) AS time_ms, ' +
  'toUnixTimestamp64Milli(received) AS received_ms, inbox_id, type, level, platform, title, culprit, message, ' +
  'transaction, release, dist, environment, server_name, user_key, handled, trace_id, span_id, sdk, tags, retention_days';

export interface EventRow {
  readonly project_id: string;
  readonly event_id: string;
  readonly hash_id: string;
  readonly time_ms: string;
  readonly received_ms: string;
  readonly inbox_id: string;
  readonly type: string;
  readonly level: string;
  readonly platform: string;
  readonly title: string;
  readonly culprit: string;
  readonly message: string;
  readonly transaction: string;
  readonly release: string;
  readonly dist: string;
  readonly environment: string;
  readonly server_name: string;
  readonly user_key: string;
  readonly handled: boolean;
  readonly trace_id: string;
  readonly span_id: string;
  readonly sdk: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly retention_days: number;
}

export const toListed = (row: EventRow): ListedEvent => ({
  projectId: row.project_id,
  eventId: row.event_id,
  hashId: Number(row.hash_id),
  timeMs: Number(row.time_ms),
  receivedMs: Number(row.received_ms),
  inboxId: row.inbox_id,
  // Only what the pipeline wrote is in the table, so its words are those of the types.
  type: row.type as ListedEvent['type'],
  level: row.level as ListedEvent['level'],
  platform: row.platform,
  title: row.title,
  culprit: row.culprit,
  message: row.message,
  transaction: row.transaction,
  release: row.release,
  dist: row.dist,
  environment: row.environment,
  serverName: row.server_name,
  userKey: row.user_key,
  handled: row.handled,
  traceId: row.trace_id,
  spanId: row.span_id,
  sdk: row.sdk,
  tags: row.tags,
  retentionDays: row.retention_days,
});
