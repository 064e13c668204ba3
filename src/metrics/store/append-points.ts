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

/**
 * Points and the rows that name them are written side by side, and acknowledged when both are durable. A crash between
 * them leaves points without a name, which nobody was told of, and which nobody finds.
 */
export function createAppendPoints(deps: AppendPointsDeps): Pick<MetricStore, 'append' | 'subscribe'> {
  const listeners = new Set<(points: readonly MetricPoint[]) => void>();
  const tell = (points: readonly MetricPoint[]): void => {
    for (const listener of listeners) {
      try {
        listener(points);
      } catch (error) {
        // The points are durable: what a listener makes of them is no reason to refuse them.
        deps.log.error({ err: error }, 'a listener to metric points failed');
      }
    }
  };
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    append: async (points) => {
      if (points.length === 0) return;
      checkPoints(points, deps.clock.nowMs());
      const series = deps.known.resolve(points);
      const rows = points.map((point, index) => rowOf(point, series.metrics[index] ?? ''));
      await Promise.all([
        deps.telemetry.appendSeries(series.rows).then(series.confirm),
        deps.telemetry.appendPoints(rows),
      ]);
      tell(points);
    },
  };
}

function checkPoints(points: readonly MetricPoint[], nowMs: number): void {
  const { pointsPerCallMax: max } = METRICS_STORE_LIMITS;
  if (points.length > max) throw new Failure(METRICS_STORE_FAILURES.tooManyPoints, { points: points.length, max });
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
