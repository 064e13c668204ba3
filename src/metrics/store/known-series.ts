import { type Clock, Failure } from '../../base/index.ts';
import type { SeriesRow } from '../../telemetry/index.ts';
import type { MetricPoint } from '../types.ts';
import { METRICS_STORE_FAILURES } from './failures.ts';
import { METRICS_STORE_LIMITS } from './limits.ts';
import { decimalOf, hashMetric } from './metric-hash.ts';

interface Known {
  readonly metric: string;
  /** Time of the newest point whose row is durable; -Infinity before the first is. */
  writtenMs: number;
  /** When it was last heard of, by the monotonic clock. */
  heardMs: number;
}

/** The series that are live, so that what a hash stands for is written once an hour and not with every point. */
export interface KnownSeries {
  /**
   * The hash of each point, in order, and the rows that must be durable with them. Where there is no room for new
   * series, throws `metrics.too-many-series` before anything is remembered, or leaves out what belongs to them.
   */
  readonly resolve: (points: readonly MetricPoint[], whenFull: 'refuse' | 'leave out') => ResolvedSeries;
  readonly count: () => number;
}

export interface ResolvedSeries {
  /** Undefined for a point that was left out. */
  readonly metrics: readonly (string | undefined)[];
  readonly rows: readonly SeriesRow[];
  /** To be called once the rows are durable. */
  readonly confirm: () => void;
}

export function createKnownSeries(clock: Clock, max: number = METRICS_STORE_LIMITS.liveSeriesMax): KnownSeries {
  const known = new Map<string, Known>();

  const forgetSilent = (): void => {
    const before = clock.monotonicMs() - METRICS_STORE_LIMITS.seriesLiveMs;
    for (const [key, series] of known) if (series.heardMs < before) known.delete(key);
  };

  const makeRoom = (more: number, whenFull: 'refuse' | 'leave out'): void => {
    if (known.size + more <= max) return;
    forgetSilent();
    if (known.size + more > max && whenFull === 'refuse') {
      throw new Failure(METRICS_STORE_FAILURES.tooManySeries, { now: known.size, more, max });
    }
  };

  return {
    count: () => known.size,
    resolve: (points, whenFull) => {
      const keys = points.map((point) => hashMetric(point) + point.unit);
      const fresh = new Set(keys.filter((key) => !known.has(key)));
      if (fresh.size > 0) makeRoom(fresh.size, whenFull);
      const heardMs = clock.monotonicMs();
      const metrics: (string | undefined)[] = [];
      const due = new Map<string, MetricPoint>();
      for (const [index, point] of points.entries()) {
        const key = keys[index] ?? '';
        let series = known.get(key);
        if (series === undefined) {
          if (known.size >= max) {
            metrics.push(undefined);
            continue;
          }
          series = { metric: decimalOf(key.slice(0, 16)), writtenMs: Number.NEGATIVE_INFINITY, heardMs };
          known.set(key, series);
        }
        series.heardMs = heardMs;
        metrics.push(series.metric);
        if (point.timeMs < series.writtenMs + METRICS_STORE_LIMITS.seriesRefreshMs) continue;
        const newest = due.get(key);
        if (newest === undefined || newest.timeMs < point.timeMs) due.set(key, point);
      }
      return {
        metrics,
        rows: [...due].map(([key, point]) => rowOf(known.get(key)?.metric ?? '', point)),
        confirm: () => {
          for (const [key, { timeMs }] of due) {
            const series = known.get(key);
            if (series !== undefined && series.writtenMs < timeMs) series.writtenMs = timeMs;
          }
        },
      };
    },
  };
}

const rowOf = (metric: string, point: MetricPoint): SeriesRow => ({
  metric,
  unit: point.unit,
  namespace: point.namespace,
  name: point.name,
  dimensions: point.dimensions,
  lastSeenMs: point.timeMs,
});
