import { Failure } from '../../base/index.ts';
import type { EventCondition, EventField, EventSelection, TextPattern } from '../tracking/index.ts';
import { ISSUES_STORE_FAILURES } from './failures.ts';
import { ISSUES_STORE_LIMITS as LIMITS } from './limits.ts';

/** A WHERE clause made of closed words, and everything that people wrote beside it as parameters. */
export interface Where {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The events of a selection. */
export function whereEvents(selection: EventSelection): Where {
  const { projectIds, hashIds, condition, fromMs, toMs } = selection;
  if (hashIds !== undefined && hashIds.length > LIMITS.hashesMax) {
    const detail = { count: hashIds.length, what: 'hashes', max: LIMITS.hashesMax };
    throw new Failure(ISSUES_STORE_FAILURES.tooMany, detail);
  }
  const params: Record<string, unknown> = {
    projects: projectIds,
    fromMs: storableMs(fromMs),
    toMs: storableMs(toMs),
    ...(hashIds === undefined ? {} : { hashes: hashIds }),
  };
  const building: Building = { params, count: 0 };
  const parts = [
    'project_id IN {projects:Array(String)}',
    ...(hashIds === undefined ? [] : ['hash_id IN {hashes:Array(UInt64)}']),
    `time >= ${msParam('fromMs')} AND time <= ${msParam('toMs')}`,
    ...(condition === undefined ? [] : [conditionSql(condition, building)]),
  ];
  return { sql: parts.join(' AND '), params };
}

/** The last day that the engine's calendar knows is in 2299. */
export const TIME_MS_MAX = 10_413_705_600_000;

const storableMs = (ms: number): number => Math.min(TIME_MS_MAX, Math.max(0, Math.trunc(ms)));

/** A parameter of milliseconds as a time. */
export const msParam = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

interface Building {
  readonly params: Record<string, unknown>;
  count: number;
}

function conditionSql(condition: EventCondition, building: Building): string {
  building.count += 1;
  if (building.count > LIMITS.conditionsMax) {
    const detail = { count: building.count, what: 'conditions', max: LIMITS.conditionsMax };
    throw new Failure(ISSUES_STORE_FAILURES.tooMany, detail);
  }
  switch (condition.type) {
    case 'all':
    case 'any': {
      const isAll = condition.type === 'all';
      if (condition.conditions.length === 0) return isAll ? '1' : '0';
      const parts = condition.conditions.map((one) => conditionSql(one, building));
      return `(${parts.join(isAll ? ' AND ' : ' OR ')})`;
    }
    case 'has': {
      const field = fieldSql(condition.field, building);
      return condition.isNegated ? `${field} = ''` : `${field} != ''`;
    }
    case 'match': {
      const sql = matchSql(condition.field, condition.patterns, building);
      return condition.isNegated ? `NOT ${sql}` : sql;
    }
  }
}

/** Exact texts in one list, so that an index can serve them; the others one by one. */
function matchSql(field: EventField, patterns: readonly TextPattern[], building: Building): string {
  const column = fieldSql(field, building);
  const exact = patterns.flatMap(({ pieces }) => (pieces.length === 1 ? [(pieces[0] ?? '').toLowerCase()] : []));
  const parts: string[] = [];
  if (exact.length > 0) {
    const name = bind(building, exact);
    parts.push(`${isHex(field) ? column : `lowerUTF8(${column})`} IN {${name}:Array(String)}`);
  }
  for (const { pieces } of patterns) {
    if (pieces.length < 2) continue;
    const name = bind(building, pieces.map(escapeLike).join('%'));
    parts.push(`${column} ILIKE {${name}:String}`);
  }
  return parts.length === 0 ? '0' : `(${parts.join(' OR ')})`;
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);

/** Stored in lower case, and indexed as they are. */
const isHex = (field: EventField): boolean =>
  field.type === 'column' && (field.name === 'eventId' || field.name === 'traceId');

type ColumnName = Extract<EventField, { readonly type: 'column' }>['name'];

const COLUMNS: Readonly<Record<ColumnName, string>> = {
  eventId: 'event_id',
  type: 'type',
  level: 'level',
  platform: 'platform',
  title: 'title',
  culprit: 'culprit',
  message: 'message',
  transaction: 'transaction',
  release: 'release',
  dist: 'dist',
  environment: 'environment',
  serverName: 'server_name',
  userKey: 'user_key',
  traceId: 'trace_id',
  sdk: 'sdk',
};

function fieldSql(field: EventField, building: Building): string {
  switch (field.type) {
    case 'column':
      return COLUMNS[field.name];
    case 'tag':
      return `tags[{${bind(building, field.key)}:String}]`;
    case 'user':
      return `tags[{${bind(building, `user.${field.name}`)}:String}]`;
  }
}

function bind(building: Building, value: unknown): string {
  const name = `p${Object.keys(building.params).length}`;
  building.params[name] = value;
  return name;
}
