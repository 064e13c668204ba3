import { Failure } from '../../base/index.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { type CompiledQuery, compileInsights, parseInsights, type QueryMistake } from '../insights/index.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { LOGS_TABLE } from '../logs-table.ts';
import { checkLimit } from '../names.ts';
import type { QueryRequest } from '../service.ts';
import type { LogGroup } from '../types.ts';
import { oldestVisibleMs, TIME_MS_MAX, TIME_MS_MIN } from '../visibility.ts';

/** Throws `logs.time-range-invalid` and `logs.limit-invalid` before anything of the query is looked at. */
export function checkQueryRequest(request: Omit<QueryRequest, 'query'>): void {
  const { startMs, endMs, limit } = request;
  if (!Number.isFinite(startMs) || !Number.isFinite(endMs) || startMs >= endMs) {
    throw new Failure(LOGS_FAILURES.timeRangeInvalid, { startMs, endMs });
  }
  if (limit !== undefined) checkLimit('limit', limit, LOGS_LIMITS.queryRowsMax);
}

const malformed = (mistake: QueryMistake | undefined): Failure => {
  const {
    line = 1,
    column = 1,
    offset = 0,
    length = 1,
    message = 'it cannot be read',
    hint = 'correct it',
  } = mistake ?? {};
  return new Failure(LOGS_FAILURES.queryMalformed, { line, column, offset, length, reason: message, remedy: hint });
};

/** Commands after which a row is still one record, and none was left out but by the filters. */
const RECORD_COMMANDS: ReadonlySet<string> = new Set(['fields', 'display', 'filter', 'sort']);

export interface PlannedQuery extends CompiledQuery {
  /**
   * Set when each row is one record that passed the filters: then fewer rows than this are all that matched, and they
   * need not be counted by another search.
   */
  readonly recordsUpTo?: number;
}

/** Throws `logs.query-malformed` with the place of the first mistake. */
export function compileQuery(context: LogsContext, request: QueryRequest, groups: readonly LogGroup[]): PlannedQuery {
  const max = LOGS_LIMITS.queryLength;
  const count = request.query.length;
  if (count > max) throw new Failure(LOGS_FAILURES.queryTextTooLong, { count, max });
  const nowMs = Math.floor(context.clock.nowMs());
  const startMs = Math.max(TIME_MS_MIN, Math.floor(request.startMs));
  const parsed = parseInsights(request.query);
  if (!parsed.ok) throw malformed(parsed.mistakes[0]);
  const limit = request.limit ?? LOGS_LIMITS.queryRowsMax;
  const isPlain = parsed.query.commands.every((command) => RECORD_COMMANDS.has(command.type));
  const compiled = compileInsights(parsed.query, {
    logGroups: groups.map((group) => ({
      name: group.name,
      minTimeMs: Math.max(TIME_MS_MIN, oldestVisibleMs(group, nowMs)),
    })),
    startMs,
    endMs: Math.min(TIME_MS_MAX, Math.ceil(request.endMs)),
    limit,
    nowMs,
    table: LOGS_TABLE,
  });
  return isPlain ? { ...compiled, recordsUpTo: limit } : compiled;
}
