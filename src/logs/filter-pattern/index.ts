/**
 * filter-pattern: the language of CloudWatch filter patterns, for FilterLogEvents, metric filters and live tail.
 *
 * Purpose: one parser with mistakes by column, one evaluator for a record in memory, and one compiler to a ClickHouse
 * condition that narrows the rows down.
 * Invariants: a row that fails the compiled condition never matches; when the condition is not exact, the evaluator
 * has the last word. Matching takes time linear in the text: regular expressions have no groups and do not backtrack.
 * Limits: length, regular expressions, wildcard selectors and nesting, in logs/limits.ts.
 * It does not extract metric values and knows nothing of groups, streams or people.
 */
export { type CompiledFilter, compileFilterPattern } from './compile.ts';
export { matchesFilterPattern } from './evaluate.ts';
export { parseFilterPattern } from './parse.ts';
export type { FilterPattern } from './types.ts';
