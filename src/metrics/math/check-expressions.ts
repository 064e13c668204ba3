import { Failure } from '../../base/index.ts';
import type { MetricQuery } from '../types.ts';
import { evaluateQueries, readExpressions } from './evaluate-queries.ts';
import { METRICS_MATH_FAILURES } from './failures.ts';
import { usesOf } from './parse-expression.ts';
import { parseSearch } from './search-pattern.ts';

export interface CheckedExpressions {
  /** All functions that the expressions use, for callers that allow fewer. */
  readonly functions: ReadonlySet<string>;
  /** By the id of an expression, how many series it gives; searches find none here. */
  readonly seriesCounts: ReadonlyMap<string, number>;
}

/**
 * Finds every mistake that does not depend on data: the expressions are evaluated with series that have no points.
 * Throws the failures of math; an expression whose data is asked for must give series.
 */
export function checkExpressions(queries: readonly MetricQuery[]): CheckedExpressions {
  const expressions = readExpressions(
    queries.flatMap((query) =>
      query.type === 'expression'
        ? [{ id: query.id, expression: query.expression, periodSeconds: query.periodSeconds }]
        : [],
    ),
  );
  for (const { searches } of expressions) for (const { pattern } of searches) parseSearch(pattern);
  const values = evaluateQueries({
    metrics: queries.flatMap(({ id, ...query }) =>
      query.type === 'metric'
        ? [{ id, series: { label: id, periodSeconds: query.periodSeconds, timesMs: [], values: [] } }]
        : [],
    ),
    expressions,
    fromMs: 0,
    toMs: 0,
    search: () => [],
  });
  for (const { id, returnData } of queries) {
    const value = values.get(id);
    if (returnData && value !== undefined && value.type !== 'series' && value.type !== 'list') {
      throw new Failure(METRICS_MATH_FAILURES.scalarResult, { id });
    }
  }
  return {
    functions: new Set(expressions.flatMap(({ node }) => [...usesOf(node).functions])),
    seriesCounts: new Map([...values].map(([id, value]) => [id, value.type === 'list' ? value.list.length : 1])),
  };
}
