import type { EventSelection, IssueEvents } from '../tracking/index.ts';
import type { NormalizedEvent } from '../types.ts';
import type { Ask } from './count-events.ts';
import { type EventRow, LISTED_COLUMNS, type ListedEvent, toListed } from './event-rows.ts';
import { ISSUES_STORE_LIMITS as LIMITS } from './limits.ts';
import { msParam, TIME_MS_MAX, type Where, whereEvents } from './where-events.ts';

/** Newest first; two events of the same millisecond are ordered by their ids, so that pages neither repeat nor skip. */
export async function listEvents(
  ask: Ask,
  selection: EventSelection,
  page: { readonly before?: string; readonly limit: number },
): Promise<readonly ListedEvent[]> {
  const where = whereEvents(selection);
  const { before } = page;
  // The place of the cursor is looked up apart, because a subquery without a row would be NULL and hide the end.
  const cursor =
    before === undefined
      ? ''
      : ' AND (time, event_id) < (SELECT time, event_id FROM error_events ' +
        'WHERE project_id IN {projects:Array(String)} AND event_id = {before:String} ORDER BY time DESC LIMIT 1)';
  const rows = await ask<EventRow>(
    `SELECT ${LISTED_COLUMNS} FROM error_events WHERE ${where.sql}${cursor} ` +
      'ORDER BY time DESC, event_id DESC LIMIT {limit:UInt32}',
    {
      ...where.params,
      limit: Math.min(Math.max(1, page.limit), LIMITS.pageMax),
      ...(before === undefined ? {} : { before: before.toLowerCase() }),
    },
  );
  return rows.map(toListed);
}

/** The payload is read for the one row that was picked, by its place in the order of the table. */
export async function pickEvent(ask: Ask, selection: EventSelection, which: string): ReturnType<IssueEvents['pick']> {
  const where = whereEvents(selection);
  const rows = await ask<EventRow>(pickSql(which, where), {
    ...where.params,
    which: which.toLowerCase(),
    among: LIMITS.recommendedAmongMax,
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  const listed = toListed(row);
  const event = await readPayload(ask, listed);
  return event === undefined ? undefined : { ...listed, event };
}

function pickSql(which: string, where: Where): string {
  const select = `SELECT ${LISTED_COLUMNS} FROM error_events WHERE ${where.sql}`;
  switch (which) {
    case 'latest':
      return `${select} ORDER BY time DESC, event_id DESC LIMIT 1`;
    case 'oldest':
      return `${select} ORDER BY time, event_id LIMIT 1`;
    case 'recommended':
      // Who it happened to, in which release, and the trace around it: with these people find causes.
      return (
        `SELECT * FROM (${select} ORDER BY time DESC LIMIT {among:UInt32}) ` +
        "ORDER BY (trace_id != '') * 2 + (user_key != '') + (release != '') + (mapContains(tags, 'url')) DESC, " +
        'time_ms DESC, event_id DESC LIMIT 1'
      );
    default:
      return `${select} AND event_id = {which:String} ORDER BY time DESC LIMIT 1`;
  }
}

async function readPayload(
  ask: Ask,
  of: Pick<ListedEvent, 'projectId' | 'hashId' | 'timeMs' | 'eventId'>,
): Promise<NormalizedEvent | undefined> {
  const rows = await ask<{ readonly payload: string }>(
    'SELECT payload FROM error_events WHERE project_id = {project:String} AND hash_id = {hash:UInt64} ' +
      `AND time = ${msParam('at')} AND event_id = {event:String} LIMIT 1`,
    { project: of.projectId, hash: of.hashId, at: of.timeMs, event: of.eventId },
  );
  const payload = rows[0]?.payload;
  // The pipeline wrote it, so its JSON has the shape of an event.
  return payload === undefined ? undefined : (JSON.parse(payload) as NormalizedEvent);
}

export async function neighbours(
  ask: Ask,
  selection: EventSelection,
  of: { readonly eventId: string; readonly timeMs: number },
): ReturnType<IssueEvents['neighbours']> {
  const where = whereEvents(selection);
  const here = `(${msParam('at')}, {event:String})`;
  const rows = await ask<{
    readonly previous: string;
    readonly next: string;
    readonly oldest: string;
    readonly latest: string;
  }>(
    `SELECT argMaxIf(event_id, (time, event_id), (time, event_id) < ${here}) AS previous, ` +
      `argMinIf(event_id, (time, event_id), (time, event_id) > ${here}) AS next, ` +
      'argMin(event_id, (time, event_id)) AS oldest, argMax(event_id, (time, event_id)) AS latest ' +
      `FROM error_events WHERE ${where.sql}`,
    { ...where.params, at: Math.trunc(of.timeMs), event: of.eventId },
  );
  const { previous = '', next = '', oldest = '', latest = '' } = rows[0] ?? {};
  return {
    ...(previous === '' ? {} : { previous }),
    ...(next === '' ? {} : { next }),
    oldest: oldest || of.eventId,
    latest: latest || of.eventId,
  };
}

export async function locateEvent(ask: Ask, eventId: string): ReturnType<IssueEvents['locate']> {
  const rows = await ask<{ readonly project_id: string; readonly hash_id: string }>(
    'SELECT project_id, hash_id FROM error_events WHERE event_id = {event:String} ORDER BY time DESC LIMIT 100',
    { event: eventId.toLowerCase().replaceAll('-', '') },
  );
  return rows.map((row) => ({ projectId: row.project_id, hashId: Number(row.hash_id) }));
}

export async function latestEventIds(
  ask: Ask,
  projectId: string,
  hashIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (hashIds.length === 0) return new Map();
  const where = whereEvents({ projectIds: [projectId], hashIds, fromMs: 0, toMs: TIME_MS_MAX });
  const rows = await ask<{ readonly hash_id: string; readonly event_id: string }>(
    `SELECT hash_id, argMax(event_id, (time, event_id)) AS event_id FROM error_events WHERE ${where.sql} GROUP BY hash_id`,
    where.params,
  );
  return new Map(rows.map((row) => [Number(row.hash_id), row.event_id]));
}

/** Events that happened within a trace, oldest first; for the pages of traces and logs. */
export async function eventsOfTrace(
  ask: Ask,
  filter: { readonly projectIds: readonly string[]; readonly traceId: string },
): Promise<readonly ListedEvent[]> {
  const rows = await ask<EventRow>(
    `SELECT ${LISTED_COLUMNS} FROM error_events WHERE project_id IN {projects:Array(String)} ` +
      'AND trace_id = {trace:String} ORDER BY time, event_id LIMIT {limit:UInt32}',
    { projects: filter.projectIds, trace: filter.traceId.toLowerCase(), limit: LIMITS.pageMax },
  );
  return rows.map(toListed);
}

/** The newest events with what is in them, for trying rules out before they are saved. */
export async function recentEvents(
  ask: Ask,
  selection: EventSelection,
  limit: number,
): Promise<readonly { readonly event: NormalizedEvent; readonly hashId: number }[]> {
  const where = whereEvents(selection);
  const rows = await ask<{ readonly hash_id: string; readonly payload: string }>(
    'SELECT hash_id, payload FROM error_events WHERE (project_id, hash_id, time, event_id) IN ' +
      `(SELECT project_id, hash_id, time, event_id FROM error_events WHERE ${where.sql} ` +
      'ORDER BY time DESC, event_id DESC LIMIT {limit:UInt32}) ORDER BY time DESC, event_id DESC',
    { ...where.params, limit: Math.min(Math.max(1, limit), LIMITS.pageMax) },
  );
  return rows.map((row) => ({ event: JSON.parse(row.payload) as NormalizedEvent, hashId: Number(row.hash_id) }));
}
