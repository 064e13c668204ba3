import { Failure, HOUR_MS } from '../../base/index.ts';
import { METRIC_POINTS, ROLLUPS, rollupTableOf } from '../../telemetry/index.ts';
import { METRICS_STORE_FAILURES } from './failures.ts';

/** Where a reading comes from, and since when there is anything to read. */
export interface ReadSource {
  readonly table: string;
  readonly form: 'points' | 'rollup';
  readonly fromMs: number;
}

const SHORT_PERIODS: ReadonlySet<number> = new Set([1, 5, 10, 20, 30]);
const POINTS_KEPT_MS = 3 * HOUR_MS;

/** Throws `metrics.period-invalid`. */
export function checkPeriod(periodSeconds: number): void {
  const possible = SHORT_PERIODS.has(periodSeconds) || (Number.isInteger(periodSeconds / 60) && periodSeconds > 0);
  if (!possible) throw new Failure(METRICS_STORE_FAILURES.periodInvalid, { periodSeconds });
}

/**
 * The rule of CloudWatch: data by the second is there for three hours, by the minute for 15 days, by five minutes for
 * 63 days, by the hour for 455. Every table is complete up to now, so the coarsest that fits is read; percentiles are
 * read from the points themselves, and are exact, while these are kept for the whole range.
 */
export function chooseTable(request: {
  readonly periodSeconds: number;
  readonly fromMs: number;
  readonly nowMs: number;
  readonly distribution: boolean;
}): ReadSource {
  const { periodSeconds, nowMs } = request;
  const alignedMs = alignDown(request.fromMs, periodSeconds);
  const pointsFromMs = nowMs - POINTS_KEPT_MS;
  const rollup = ROLLUPS.findLast((candidate) => periodSeconds % candidate.periodSeconds === 0);
  if (rollup === undefined) {
    // The first period that is there whole.
    const keptMs = alignDown(pointsFromMs - 1, periodSeconds) + periodSeconds * 1000;
    return { table: METRIC_POINTS.name, form: 'points', fromMs: Math.max(alignedMs, keptMs) };
  }
  if (request.distribution && alignedMs >= pointsFromMs) {
    return { table: METRIC_POINTS.name, form: 'points', fromMs: alignedMs };
  }
  const keptMs = alignDown(nowMs - rollup.keptMs, periodSeconds);
  return { table: rollupTableOf(rollup.periodSeconds), form: 'rollup', fromMs: Math.max(alignedMs, keptMs) };
}

/** Periods begin at whole multiples of their length since 1970. */
export const alignDown = (timeMs: number, periodSeconds: number): number =>
  Math.floor(timeMs / (periodSeconds * 1000)) * periodSeconds * 1000;
