import { auditRead } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { checkLimit } from '../names.ts';
import { readToken, writeToken } from '../page-token.ts';
import type { LogEventVerbs } from '../service.ts';
import { getStream } from '../streams/stream-rows.ts';
import type { LogStream } from '../types.ts';
import { visibleRange } from './event-range.ts';
import {
  type EventPosition,
  type EventScan,
  eventBytes,
  type ScannedEvent,
  scanEvents,
  toStoredEvent,
} from './event-scan.ts';

type Request = Parameters<LogEventVerbs['get']>[1];

interface Page {
  readonly direction: EventScan['direction'];
  readonly from?: EventPosition;
}

/**
 * One stream in order of time. Both tokens name a place between events, so that events of the same millisecond are
 * neither skipped nor repeated, and a page that finds nothing answers the token that it was asked with.
 */
export const getEvents =
  (context: LogsContext): LogEventVerbs['get'] =>
  async (actor, request) => {
    const { logGroup, logStream, limit } = request;
    await context.authorize(actor, 'logs:Read', { type: 'log-group', name: logGroup });
    checkLimit('limit', limit, LOGS_LIMITS.eventsPageMax);
    const page = readPage(request);
    const { group } = context.registry.get(logGroup);
    const range = visibleRange(group, request, context.clock.nowMs());
    const parameters = {
      logGroupName: logGroup,
      logStreamName: logStream,
      startTime: request.startMs,
      endTime: request.endMs,
    };
    await auditRead(context, actor, { eventName: 'GetLogEvents', category: 'Data', parameters, logGroups: [logGroup] });
    const stream = await getStream(context, logGroup, logStream);
    const found = await readPageOf(context, { ...page, ...range, ...scanOf(stream), rowsMax: limit }, limit);
    const events = page.direction === 'forward' ? found : found.reverse();
    const edge = page.from ?? { timeNs: BigInt(range.startMs) * 1_000_000n, eventId: '' };
    const token = (letter: 'f' | 'b', position: EventPosition): string =>
      writeToken(markOf(request), [letter, String(position.timeNs), position.eventId]);
    return {
      events: events.map(toStoredEvent),
      nextForwardToken: token('f', events.at(-1)?.position ?? edge),
      nextBackwardToken: token('b', events[0]?.position ?? edge),
    };
  };

const markOf = ({ logGroup, logStream, startMs, endMs }: Request): readonly unknown[] => [
  'events',
  logGroup,
  logStream,
  startMs ?? null,
  endMs ?? null,
];

function readPage(request: Request): Page {
  if (request.nextToken === undefined) return { direction: request.startFromHead ? 'forward' : 'backward' };
  const [letter, timeNs = '0', eventId = ''] = readToken(markOf(request), request.nextToken, 3);
  return { direction: letter === 'b' ? 'backward' : 'forward', from: { timeNs: BigInt(timeNs), eventId } };
}

const scanOf = (stream: LogStream): Pick<EventScan, 'logGroup' | 'condition' | 'params' | 'hint'> => ({
  logGroup: stream.logGroup,
  condition: 'log_stream = {logStream:String}',
  params: { logStream: stream.name },
  ...(stream.firstEventMs === undefined || stream.lastEventMs === undefined
    ? {}
    : { hint: { firstMs: stream.firstEventMs, lastMs: stream.lastEventMs } }),
});

async function readPageOf(context: LogsContext, scan: EventScan, limit: number): Promise<ScannedEvent[]> {
  const found: ScannedEvent[] = [];
  let bytes = 0;
  for await (const { events } of scanEvents(context, scan)) {
    for (const event of events) {
      const size = eventBytes(event);
      // An event larger than a page makes a page of its own.
      if (found.length > 0 && bytes + size > LOGS_LIMITS.eventsPageBytes) return found;
      found.push(event);
      bytes += size;
      if (found.length === limit) return found;
    }
  }
  return found;
}
