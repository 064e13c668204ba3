import { SPANS, type TelemetryStore } from '../../telemetry/index.ts';
import { METRICS_TRACES_LIMITS } from './limits.ts';
import type { TraceFilter, TraceSpan, TraceSummary } from './types.ts';

interface FoundTrace {
  readonly trace: string;
  readonly startNs: string;
  readonly endNs: string;
  readonly rootService: string;
  readonly rootRoute: string;
  readonly spans: string;
  readonly errors: string;
  readonly services: readonly string[];
}

/**
 * First the newest traces with a span that fits, then what all their spans come to. A span that was sent twice is
 * counted once.
 */
export async function findTraces(
  telemetry: Pick<TelemetryStore, 'query'>,
  filter: TraceFilter,
): Promise<readonly TraceSummary[]> {
  const limit = Math.max(1, Math.min(filter.limit, METRICS_TRACES_LIMITS.tracesPerPageMax));
  const conditions = [
    "time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')",
    ...(filter.service === undefined ? [] : ['service = {service:String}']),
    ...(filter.route === undefined ? [] : ['route = {route:String}']),
    ...(filter.durationMsMin === undefined ? [] : ['duration_ns >= {duration:UInt64}']),
    ...(filter.status === undefined ? [] : ['status = {status:String}']),
  ];
  const { rows } = await telemetry.query<FoundTrace>({
    sql:
      'SELECT trace_id AS trace, toUnixTimestamp64Nano(min(time)) AS startNs, ' +
      'max(toUnixTimestamp64Nano(time) + toInt64(duration_ns)) AS endNs, ' +
      "argMin(service, (parent_span_id != '', time)) AS rootService, argMin(route, (parent_span_id != '', time)) AS rootRoute, " +
      "uniqExact(span_id) AS spans, uniqExactIf(span_id, status = 'error') AS errors, groupUniqArray(20)(service) AS services " +
      `FROM ${SPANS.name} WHERE trace_id IN (SELECT trace_id FROM ${SPANS.name} WHERE ${conditions.join(' AND ')} ` +
      'GROUP BY trace_id ORDER BY max(time) DESC LIMIT {limit:UInt32}) ' +
      // A trace may begin before and go on behind the range; not by more than an hour.
      "AND time >= fromUnixTimestamp64Milli({from:Int64} - 3600000, 'UTC') " +
      "AND time < fromUnixTimestamp64Milli({to:Int64} + 3600000, 'UTC') " +
      'GROUP BY trace ORDER BY startNs DESC',
    params: {
      from: Math.trunc(Math.max(filter.fromMs, 3_600_000)),
      to: Math.trunc(filter.toMs),
      limit,
      service: filter.service ?? '',
      route: filter.route ?? '',
      duration: Math.max(0, Math.round((filter.durationMsMin ?? 0) * 1e6)),
      status: filter.status ?? '',
    },
    timeoutMs: METRICS_TRACES_LIMITS.queryTimeoutMs,
    ...(filter.signal === undefined ? {} : { signal: filter.signal }),
  });
  return rows.map((row) => ({
    traceId: row.trace,
    startMs: Number(BigInt(row.startNs)) / 1e6,
    durationMs: Number(BigInt(row.endNs) - BigInt(row.startNs)) / 1e6,
    service: row.rootService,
    route: row.rootRoute,
    spans: Number(row.spans),
    errors: Number(row.errors),
    services: [...row.services].sort(),
  }));
}

interface FoundSpan {
  readonly timeNs: string;
  readonly durationNs: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly status: TraceSpan['status'];
  readonly statusMessage: string;
  readonly service: string;
  readonly route: string;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly attributesString: Readonly<Record<string, string>>;
  readonly attributesNumber: Readonly<Record<string, number>>;
  readonly attributesBool: Readonly<Record<string, boolean>>;
  readonly eventTimes: readonly string[];
  readonly eventNames: readonly string[];
  readonly eventAttributes: readonly Readonly<Record<string, string>>[];
  readonly linkTraceIds: readonly string[];
  readonly linkSpanIds: readonly string[];
}

/** The spans of one trace by their start; the index on trace ids leaves out what cannot hold any. */
export async function readTrace(
  telemetry: Pick<TelemetryStore, 'query'>,
  wanted: { readonly traceId: string; readonly sinceMs: number },
): Promise<readonly TraceSpan[]> {
  const { rows } = await telemetry.query<FoundSpan>({
    sql:
      'SELECT toUnixTimestamp64Nano(time) AS timeNs, duration_ns AS durationNs, trace_id AS traceId, span_id AS spanId, ' +
      'parent_span_id AS parentSpanId, name, kind, status, status_message AS statusMessage, service, route, ' +
      'scope_name AS scopeName, scope_version AS scopeVersion, resource, attributes_string AS attributesString, ' +
      'attributes_number AS attributesNumber, attributes_bool AS attributesBool, ' +
      'arrayMap(t -> toUnixTimestamp64Nano(t), event_times) AS eventTimes, event_names AS eventNames, ' +
      'event_attributes AS eventAttributes, link_trace_ids AS linkTraceIds, link_span_ids AS linkSpanIds ' +
      `FROM ${SPANS.name} WHERE trace_id = {traceId:String} ` +
      "AND time >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') " +
      // A span that was sent again is the same span.
      'ORDER BY time, span_id LIMIT 1 BY span_id LIMIT {limit:UInt32}',
    params: {
      traceId: wanted.traceId,
      since: Math.max(0, Math.trunc(wanted.sinceMs)),
      limit: METRICS_TRACES_LIMITS.spansPerTraceMax,
    },
    timeoutMs: METRICS_TRACES_LIMITS.queryTimeoutMs,
  });
  return rows.map(({ eventTimes, eventNames, eventAttributes, linkTraceIds, linkSpanIds, ...row }) => ({
    ...row,
    timeNs: BigInt(row.timeNs),
    durationNs: BigInt(row.durationNs),
    events: eventTimes.map((timeNs, index) => ({
      timeNs: BigInt(timeNs),
      name: eventNames[index] ?? '',
      attributes: eventAttributes[index] ?? {},
    })),
    links: linkTraceIds.map((traceId, index) => ({ traceId, spanId: linkSpanIds[index] ?? '' })),
  }));
}
