import { type Clock, Failure, type Log } from '../../base/index.ts';
import type { PointRow, TelemetryStore } from '../../telemetry/index.ts';
import type { MetricPoint, MetricStore } from '../types.ts';
import { whyPointInvalid } from './check-point.ts';
import { METRICS_STORE_FAILURES } from './failures.ts';
import type { KnownSeries } from './known-series.ts';
import { METRICS_STORE_LIMITS } from './limits.ts';

export interface AppendPointsDeps {
  readonly telemetry: Pick<TelemetryStore, 'appendPoints' | 'appendSeries'>;
  readonly known: KnownSeries;
  readonly clock: Clock;
  readonly log: Log;
}

/** A point that was not stored, by its place in the call. */
export interface RefusedPoint {
  readonly point: number;
  readonly reason: string;
}

export interface PartialAppend {
  /**
   * Like `append`, for protocols that let single points be refused: what cannot be stored, or would be a series too
   * many, is left out and told; the rest is durable.
   */
  readonly appendPartly: (points: readonly MetricPoint[]) => Promise<readonly RefusedPoint[]>;
}

/**
 * Points and the rows that name them are written side by side, and acknowledged when both are durable. A crash between
 * them leaves points without a name, which nobody was told of, and which nobody finds.
 */
export function createAppendPoints(deps: AppendPointsDeps): Pick<MetricStore, 'append' | 'subscribe'> & PartialAppend {
  const { tell, subscribe } = createListeners(deps.log);
  /** Stores points that are valid; returns those for which there was no room. */
  const store = async (
    points: readonly MetricPoint[],
    whenFull: 'refuse' | 'leave out',
  ): Promise<ReadonlySet<MetricPoint>> => {
    const series = deps.known.resolve(points, whenFull);
    const rows: PointRow[] = [];
    const stored: MetricPoint[] = [];
    for (const [index, point] of points.entries()) {
      const metric = series.metrics[index];
      if (metric === undefined) continue;
      rows.push(rowOf(point, metric));
      stored.push(point);
    }
    await Promise.all([
      deps.telemetry.appendSeries(series.rows).then(series.confirm),
      deps.telemetry.appendPoints(rows),
    ]);
    tell(stored);
    if (stored.length === points.length) return NO_POINTS;
    const kept = new Set(stored);
    return new Set(points.filter((point) => !kept.has(point)));
  };
  return {
    subscribe,
    append: async (points) => {
      if (points.length === 0) return;
      checkPoints(points, deps.clock.nowMs());
      await store(points, 'refuse');
    },
    appendPartly: async (points) => {
      checkNumber(points);
      const nowMs = deps.clock.nowMs();
      const refused: RefusedPoint[] = [];
      const valid: MetricPoint[] = [];
      for (const [index, point] of points.entries()) {
        const reason = whyPointInvalid(point, nowMs);
        if (reason === undefined) valid.push(point);
        else refused.push({ point: index, reason });
      }
      if (valid.length === 0) return refused;
      const left = await store(valid, 'leave out');
      if (left.size === 0) return refused;
      const reason = `there are ${deps.known.count()} live series, the limit liveSeriesMax, and it would be a new one`;
      return [...refused, ...points.flatMap((point, index) => (left.has(point) ? [{ point: index, reason }] : []))];
    },
  };
}

function createListeners(log: Log): {
  readonly tell: (points: readonly MetricPoint[]) => void;
  readonly subscribe: MetricStore['subscribe'];
} {
  const listeners = new Set<(points: readonly MetricPoint[]) => void>();
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: (points) => {
      for (const listener of listeners) {
        try {
          listener(points);
        } catch (error) {
          // The points are durable: what a listener makes of them is no reason to refuse them.
          log.error({ err: error }, 'a listener to metric points failed');
        }
      }
    },
  };
}

const NO_POINTS: ReadonlySet<MetricPoint> = new Set();

function checkNumber(points: readonly MetricPoint[]): void {
  const { pointsPerCallMax: max } = METRICS_STORE_LIMITS;
  if (points.length > max) throw new Failure(METRICS_STORE_FAILURES.tooManyPoints, { points: points.length, max });
}

function checkPoints(points: readonly MetricPoint[], nowMs: number): void {
  checkNumber(points);
  for (const [index, point] of points.entries()) {
    const reason = whyPointInvalid(point, nowMs);
    if (reason !== undefined) throw new Failure(METRICS_STORE_FAILURES.pointInvalid, { point: index, reason });
  }
}

const NONE: readonly number[] = [];

/** Values that are all the same are told by the extremes, which is most points: they need no arrays. */
function rowOf(point: MetricPoint, metric: string): PointRow {
  const { timeMs, unit, sum, count, min, max, values = NONE, counts = NONE } = point;
  const plain = min === max;
  return { timeMs, metric, unit, sum, count, min, max, values: plain ? NONE : values, counts: plain ? NONE : counts };
}
