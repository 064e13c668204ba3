/**
 * metrics/filters: metrics out of the stream of logs.
 *
 * Purpose: metric filters in CloudWatch's pattern language, and the Embedded Metric Format inside records. Both look
 * at records as they are stored, after redaction, so that no secret can become a dimension.
 * Invariants: points are made only of records that are durable; an acknowledged record has its points durable, or
 * held in memory while the store of points takes none; a record is never refused or sent again because of a filter.
 * A crash between the two appends loses the points of the requests that were not yet acknowledged, whose senders send
 * them again, and the default values of the minute that was under way.
 * Limits: limits.ts. Points are kept by the minute of the record, EMF's with resolution 1 by the second.
 * It does not look at records that were stored before a filter was made, and does not transform records.
 */
export { createMetricFilters, type MetricFiltersDeps } from './create-metric-filters.ts';
export { METRICS_FILTERS_FAILURES } from './failures.ts';
export { METRICS_FILTERS_LIMITS } from './limits.ts';
export { METRIC_FILTERS_MIGRATIONS, type MetricFiltersTables } from './migrations.ts';
export type {
  FilterMatch,
  MetricFilter,
  MetricFilterStatus,
  MetricFilters,
  MetricTransformation,
  StoredBatch,
} from './types.ts';
