import type { Log } from '../../base/index.ts';
import { ERROR_EVENTS, ERROR_INBOX, type TelemetryStore } from '../../telemetry/index.ts';
import { inboxMs } from './inbox-ids.ts';
import type { InboxPage } from './inbox-queue.ts';
import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';
import { asEvent, type QueuedEvent } from './queued-event.ts';

type Reading = Pick<TelemetryStore, 'query'>;

const timeParam = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

/** What lies behind the mark. */
export async function readBacklog(
  telemetry: Reading,
  mark: string,
): Promise<{ readonly events: number; readonly bytes: number; readonly lastId: string }> {
  const { rows } = await telemetry.query<{ events: string; bytes: string; last_id: string }>({
    sql:
      'SELECT count() AS events, sum(length(payload)) AS bytes, max(inbox_id) AS last_id ' +
      `FROM ${ERROR_INBOX.name} WHERE received >= ${timeParam('received')} AND inbox_id > {after:String}`,
    params: { received: inboxMs(mark), after: mark },
  });
  const row = rows[0];
  return { events: Number(row?.events ?? 0), bytes: Number(row?.bytes ?? 0), lastId: row?.last_id ?? '' };
}

/** The greatest id that was ever given, so that the next one is greater. */
export async function readLastInboxId(telemetry: Reading): Promise<string> {
  const { rows } = await telemetry.query<{ last_id: string }>({
    sql: `SELECT max(inbox_id) AS last_id FROM ${ERROR_INBOX.name}`,
  });
  return rows[0]?.last_id ?? '';
}

/** A page of the inbox, bounded in rows and in bytes; one event always fits. */
export async function readInboxPage(
  deps: { readonly telemetry: Reading; readonly log: Log },
  after: string,
  before: string | undefined,
): Promise<InboxPage> {
  const range = `received >= ${timeParam('received')} AND inbox_id > {after:String}`;
  const sizes = await deps.telemetry.query<{ inbox_id: string; bytes: string }>({
    sql:
      `SELECT inbox_id, length(payload) AS bytes FROM ${ERROR_INBOX.name} ` +
      `WHERE ${range}${before === undefined ? '' : ' AND inbox_id < {before:String}'} ` +
      'ORDER BY inbox_id LIMIT {limit:UInt32}',
    params: { received: inboxMs(after), after, before: before ?? '', limit: LIMITS.pageEventsMax },
  });
  const last = lastThatFits(sizes.rows);
  if (last === undefined) return { events: [], lastId: undefined };
  const page = await deps.telemetry.query<{ inbox_id: string; payload: string }>({
    sql:
      `SELECT inbox_id, payload FROM ${ERROR_INBOX.name} ` +
      `WHERE ${range} AND inbox_id <= {last:String} ORDER BY inbox_id`,
    params: { received: inboxMs(after), after, last },
  });
  return { events: page.rows.flatMap((row) => toQueued(row, deps.log)), lastId: last };
}

function lastThatFits(rows: readonly { readonly inbox_id: string; readonly bytes: string }[]): string | undefined {
  let bytes = 0;
  let last: string | undefined;
  for (const row of rows) {
    bytes += Number(row.bytes);
    if (last !== undefined && bytes > LIMITS.pageBytesMax) break;
    last = row.inbox_id;
  }
  return last;
}

function toQueued(row: { readonly inbox_id: string; readonly payload: string }, log: Log): readonly QueuedEvent[] {
  try {
    return [{ inboxId: row.inbox_id, payload: row.payload, event: asEvent(row.payload), isRecovered: true }];
  } catch (error) {
    // Only damage of the disk that the engine did not notice can do this; the row stays in the inbox for its hour.
    log.error({ err: error, inboxId: row.inbox_id }, 'an event of the inbox is no JSON and is passed over');
    return [];
  }
}

export interface StoredPlace {
  readonly inboxId: string;
  readonly hashId: number;
}

/**
 * Which of these events are stored, by `project/event`. Looked for in a range of time, because the table is kept
 * by days: without one, every day of every project would be read for each batch.
 */
export async function findStored(
  telemetry: Reading,
  events: readonly { readonly projectId: string; readonly eventId: string }[],
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<ReadonlyMap<string, StoredPlace>> {
  if (events.length === 0) return new Map();
  const { rows } = await telemetry.query<{ project_id: string; event_id: string; inbox_id: string; hash_id: string }>({
    sql:
      `SELECT project_id, event_id, inbox_id, hash_id FROM ${ERROR_EVENTS.name} ` +
      `WHERE time >= ${timeParam('from')} AND time <= ${timeParam('to')} ` +
      'AND project_id IN {projects:Array(String)} AND event_id IN {events:Array(String)}',
    params: {
      from: Math.trunc(range.fromMs),
      to: Math.trunc(range.toMs),
      projects: [...new Set(events.map((event) => event.projectId))],
      events: [...new Set(events.map((event) => event.eventId))],
    },
  });
  return new Map(
    rows.map((row) => [eventKey(row.project_id, row.event_id), { inboxId: row.inbox_id, hashId: Number(row.hash_id) }]),
  );
}

export const eventKey = (projectId: string, eventId: string): string => `${projectId}/${eventId}`;
