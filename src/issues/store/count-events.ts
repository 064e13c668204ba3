import { invariant } from '../../base/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import type { EventCount, EventSelection, IssueEvents } from '../tracking/index.ts';
import type { TagDistribution } from '../types.ts';
import { ISSUES_STORE_LIMITS as LIMITS } from './limits.ts';
import { whereEvents } from './where-events.ts';

export type Ask = <Row>(sql: string, params: Readonly<Record<string, unknown>>) => Promise<readonly Row[]>;

/** Every read has the same bounds. */
export const askOf =
  (telemetry: Pick<TelemetryStore, 'query'>): Ask =>
  async <Row>(sql: string, params: Readonly<Record<string, unknown>>) => {
    const { rows } = await telemetry.query<Row>({
      sql,
      params,
      timeoutMs: LIMITS.queryTimeoutMs,
      memoryBytesMax: LIMITS.queryMemoryBytes,
    });
    return rows;
  };

export async function findHashes(ask: Ask, selection: EventSelection): Promise<readonly number[]> {
  const where = whereEvents(selection);
  const rows = await ask<{ readonly hash_id: string }>(
    `SELECT hash_id FROM error_events WHERE ${where.sql} GROUP BY hash_id LIMIT {hashesMax:UInt32}`,
    { ...where.params, hashesMax: LIMITS.foundHashesMax },
  );
  return rows.map((row) => Number(row.hash_id));
}

/** A hash counts under the key that it is mapped to, or under itself. */
function keySql(groups: ReadonlyMap<number, number>): {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
} {
  const mapped = [...groups].filter(([hash, key]) => hash !== key);
  if (mapped.length === 0) return { sql: 'hash_id', params: {} };
  return {
    sql: 'transform(hash_id, {mappedFrom:Array(UInt64)}, {mappedTo:Array(UInt64)}, hash_id)',
    params: { mappedFrom: mapped.map(([hash]) => hash), mappedTo: mapped.map(([, key]) => key) },
  };
}

const USERS = "uniqIf(user_key, user_key != '')";

export async function counts(
  ask: Ask,
  selection: EventSelection,
  groups: ReadonlyMap<number, number>,
): Promise<readonly EventCount[]> {
  const where = whereEvents(selection);
  const key = keySql(groups);
  const rows = await ask<{ readonly key: string; readonly events: string; readonly users: string }>(
    `SELECT ${key.sql} AS key, count() AS events, ${USERS} AS users FROM error_events WHERE ${where.sql} GROUP BY key`,
    { ...where.params, ...key.params },
  );
  return rows.map((row) => ({ key: Number(row.key), events: Number(row.events), users: Number(row.users) }));
}

/** Which step an event falls into; the end of the range belongs to the last one. */
const STEP =
  'least({steps:Int64} - 1, intDiv((toUnixTimestamp64Milli(time) - {fromMs:Int64}) * {steps:Int64}, {spanMs:Int64}))';

function stepParams(selection: EventSelection, steps: number): Readonly<Record<string, unknown>> {
  invariant(Number.isInteger(steps) && steps >= 1 && steps <= LIMITS.stepsMax, `not a number of steps: ${steps}`);
  return { steps, spanMs: Math.max(1, Math.trunc(selection.toMs) - Math.trunc(selection.fromMs)) };
}

export async function trends(
  ask: Ask,
  selection: EventSelection,
  groups: ReadonlyMap<number, number>,
  steps: number,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const where = whereEvents(selection);
  const key = keySql(groups);
  const rows = await ask<{ readonly key: string; readonly step: string; readonly events: string }>(
    `SELECT ${key.sql} AS key, ${STEP} AS step, count() AS events FROM error_events ` +
      `WHERE ${where.sql} GROUP BY key, step`,
    { ...where.params, ...key.params, ...stepParams(selection, steps) },
  );
  const found = new Map<number, number[]>();
  for (const row of rows) {
    const trend = found.get(Number(row.key)) ?? new Array<number>(steps).fill(0);
    trend[Number(row.step)] = Number(row.events);
    found.set(Number(row.key), trend);
  }
  return found;
}

export async function histogram(
  ask: Ask,
  selection: EventSelection,
  steps: number,
): ReturnType<IssueEvents['histogram']> {
  const where = whereEvents(selection);
  const params = stepParams(selection, steps);
  const rows = await ask<{ readonly step: string; readonly events: string; readonly users: string }>(
    `SELECT ${STEP} AS step, count() AS events, ${USERS} AS users FROM error_events WHERE ${where.sql} GROUP BY step`,
    { ...where.params, ...params },
  );
  const stepMs = Number(params.spanMs) / steps;
  const timesMs = Array.from({ length: steps }, (_, step) => Math.round(selection.fromMs + step * stepMs));
  const events = new Array<number>(steps).fill(0);
  const users = new Array<number>(steps).fill(0);
  for (const row of rows) {
    events[Number(row.step)] = Number(row.events);
    users[Number(row.step)] = Number(row.users);
  }
  return { timesMs, events, users };
}

/** Parts of the user are there for searches; the user itself is what people count by. */
const HIDDEN_TAGS = "NOT startsWith(key, 'user.')";

/** Of the newest events of the selection, most frequent values first. */
export async function tagDistributions(ask: Ask, selection: EventSelection): Promise<readonly TagDistribution[]> {
  const where = whereEvents(selection);
  const rows = await ask<{
    readonly key: string;
    readonly value: string;
    readonly events: string;
    readonly total: string;
    readonly last_ms: string;
  }>(
    'SELECT key, value, count() AS events, sum(count()) OVER (PARTITION BY key) AS total, ' +
      'toUnixTimestamp64Milli(max(time)) AS last_ms ' +
      `FROM (SELECT time, tags FROM error_events WHERE ${where.sql} ORDER BY time DESC LIMIT {eventsMax:UInt32}) ` +
      `ARRAY JOIN mapKeys(tags) AS key, mapValues(tags) AS value WHERE ${HIDDEN_TAGS} GROUP BY key, value ` +
      'ORDER BY total DESC, key, events DESC, value LIMIT {valuesMax:UInt32} BY key LIMIT {rowsMax:UInt32}',
    {
      ...where.params,
      eventsMax: LIMITS.tagEventsMax,
      valuesMax: LIMITS.tagValuesMax,
      rowsMax: LIMITS.tagKeysMax * LIMITS.tagValuesMax,
    },
  );
  const found = new Map<string, { readonly total: number; readonly values: TagDistribution['values'][number][] }>();
  for (const row of rows) {
    const tag = found.get(row.key) ?? { total: Number(row.total), values: [] };
    tag.values.push({ value: row.value, count: Number(row.events), lastSeenMs: Number(row.last_ms) });
    found.set(row.key, tag);
  }
  return [...found].slice(0, LIMITS.tagKeysMax).map(([key, tag]) => ({ key, ...tag }));
}
