/**
 * logs/insights: the CloudWatch Logs Insights query language, compiled to SQL of the telemetry engine.
 *
 * Purpose: read a query, say what is wrong with it and where, and make one SELECT of it; the tables that completion
 * and the manual are made from; the cells of the answer.
 * Invariants:
 * - Nothing is ignored: what is not understood, and what CloudWatch has and this does not, is a mistake that names
 *   its place (offset, length, line, column), says what was found, and what to write instead.
 * - Nothing that a user wrote stands in a statement: texts, patterns and field names are bound as parameters, numbers
 *   are written by us. A query reads only the groups and the time that the caller allows.
 * - Conditions that the text index answers stand beside the exact one, so the index decides the time, never the
 *   result.
 * - A query that was parsed compiles: parsing includes a compilation against no groups at all.
 * - Reading a query takes time in proportion to its length and never throws.
 * Limits: insights-limits.ts.
 * It does not run queries, does not know who asks, and authorizes nothing. It has no pattern, diff, join, lookup and
 * the like; command-table.ts names them all.
 */

import { aggregations } from './aggregations.ts';
import type { Ast } from './ast.ts';
import { rowFunctions } from './compile-call.ts';
import type { InsightsContext } from './compile-context.ts';
import { compileQuery } from './compile-query.ts';
import type { CompiledQuery } from './compiled-query.ts';
import type { InsightsFunction } from './function-spec.ts';
import { createMistakes, type QueryMistake } from './mistakes.ts';
import { parseQuery } from './parse-query.ts';

export type { Ast } from './ast.ts';
export { type InsightsCommand, insightsCommands } from './command-table.ts';
export type { InsightsContext } from './compile-context.ts';
export type { CompiledQuery, QueryField, QueryParameters } from './compiled-query.ts';
export type { InsightsFunction } from './function-spec.ts';
export { INSIGHTS_LIMITS } from './insights-limits.ts';
export type { QueryMistake } from './mistakes.ts';
export { readCell } from './read-cell.ts';
export { type KnownField, knownFields } from './resolve-field.ts';

/** Every function, those of one event first, then the aggregations. */
export const insightsFunctions: readonly InsightsFunction[] = [...rowFunctions, ...aggregations].map(
  ({ name, family, signature, help, example }) => ({ name, family, signature, help, example }),
);

export type ParsedInsights =
  | { readonly ok: true; readonly query: Ast }
  | { readonly ok: false; readonly mistakes: readonly QueryMistake[] };

/** For checking alone: no groups, no time. */
const NOTHING: InsightsContext = { logGroups: [], startMs: 0, endMs: 1, limit: 1, nowMs: 0 };

/** Reads a query. When it is ok, compiling it cannot fail. */
export function parseInsights(text: string): ParsedInsights {
  const parsed = parseQuery(text);
  if (!parsed.ok) return parsed;
  const mistakes = createMistakes(text);
  compileQuery(parsed.query, NOTHING, mistakes);
  return mistakes.count() === 0 ? parsed : { ok: false, mistakes: mistakes.list() };
}

/** The statement of a query that `parseInsights` found ok. */
export const compileInsights = (query: Ast, context: InsightsContext): CompiledQuery =>
  compileQuery(query, context, createMistakes(query.text));

/** The mistakes of a query and whether it answers with statistics, for editors. */
export function checkInsights(text: string): {
  readonly mistakes: readonly QueryMistake[];
  readonly isStatistics: boolean;
} {
  const parsed = parseInsights(text);
  if (!parsed.ok) return { mistakes: parsed.mistakes, isStatistics: false };
  return { mistakes: [], isStatistics: parsed.query.commands.some((command) => command.type === 'stats') };
}
