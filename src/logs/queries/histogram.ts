import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../base/index.ts';
import { auditEntry } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { LOGS_TABLE } from '../logs-table.ts';
import { checkLimit } from '../names.ts';
import type { LogQueryVerbs } from '../service.ts';
import { chooseGroups } from './choose-groups.ts';
import { checkQueryRequest, compileQuery } from './compile-query.ts';

type Histogram = Awaited<ReturnType<LogQueryVerbs['histogram']>>;

interface BucketRow {
  readonly start: string;
  readonly records: string;
  readonly errors: string;
  readonly warnings: string;
}

/** Records over time that pass the filters of a query, errors and warnings apart. */
export const histogram =
  (context: LogsContext): LogQueryVerbs['histogram'] =>
  async (actor, request) => {
    const groups = await chooseGroups(context, actor, request.logGroups);
    checkQueryRequest(request);
    checkLimit('buckets', request.buckets, LOGS_LIMITS.histogramBucketsMax);
    const compiled = compileQuery(context, request, groups);
    const logGroups = groups.map((group) => group.name);
    const call = { eventName: 'GetLogHistogram', readOnly: true, category: 'Data', logGroups } as const;
    context.audit.count(auditEntry(actor, call), { events: 1, bytes: 0 });
    const bucketMs = chooseBucketMs(request.endMs - request.startMs, request.buckets);
    const startedMs = context.clock.monotonicMs();
    const { rows, rowsRead, bytesRead } =
      groups.length === 0
        ? { rows: [], rowsRead: 0, bytesRead: 0 }
        : await context.telemetry.query<BucketRow>({
            sql: `SELECT intDiv(toUnixTimestamp64Milli(time), ${bucketMs}) * ${bucketMs} AS start, count() AS records,
                countIf(severity_number >= 17) AS errors, countIf(severity_number BETWEEN 13 AND 16) AS warnings
              FROM ${LOGS_TABLE} WHERE ${compiled.filterSql} GROUP BY start ORDER BY start`,
            params: compiled.filterParams,
            timeoutMs: LOGS_LIMITS.aggregateMs,
          });
    const recordsMatched = rows.reduce((sum, row) => sum + Number(row.records), 0);
    const elapsedMs = Math.round(context.clock.monotonicMs() - startedMs);
    return {
      bucketMs,
      buckets: fillBuckets(rows, { startMs: request.startMs, endMs: request.endMs, bucketMs }),
      statistics: { recordsMatched, recordsScanned: rowsRead, bytesScanned: bytesRead, elapsedMs },
    };
  };

/** Widths that people read at a glance, and that lie on UTC's seconds, minutes, hours and days. */
const BUCKETS_MS: readonly number[] = [
  ...[1, 5, 10, 30].map((count) => count * SECOND_MS),
  ...[1, 5, 10, 30].map((count) => count * MINUTE_MS),
  ...[1, 3, 6, 12].map((count) => count * HOUR_MS),
  ...[1, 7, 30, 90, 365].map((count) => count * DAY_MS),
];

/** The narrowest width that needs no more than `buckets` for the range; very long ranges get multiples of a year. */
export function chooseBucketMs(rangeMs: number, buckets: number): number {
  const found = BUCKETS_MS.find((width) => Math.ceil(rangeMs / width) <= buckets);
  const year = 365 * DAY_MS;
  return found ?? Math.ceil(rangeMs / buckets / year) * year;
}

/** Every bucket that the range touches, empty ones too; at most one more than asked, at the unaligned ends. */
export function fillBuckets(
  rows: readonly BucketRow[],
  range: { readonly startMs: number; readonly endMs: number; readonly bucketMs: number },
): Histogram['buckets'] {
  const { startMs, endMs, bucketMs } = range;
  const found = new Map(rows.map((row) => [Number(row.start), row]));
  const first = Math.floor(startMs / bucketMs) * bucketMs;
  const count = Math.ceil((endMs - first) / bucketMs);
  return Array.from({ length: count }, (_, index) => {
    const start = first + index * bucketMs;
    const row = found.get(start);
    return {
      startMs: start,
      count: Number(row?.records ?? 0),
      errors: Number(row?.errors ?? 0),
      warnings: Number(row?.warnings ?? 0),
    };
  });
}
