import { DAY_MS, Failure, formatDuration } from '../../base/index.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { LOGS_TABLE } from '../logs-table.ts';

/** Refuses to trust a clock that would make retention drop what is still wanted. */
export interface ClockGuard {
  /** Throws `logs.clock-implausible`. */
  readonly check: () => Promise<void>;
}

/**
 * Three signs of a wrong clock: it has moved otherwise than the monotonic clock since the start; the newest record
 * was received in its future; or at the start it stood far after the newest record, which is either a long rest or a
 * clock set forward, so that people get a day to notice before anything is dropped.
 */
export async function createClockGuard(context: Pick<LogsContext, 'clock' | 'telemetry'>): Promise<ClockGuard> {
  const { clock } = context;
  const startedMs = clock.nowMs();
  const startedMonotonicMs = clock.monotonicMs();
  const newestAtStartMs = await newestIngestMs(context);
  return {
    check: async () => {
      const nowMs = clock.nowMs();
      const runningMs = clock.monotonicMs() - startedMonotonicMs;
      const driftMs = Math.abs(nowMs - startedMs - runningMs);
      if (driftMs > LOGS_LIMITS.clockAheadMax) {
        throw refuse(`it was moved by ${formatDuration(driftMs)} since the server started`);
      }
      const newestMs = await newestIngestMs(context);
      if (newestMs !== undefined && newestMs > nowMs + LOGS_LIMITS.clockAheadMax) {
        throw refuse(`the newest record was received ${formatDuration(newestMs - nowMs)} after what it shows now`);
      }
      const restMs = newestAtStartMs === undefined ? 0 : startedMs - newestAtStartMs;
      if (restMs > LOGS_LIMITS.clockStepMax && runningMs < DAY_MS) {
        throw refuse(
          `at the start the newest record was ${formatDuration(restMs)} old; unless the clock is corrected, retention goes on a day after the start`,
        );
      }
    },
  };
}

const refuse = (reason: string): Failure => new Failure(LOGS_FAILURES.clockImplausible, { reason });

async function newestIngestMs({ telemetry }: Pick<LogsContext, 'telemetry'>): Promise<number | undefined> {
  const { rows } = await telemetry.query<{ readonly records: string; readonly newest: string }>({
    sql: `SELECT count() AS records, toUnixTimestamp64Milli(max(ingest_time)) AS newest FROM ${LOGS_TABLE}`,
  });
  return Number(rows[0]?.records ?? 0) === 0 ? undefined : Number(rows[0]?.newest);
}
