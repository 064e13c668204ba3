import { Failure } from '../../base/index.ts';
import { auditRead } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import {
  compileFilterPattern,
  type FilterPattern,
  matchesFilterPattern,
  parseFilterPattern,
} from '../filter-pattern/index.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { checkLimit } from '../names.ts';
import { readToken, writeToken } from '../page-token.ts';
import type { LogEventVerbs, StoredLogEvent } from '../service.ts';
import { visibleRange } from './event-range.ts';
import { type EventPosition, type EventScan, eventBytes, scanEvents, toStoredEvent } from './event-scan.ts';

type Request = Parameters<LogEventVerbs['filter']>[1];

/** Events of many streams in order of time that match a pattern. */
export const filterEvents =
  (context: LogsContext): LogEventVerbs['filter'] =>
  async (actor, request) => {
    const { logGroup, limit } = request;
    await context.authorize(actor, 'logs:Read', { type: 'log-group', name: logGroup });
    checkRequest(request);
    const pattern = parseFilterPattern(request.filterPattern ?? '');
    const from = readPosition(request);
    const { group } = context.registry.get(logGroup);
    const range = visibleRange(group, request, context.clock.nowMs());
    const parameters = {
      logGroupName: logGroup,
      logStreamNames: request.logStreams,
      logStreamNamePrefix: request.logStreamPrefix,
      filterPattern: request.filterPattern,
      startTime: request.startMs,
      endTime: request.endMs,
    };
    await auditRead(context, actor, {
      eventName: 'FilterLogEvents',
      category: 'Data',
      parameters,
      logGroups: [logGroup],
    });
    const scan: EventScan = {
      logGroup,
      ...range,
      ...conditionOf(request, pattern),
      direction: request.startFromHead ? 'forward' : 'backward',
      // Most rows lie between the birth of their group and now.
      hint: { firstMs: group.createdMs, lastMs: context.clock.nowMs() },
      ...(from === undefined ? {} : { from }),
    };
    const { events, next } = await readPage(context, { scan, pattern, limit });
    return next === undefined
      ? { events }
      : { events, nextToken: writeToken(markOf(request), [String(next.timeNs), next.eventId]) };
  };

function checkRequest(request: Request): void {
  checkLimit('limit', request.limit, LOGS_LIMITS.eventsPageMax);
  if (request.logStreams !== undefined) {
    checkLimit('the number of log streams', request.logStreams.length, LOGS_LIMITS.streamsNamedMax);
  }
}

const markOf = (request: Request): readonly unknown[] => [
  'filter',
  request.logGroup,
  request.logStreams ?? null,
  request.logStreamPrefix ?? null,
  request.filterPattern ?? null,
  request.startMs ?? null,
  request.endMs ?? null,
  request.startFromHead,
];

function readPosition(request: Request): EventPosition | undefined {
  if (request.nextToken === undefined) return undefined;
  const [timeNs = '', eventId = ''] = readToken(markOf(request), request.nextToken, 2);
  if (!/^-?\d{1,19}$/.test(timeNs)) throw new Failure(LOGS_FAILURES.tokenInvalid);
  return { timeNs: BigInt(timeNs), eventId };
}

function conditionOf(request: Request, pattern: FilterPattern): Pick<EventScan, 'condition' | 'params'> {
  const compiled = compileFilterPattern(pattern);
  const conditions = compiled.sql === undefined ? [] : [compiled.sql];
  const params: Record<string, unknown> = { ...compiled.params };
  if (request.logStreams !== undefined) {
    conditions.push('log_stream IN {logStreams:Array(String)}');
    params.logStreams = request.logStreams;
  }
  if (request.logStreamPrefix !== undefined) {
    conditions.push('startsWith(log_stream, {logStreamPrefix:String})');
    params.logStreamPrefix = request.logStreamPrefix;
  }
  return conditions.length === 0 ? {} : { condition: conditions.join(' AND '), params };
}

interface PageRequest {
  readonly scan: EventScan;
  readonly pattern: FilterPattern;
  readonly limit: number;
}

interface FilteredPage {
  readonly events: readonly StoredLogEvent[];
  readonly next?: EventPosition | undefined;
}

/** Stops at the limits of a page or when the time is used up; `next` is then the place after the last row looked at. */
async function readPage(context: LogsContext, { scan, pattern, limit }: PageRequest): Promise<FilteredPage> {
  const deadlineMs = context.clock.monotonicMs() + LOGS_LIMITS.filterPageMs;
  const isExact = compileFilterPattern(pattern).exact;
  const events: StoredLogEvent[] = [];
  let bytes = 0;
  for await (const portion of scanEvents(context, scan)) {
    let next = scan.from;
    for (const row of portion.events) {
      if (isExact || matchesFilterPattern(pattern, row.body)) {
        const size = eventBytes(row);
        // An event larger than a page makes a page of its own.
        if (events.length > 0 && bytes + size > LOGS_LIMITS.eventsPageBytes) return { events, next };
        events.push(toStoredEvent(row));
        bytes += size;
        if (events.length === limit) return { events, next: row.position };
      }
      next = row.position;
    }
    if (context.clock.monotonicMs() > deadlineMs) return { events, next: portion.next };
  }
  return { events };
}
