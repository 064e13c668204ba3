/** Spans: kept, found and read by trace, and the metrics of requests that are made of them. */
export { createTraceStore, type TraceStoreDeps } from './create-trace-store.ts';
export { METRICS_TRACES_FAILURES } from './failures.ts';
export { METRICS_TRACES_LIMITS } from './limits.ts';
export { REQUESTS_NAMESPACE } from './request-points.ts';
export { routeOf } from './route-of.ts';
export type { TraceFilter, TraceSpan, TraceStore, TraceSummary } from './types.ts';
