import type { TelemetryStore } from '../../telemetry/index.ts';
import type { EventLevel, Frame, NormalizedEvent, TimeRange } from '../types.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';

/** What an alert needs to know of one event. */
export interface EventFacts {
  readonly projectId: string;
  readonly eventId: string;
  readonly hashId: number;
  readonly level: EventLevel;
  readonly environment: string;
  readonly release: string;
  readonly serverName: string;
  readonly transaction: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface BurstQuery extends TimeRange {
  readonly projectId: string;
  readonly windowMs: number;
  readonly least: { readonly of: 'events' | 'users'; readonly count: number };
  readonly environments?: readonly string[];
  readonly limit: number;
}

/** Reads of stored events that alerts make for themselves. */
export interface EventReads {
  /** Those that are stored, by event id. */
  readonly facts: (
    events: readonly { readonly projectId: string; readonly eventId: string }[],
  ) => Promise<ReadonlyMap<string, EventFacts>>;
  /** The newest event of these hashes. */
  readonly newest: (projectId: string, hashIds: readonly number[]) => Promise<EventFacts | undefined>;
  /** The frame in which it happened, as one line; undefined when the event has none. */
  readonly firstFrame: (projectId: string, eventId: string) => Promise<string | undefined>;
  /** Events and distinct users in the range by key: `groups` says which key each hash counts for. */
  readonly counts: (
    query: TimeRange & {
      readonly projectId: string;
      readonly groups: ReadonlyMap<number, number>;
      readonly environments?: readonly string[];
    },
  ) => Promise<ReadonlyMap<number, { readonly events: number; readonly users: number }>>;
  /** Steps of the window in which a hash reached the number, newest first. */
  readonly bursts: (
    query: BurstQuery,
  ) => Promise<readonly { readonly hashId: number; readonly atMs: number; readonly count: number }[]>;
}

interface FactsRow extends Omit<EventFacts, 'hashId'> {
  readonly hashId: string | number;
}

const FACTS = `project_id AS projectId, event_id AS eventId, hash_id AS hashId, level, environment, release,
  server_name AS serverName, transaction, tags`;

const toFacts = (row: FactsRow): EventFacts => ({ ...row, hashId: Number(row.hashId) });

export function createEventReads(telemetry: Pick<TelemetryStore, 'query'>): EventReads {
  const timeoutMs = LIMITS.queryTimeoutMs;
  return {
    facts: async (events) => {
      if (events.length === 0) return new Map();
      const { rows } = await telemetry.query<FactsRow>({
        sql: `SELECT ${FACTS} FROM error_events
          WHERE project_id IN {projects:Array(String)} AND event_id IN {events:Array(String)}`,
        params: {
          projects: [...new Set(events.map(({ projectId }) => projectId))],
          events: [...new Set(events.map(({ eventId }) => eventId))],
        },
        timeoutMs,
      });
      return new Map(rows.map((row) => [`${row.projectId}/${row.eventId}`, toFacts(row)]));
    },
    newest: async (projectId, hashIds) => {
      if (hashIds.length === 0) return undefined;
      const { rows } = await telemetry.query<FactsRow>({
        sql: `SELECT ${FACTS} FROM error_events
          WHERE project_id = {project:String} AND hash_id IN {hashes:Array(UInt64)} ORDER BY time DESC LIMIT 1`,
        params: { project: projectId, hashes: hashIds.slice(0, LIMITS.burstHashesMax) },
        timeoutMs,
      });
      const [row] = rows;
      return row === undefined ? undefined : toFacts(row);
    },
    firstFrame: async (projectId, eventId) => {
      const { rows } = await telemetry.query<{ readonly payload: string }>({
        sql: `SELECT payload FROM error_events
          WHERE project_id = {project:String} AND event_id = {event:String} LIMIT 1`,
        params: { project: projectId, event: eventId },
        timeoutMs,
      });
      const [row] = rows;
      return row === undefined ? undefined : frameLine(JSON.parse(row.payload) as NormalizedEvent);
    },
    counts: (query) => readCounts(telemetry, query),
    bursts: (query) => readBursts(telemetry, query),
  };
}

async function readCounts(
  telemetry: Pick<TelemetryStore, 'query'>,
  { projectId, groups, environments, fromMs, toMs }: Parameters<EventReads['counts']>[0],
): Promise<ReadonlyMap<number, { readonly events: number; readonly users: number }>> {
  const hashes = [...groups.keys()].slice(0, LIMITS.burstHashesMax);
  if (hashes.length === 0) return new Map();
  const { rows } = await telemetry.query<{ key: string | number; events: string | number; users: string | number }>({
    sql: `SELECT transform(hash_id, {hashes:Array(UInt64)}, {keys:Array(UInt64)}, toUInt64(0)) AS key,
        count() AS events, uniqExactIf(user_key, user_key != '') AS users
      FROM error_events
      WHERE project_id = {project:String} AND hash_id IN {hashes:Array(UInt64)}
        AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
        ${environments === undefined ? '' : 'AND environment IN {environments:Array(String)}'}
      GROUP BY key`,
    params: {
      ...{ project: projectId, hashes, keys: hashes.map((hash) => groups.get(hash) ?? 0), from: fromMs, to: toMs },
      ...(environments === undefined ? {} : { environments }),
    },
    timeoutMs: LIMITS.queryTimeoutMs,
  });
  return new Map(rows.map((row) => [Number(row.key), { events: Number(row.events), users: Number(row.users) }]));
}

async function readBursts(
  telemetry: Pick<TelemetryStore, 'query'>,
  query: BurstQuery,
): ReturnType<EventReads['bursts']> {
  const { environments, least } = query;
  const counted = least.of === 'events' ? 'count()' : "uniqExactIf(user_key, user_key != '')";
  const { rows } = await telemetry.query<{ hash: string | number; at: string | number; counted: string | number }>({
    sql: `SELECT hash_id AS hash, intDiv(toUnixTimestamp64Milli(time), {window:Int64}) * {window:Int64} AS at,
        ${counted} AS counted
      FROM error_events
      WHERE project_id = {project:String}
        AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
        ${environments === undefined ? '' : 'AND environment IN {environments:Array(String)}'}
      GROUP BY hash, at HAVING counted >= {least:UInt64} ORDER BY at DESC LIMIT {limit:UInt32}`,
    params: {
      ...{ project: query.projectId, window: query.windowMs, from: query.fromMs, to: query.toMs },
      ...{ least: least.count, limit: query.limit },
      ...(environments === undefined ? {} : { environments }),
    },
    timeoutMs: LIMITS.queryTimeoutMs,
  });
  return rows.map((row) => ({ hashId: Number(row.hash), atMs: Number(row.at), count: Number(row.counted) }));
}

/** The frame of the own program that is nearest to where it happened, else the nearest of all. */
export function frameLine(event: Pick<NormalizedEvent, 'exceptions' | 'threads' | 'stacktrace'>): string | undefined {
  const crashed = event.threads.find((thread) => thread.crashed) ?? event.threads.find((thread) => thread.current);
  const trace = event.exceptions.at(-1)?.stacktrace ?? event.stacktrace ?? crashed?.stacktrace;
  const frames = trace?.frames ?? [];
  const frame = frames.findLast(({ inApp }) => inApp === true) ?? frames.at(-1);
  return frame === undefined ? undefined : lineOf(frame);
}

function lineOf(frame: Frame): string {
  const file = frame.filename || frame.module || frame.absPath || 'an unknown file';
  const place = frame.lineno === undefined ? file : `${file}:${frame.lineno}`;
  const code = frame.contextLine?.trim();
  return `${frame.function || '?'} at ${place}${code === undefined || code === '' ? '' : `: ${code}`}`;
}
