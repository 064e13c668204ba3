import type { LogsContext } from '../context.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { LOGS_TABLE } from '../logs-table.ts';
import type { StoredLogEvent } from '../service.ts';

/** A place between rows, in the order of time and then event id. */
export interface EventPosition {
  readonly timeNs: bigint;
  readonly eventId: string;
}

export interface ScannedEvent extends StoredLogEvent {
  readonly position: EventPosition;
}

/** Which rows, and from where: everything that a page of events asks of the engine. */
export interface EventScan {
  readonly logGroup: string;
  /** SQL that a row must meet besides group, time and position, with its parameters. */
  readonly condition?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Both in milliseconds; the end is exclusive. */
  readonly startMs: number;
  readonly endMs: number;
  readonly direction: 'forward' | 'backward';
  /** Rows strictly after it (forward) or before it (backward). */
  readonly from?: EventPosition;
  /** Rows that one statement brings at most; the limit of the area when it is not said. */
  readonly rowsMax?: number;
  /** Where rows are likely; only decides in which windows they are looked for. */
  readonly hint?: { readonly firstMs: number; readonly lastMs: number };
}

interface EventRow {
  readonly event_id: string;
  readonly log_stream: string;
  readonly time_ns: string;
  readonly ingest_ms: string;
  readonly body: string;
}

/**
 * Rows in order, in portions as large as one statement may bring. Rows are looked for in windows of time that grow,
 * so that the next page of a large group reads little of it; an empty portion only means that a window was empty.
 */
export async function* scanEvents(context: LogsContext, scan: EventScan): AsyncGenerator<ScanPortion> {
  for (const window of windowsOf(scan)) {
    let from = scan.from;
    for (;;) {
      const events = await readWindow(context, { ...scan, ...window, ...(from === undefined ? {} : { from }) });
      const last = events.at(-1);
      if (last === undefined || isWindowDone(events, rowsMaxOf(scan))) {
        // The edge lies before every row of its instant when going forward and after none when going backward.
        const edgeMs = scan.direction === 'forward' ? window.endMs : window.startMs;
        yield { events, next: { timeNs: BigInt(edgeMs) * 1_000_000n, eventId: '' } };
        break;
      }
      yield { events, next: last.position };
      from = last.position;
    }
  }
}

export interface ScanPortion {
  readonly events: readonly ScannedEvent[];
  /** The place after everything that has been looked at. */
  readonly next: EventPosition;
}

const rowsMaxOf = (scan: EventScan): number => Math.min(scan.rowsMax ?? Infinity, LOGS_LIMITS.eventsReadMax);

const isWindowDone = (rows: readonly ScannedEvent[], rowsMax: number): boolean =>
  rows.length < rowsMax && bytesOf(rows) < LOGS_LIMITS.eventsPageBytes;

/** As CloudWatch counts them: UTF-8 bytes and 26 for each event. */
export const bytesOf = (events: readonly StoredLogEvent[]): number =>
  events.reduce((sum, event) => sum + eventBytes(event), 0);
export const eventBytes = (event: StoredLogEvent): number =>
  Buffer.byteLength(event.body) + LOGS_LIMITS.eventOverheadBytes;

interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** Windows that cover the range without gaps, from its beginning or from its end. */
export function* windowsOf(scan: EventScan): Generator<Window> {
  const nsToMs = (ns: bigint): number => Number(ns / 1_000_000n);
  const isForward = scan.direction === 'forward';
  const fromMs = scan.from === undefined ? undefined : nsToMs(scan.from.timeNs);
  const startMs = isForward ? Math.max(scan.startMs, fromMs ?? scan.startMs) : scan.startMs;
  const endMs = isForward ? scan.endMs : Math.min(scan.endMs, (fromMs ?? scan.endMs) + 1);
  let sizeMs = LOGS_LIMITS.firstWindowMs;
  let edgeMs = isForward ? startMs : endMs;
  let jumpMs = isForward ? scan.hint?.firstMs : scan.hint?.lastMs;
  while (startMs < endMs && (isForward ? edgeMs < endMs : edgeMs > startMs)) {
    // The hint stretches the first window to where rows are likely; it may be stale, so nothing is left out.
    const reachMs = isForward
      ? Math.max(edgeMs, jumpMs ?? edgeMs) + sizeMs
      : Math.min(edgeMs, jumpMs ?? edgeMs) - sizeMs;
    const nextMs = isForward ? Math.min(endMs, reachMs) : Math.max(startMs, reachMs);
    yield isForward ? { startMs: edgeMs, endMs: nextMs } : { startMs: nextMs, endMs: edgeMs };
    edgeMs = nextMs;
    jumpMs = undefined;
    sizeMs *= LOGS_LIMITS.windowGrowth;
  }
}

async function readWindow({ telemetry }: LogsContext, scan: EventScan): Promise<readonly ScannedEvent[]> {
  const isForward = scan.direction === 'forward';
  const order = isForward ? 'ASC' : 'DESC';
  const conditions = [
    'log_group = {logGroup:String}',
    'time >= fromUnixTimestamp64Milli({startMs:Int64})',
    'time < fromUnixTimestamp64Milli({endMs:Int64})',
    ...bucketsOf(scan),
    ...(scan.from === undefined
      ? []
      : [`(time, event_id) ${isForward ? '>' : '<'} (fromUnixTimestamp64Nano({fromNs:Int64}), {fromId:String})`]),
    ...(scan.condition === undefined ? [] : [scan.condition]),
  ];
  // The inner limit bounds the rows that are sorted and held; the running size bounds the bytes that are brought.
  const sql = `SELECT event_id, log_stream, toUnixTimestamp64Nano(time) AS time_ns,
      toUnixTimestamp64Milli(ingest_time) AS ingest_ms, body
    FROM (
      SELECT event_id, log_stream, time, ingest_time, body,
        sum(length(body) + ${LOGS_LIMITS.eventOverheadBytes}) OVER
          (ORDER BY time ${order}, event_id ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
          - length(body) AS bytes_before
      FROM (
        SELECT event_id, log_stream, time, ingest_time, body FROM ${LOGS_TABLE} WHERE ${conditions.join(' AND ')}
        ORDER BY time ${order}, event_id ${order} LIMIT ${rowsMaxOf(scan)}
      )
    )
    WHERE bytes_before < ${LOGS_LIMITS.eventsPageBytes}
    ORDER BY time ${order}, event_id ${order}`;
  const { rows } = await telemetry.query<EventRow>({
    sql,
    params: {
      ...scan.params,
      logGroup: scan.logGroup,
      startMs: scan.startMs,
      endMs: scan.endMs,
      ...(scan.from === undefined ? {} : { fromNs: String(scan.from.timeNs), fromId: scan.from.eventId }),
    },
    timeoutMs: LOGS_LIMITS.eventStatementMs,
  });
  return rows.map(toEvent);
}

const FIVE_MINUTES_S = 300;
/** The engine's whole-second times end in 2106; a bucket beyond it would wrap around. */
const BUCKET_END_MS = 4_294_967_295_000;

/** The time once more as the table's sort key begins: by five-minute buckets. */
const bucketsOf = ({ startMs, endMs }: EventScan): readonly string[] => {
  const bucket = (ms: number): number => Math.floor(ms / 1000 / FIVE_MINUTES_S) * FIVE_MINUTES_S;
  return endMs > BUCKET_END_MS
    ? []
    : [
        `toStartOfFiveMinutes(time) >= toDateTime(${bucket(startMs)}, 'UTC')`,
        `toStartOfFiveMinutes(time) <= toDateTime(${bucket(endMs)}, 'UTC')`,
      ];
};

const toEvent = (row: EventRow): ScannedEvent => ({
  eventId: row.event_id,
  logStream: row.log_stream,
  // A number cannot hold nanoseconds since 1970 exactly.
  timeMs: Number(BigInt(row.time_ns) / 1_000_000n),
  ingestTimeMs: Number(row.ingest_ms),
  body: row.body,
  position: { timeNs: BigInt(row.time_ns), eventId: row.event_id },
});

/** The stored form without the position, which is of no concern to a caller. */
export const toStoredEvent = (event: ScannedEvent): StoredLogEvent => ({
  eventId: event.eventId,
  logStream: event.logStream,
  timeMs: event.timeMs,
  ingestTimeMs: event.ingestTimeMs,
  body: event.body,
});
