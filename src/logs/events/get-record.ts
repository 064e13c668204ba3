import { Failure } from '../../base/index.ts';
import { auditRead } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { LOGS_TABLE } from '../logs-table.ts';
import type { LogEventVerbs, StoredLogRecord } from '../service.ts';
import { oldestVisibleMs } from '../visibility.ts';
import { type RecordPointer, readPointer } from './pointer.ts';

interface RecordRow {
  readonly ingest_ms: string;
  readonly log_stream: string;
  readonly service: string;
  readonly severity_number: number;
  readonly severity_text: string;
  readonly body: string;
  readonly trace_id: string;
  readonly span_id: string;
  readonly scope_name: string;
  readonly event_name: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly attributes_string: Readonly<Record<string, string>>;
  readonly attributes_number: Readonly<Record<string, number>>;
  readonly attributes_bool: Readonly<Record<string, boolean>>;
}

/** The whole record behind a `@ptr`. */
export const getRecord =
  (context: LogsContext): LogEventVerbs['record'] =>
  async (actor, ptr) => {
    const pointer = readPointer(ptr);
    const { logGroup } = pointer;
    await context.authorize(actor, 'logs:Read', { type: 'log-group', name: logGroup });
    const parameters = { logRecordPointer: ptr };
    await auditRead(context, actor, { eventName: 'GetLogRecord', category: 'Data', parameters, logGroups: [logGroup] });
    const entry = context.registry.entry(logGroup);
    const oldestMs = entry === undefined ? undefined : oldestVisibleMs(entry.group, context.clock.nowMs());
    const isVisible =
      oldestMs !== undefined && entry?.isRemoving === false && Number(pointer.timeNs / 1_000_000n) >= oldestMs;
    const row = isVisible ? await findRow(context, pointer) : undefined;
    if (row === undefined) throw new Failure(LOGS_FAILURES.recordNotFound);
    return toRecord(ptr, pointer, row);
  };

async function findRow({ telemetry }: LogsContext, pointer: RecordPointer): Promise<RecordRow | undefined> {
  const { rows } = await telemetry.query<RecordRow>({
    sql: `SELECT toUnixTimestamp64Milli(ingest_time) AS ingest_ms, log_stream, service, severity_number, severity_text,
        body, trace_id, span_id, scope_name, event_name, resource, attributes_string, attributes_number, attributes_bool
      FROM ${LOGS_TABLE}
      WHERE log_group = {logGroup:String} AND time = fromUnixTimestamp64Nano({timeNs:Int64}) AND event_id = {eventId:String}
      LIMIT 1`,
    params: { logGroup: pointer.logGroup, timeNs: String(pointer.timeNs), eventId: pointer.eventId },
  });
  return rows[0];
}

const toRecord = (ptr: string, { logGroup, timeNs }: RecordPointer, row: RecordRow): StoredLogRecord => ({
  ptr,
  timeNs,
  ingestTimeMs: Number(row.ingest_ms),
  logGroup,
  logStream: row.log_stream,
  service: row.service,
  severityNumber: row.severity_number,
  severityText: row.severity_text,
  body: row.body,
  traceId: row.trace_id,
  spanId: row.span_id,
  scopeName: row.scope_name,
  eventName: row.event_name,
  resource: row.resource,
  attributes: { ...row.attributes_string, ...row.attributes_number, ...row.attributes_bool },
});
