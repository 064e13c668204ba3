import type { Clock, Log } from '../../base/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import type { MetricStore } from '../types.ts';
import { createAppendPoints, type PartialAppend } from './append-points.ts';
import { createKnownSeries } from './known-series.ts';
import { createListMetrics } from './list-metrics.ts';
import { createQueryMetrics } from './query-metrics.ts';

export interface MetricStoreDeps {
  readonly telemetry: TelemetryStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly liveSeriesMax?: number;
}

/** The store of points over the telemetry port. It keeps in memory only which series are live. */
export function createMetricStore(deps: MetricStoreDeps): MetricStore & PartialAppend {
  const { telemetry, clock, log } = deps;
  const known = createKnownSeries(clock, deps.liveSeriesMax);
  const listing = createListMetrics({ telemetry, clock });
  return {
    ...createAppendPoints({ telemetry, known, clock, log: log.area('metrics') }),
    ...listing,
    query: createQueryMetrics({ telemetry, clock, listMetrics: listing.listMetrics }),
  };
}
