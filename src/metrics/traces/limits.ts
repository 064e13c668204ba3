import { defineLimits, MINUTE_MS, SECOND_MS } from '../../base/index.ts';

/** Limits of spans and traces. */
export const METRICS_TRACES_LIMITS = defineLimits('traces', {
  retentionDays: {
    value: 30,
    unit: 'days',
    reason: 'how long spans are kept unless the composition says otherwise; AWS X-Ray keeps them as long',
  },
  spansPerTraceMax: {
    value: 10_000,
    unit: 'count',
    reason: 'spans of one trace that are given out; a trace with more is a loop, and nobody can look at it',
  },
  tracesPerPageMax: {
    value: 500,
    unit: 'count',
    reason: 'traces of one answer, each with what its spans come to',
  },
  queryTimeoutMs: {
    value: 30 * SECOND_MS,
    unit: 'ms',
    reason: 'wall time of one reading; a list that takes longer is not waited for',
  },
  routesPerServiceMax: {
    value: 500,
    unit: 'count',
    reason:
      'routes of one service that get metrics of their own; the names of spans may hold ids, and would make a series each',
  },
  servicesMax: {
    value: 2_000,
    unit: 'count',
    reason: 'services whose routes are remembered; more together share the metrics of (other)',
  },
  countedSpansMax: {
    value: 200_000,
    unit: 'count',
    reason: 'requests remembered as counted, about 150 bytes each; past it the oldest would be counted again if resent',
  },
  countedSpansMs: {
    value: 10 * MINUTE_MS,
    unit: 'ms',
    reason: 'exporters give a batch up after a minute or five; what comes later is not a retry of theirs',
  },
  valuesPerPointMax: {
    value: 500,
    unit: 'count',
    reason: 'durations in one point; more become several points of the same time',
  },
});
