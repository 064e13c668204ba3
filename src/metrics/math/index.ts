/** Metric math: expressions over series, read and checked apart from data, and evaluated over it. */
export { type CheckedExpressions, checkExpressions } from './check-expressions.ts';
export {
  evaluateQueries,
  type NamedExpression,
  type QueriesScope,
  type ReadExpression,
  readExpressions,
} from './evaluate-queries.ts';
export { METRICS_MATH_FAILURES } from './failures.ts';
export { METRICS_MATH_LIMITS } from './limits.ts';
export { type ExpressionUses, parseExpression, usesOf } from './parse-expression.ts';
export { parseSearch, type SearchPattern } from './search-pattern.ts';
export type { MathNode, MathRange, MathValue, SearchCall, Series } from './types.ts';
