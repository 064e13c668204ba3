/**
 * filter-pattern: the language of CloudWatch filter patterns, for FilterLogEvents, metric filters and live tail.
 *
 * Purpose: one parser with mistakes by column, one evaluator for a record in memory, and one compiler to a ClickHouse
 * condition that narrows the rows down.
 * Invariants: a row that fails the compiled condition never matches; when the condition is not exact, the evaluator
 * has the last word. Matching takes time linear in the text: regular expressions have no groups and do not backtrack.
 * Limits: length, regular expressions, wildcard selectors and nesting, in logs/limits.ts.
 * It knows nothing of groups, streams or people.
 */
export { type CompiledFilter, compileFilterPattern } from './compile.ts';
export { matchesFilterPattern, parseRecord } from './evaluate.ts';
export { extractedValues, extractValue, parseValueReference, type ValueReference } from './extract-value.ts';
export { parseFilterPattern } from './parse.ts';
export type { FilterPattern } from './types.ts';
