import { defineLimits } from '../../base/index.ts';

/** Limits of metric math. */
export const METRICS_MATH_LIMITS = defineLimits('math', {
  expressionLengthMax: {
    value: 2048,
    unit: 'count',
    reason: 'UTF-16 code units of one expression; the number of CloudWatch',
  },
  nestingMax: {
    value: 64,
    unit: 'count',
    reason: 'brackets and expressions inside each other; deeper nesting is an attack on the stack',
  },
  seriesPerListMax: {
    value: 1_000,
    unit: 'count',
    reason: 'series that one expression may hold at once, twice what a call of CloudWatch may name',
  },
  valuesPerExpressionMax: {
    value: 3_000_000,
    unit: 'count',
    reason: 'values of a list of series; an operation holds as many again',
  },
  searchMetricsMax: {
    value: 500,
    unit: 'count',
    reason: 'metrics that one search may find; the number of CloudWatch, past it the result is marked as partial',
  },
  searchScannedMax: {
    value: 50_000,
    unit: 'count',
    reason: 'metrics that one search looks at; a schema in braces narrows it to a namespace',
  },
  searchesPerCallMax: {
    value: 5,
    unit: 'count',
    reason: 'searches of one call; the number of CloudWatch',
  },
});
