/** The store of points: what comes in is checked, named and made durable; what is asked for is read from roll-ups. */
export type { PartialAppend, RefusedPoint } from './append-points.ts';
export { whyPointInvalid } from './check-point.ts';
export { alignDown, checkPeriod } from './choose-table.ts';
export { createMetricStore, type MetricStoreDeps } from './create-metric-store.ts';
export { METRICS_STORE_FAILURES } from './failures.ts';
export { METRICS_STORE_LIMITS } from './limits.ts';
export { hashMetric } from './metric-hash.ts';
