import { Failure, isFailure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../../telemetry/index.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { readCell } from '../insights/index.ts';
import { LOGS_LIMITS } from '../limits.ts';
import type { QueryCell, QueryView } from '../service.ts';
import type { QueryEntry } from './query-entry.ts';
import type { QueryStore } from './query-store.ts';

/** Takes a query through its life. Never rejects: how it ended stands in the entry. */
export async function executeQuery(context: LogsContext, store: QueryStore, entry: QueryEntry): Promise<void> {
  if (!(await store.places.enter(entry.stop.signal))) {
    finish(context, entry, 'Cancelled');
    return;
  }
  try {
    entry.status = 'Running';
    // No group to read needs no engine to find nothing.
    if (entry.groups.length > 0) await runInEngine(context, entry);
    finish(context, entry, entry.stop.signal.aborted ? 'Cancelled' : 'Complete');
  } catch (error) {
    finishFailed(context, entry, error);
  } finally {
    store.places.leave();
  }
}

async function runInEngine({ telemetry, clock }: LogsContext, entry: QueryEntry): Promise<void> {
  const { compiled } = entry;
  const startedMs = clock.monotonicMs();
  const bounds = { signal: entry.stop.signal, timeoutMs: LOGS_LIMITS.queryMs };
  const main = await telemetry.query<Readonly<Record<string, unknown>>>({
    ...bounds,
    sql: compiled.sql,
    params: compiled.params,
  });
  const rows = main.rows.map((row) => compiled.fields.map((field) => readCell(field, row[field.column])));
  const bytes = rows.reduce((sum, row) => sum + rowBytes(row), 0);
  const max = LOGS_LIMITS.queryResultBytes;
  if (bytes > max) throw new Failure(LOGS_FAILURES.resultTooLarge, { max });
  entry.statistics = statisticsOf(0, main.rowsRead, main.bytesRead, clock.monotonicMs() - startedMs);
  if (compiled.recordsUpTo !== undefined && rows.length < compiled.recordsUpTo) {
    entry.rows = rows;
    entry.bytes = bytes;
    entry.statistics = { ...entry.statistics, recordsMatched: rows.length };
    return;
  }
  // A limit may let the engine stop early, so what matches is counted by itself: never estimated.
  const count = await telemetry.query<{ readonly matched: string }>({
    ...bounds,
    sql: compiled.countSql,
    params: compiled.filterParams,
  });
  entry.rows = rows;
  entry.bytes = bytes;
  entry.statistics = statisticsOf(
    Number(count.rows[0]?.matched ?? 0),
    // Both statements read the same records, but the bytes of each were really read.
    Math.max(main.rowsRead, count.rowsRead),
    main.bytesRead + count.bytesRead,
    clock.monotonicMs() - startedMs,
  );
}

const statisticsOf = (
  recordsMatched: number,
  recordsScanned: number,
  bytesScanned: number,
  elapsedMs: number,
): QueryView['statistics'] => ({ recordsMatched, recordsScanned, bytesScanned, elapsedMs: Math.round(elapsedMs) });

const rowBytes = (row: readonly QueryCell[]): number =>
  row.reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? 2 * cell.length : 8) + 16, 32);

function finish({ clock }: LogsContext, entry: QueryEntry, status: QueryEntry['status']): void {
  entry.status = status;
  entry.endedMs = clock.nowMs();
}

function finishFailed(context: LogsContext, entry: QueryEntry, error: unknown): void {
  if (entry.stop.signal.aborted || isFailure(error, TELEMETRY_FAILURES.queryCancelled)) {
    finish(context, entry, 'Cancelled');
    return;
  }
  const isTimeout = isFailure(error, TELEMETRY_FAILURES.queryTimeout);
  const failure = isTimeout
    ? new Failure(LOGS_FAILURES.queryTimedOut, { seconds: LOGS_LIMITS.queryMs / 1000 })
    : isFailure(error)
      ? error
      : new Failure(LOGS_FAILURES.queryFailed, { reason: 'it met a defect' });
  if (!isFailure(error)) context.log.error({ err: error, queryId: entry.queryId }, 'a query met a defect');
  entry.failure = { code: failure.code, message: failure.message, hint: failure.hint };
  finish(context, entry, isTimeout ? 'Timeout' : 'Failed');
}
