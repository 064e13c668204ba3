import type { Ast } from './ast.ts';
import { compileCommand, defaultColumns, pointerColumn } from './compile-command.ts';
import { createParameters, type InsightsContext, type Parameters } from './compile-context.ts';
import { type CompiledQuery, fieldType } from './compiled-query.ts';
import { INSIGHTS_LIMITS } from './insights-limits.ts';
import type { Mistakes } from './mistakes.ts';
import { type Column, createPipeline, type Pipeline, tail } from './pipeline.ts';
import { visibleRows } from './visible-rows.ts';

/** Builds the statement of a query; what does not make sense is reported, and the result is then of no use. */
export function compileQuery(query: Ast, input: InsightsContext, mistakes: Mistakes): CompiledQuery {
  const parameters = createParameters('p');
  const table = input.table ?? 'holdfast.logs';
  const visible = visibleRows(input, parameters);
  const pipeline = createPipeline({ text: query.text, input, mistakes, parameters, table });
  pipeline.conditions.push(...visible);
  for (const command of query.commands) compileCommand(pipeline, command);
  const matched = (pipeline.matched ?? pipeline.conditions).join(' AND ');
  const columns = shownColumns(pipeline);
  const limit = Math.max(1, Math.min(pipeline.limit ?? input.limit, input.limit, INSIGHTS_LIMITS.rows));
  pipeline.limit = limit;
  const list = columns.map(({ value }, index) => `${value.sql} AS column${index}`).join(', ');
  const sql = `SELECT ${list} FROM ${pipeline.source}${tail(pipeline, true)}`;
  if (boundLength(sql, parameters) > INSIGHTS_LIMITS.sqlCharacters) {
    mistakes.add({ offset: 0, length: 1 }, 'the query is too large', 'use fewer computed fields and conditions');
  }
  return {
    sql,
    params: parameters.values(),
    fields: columns.map(({ name, value }, index) => ({
      name,
      type: fieldType(value.type, value.prefersNumber === true),
      column: `column${index}`,
    })),
    isStatistics: pipeline.isStatistics,
    countSql: `SELECT count() AS matched FROM ${table} WHERE ${matched}`,
    filterSql: matched,
    filterParams: usedParameters(parameters, matched),
    usesTextIndex: pipeline.usesTextIndex,
  };
}

/** The length with every placeholder filled in, which is how the embedded engine reads it. The groups do not count. */
function boundLength(sql: string, parameters: Parameters): number {
  const values = parameters.values();
  return sql.replace(
    /\{(p\d+):[^}]*\}/g,
    (_, name: string) => ' '.repeat(30) + (name === GROUPS ? '' : [values[name]].flat().join()),
  ).length;
}

/** The first parameter: the names of the groups, which are not the query's. */
const GROUPS = 'p0';

function usedParameters(parameters: Parameters, sql: string): CompiledQuery['filterParams'] {
  return Object.fromEntries(Object.entries(parameters.values()).filter(([name]) => sql.includes(`{${name}:`)));
}

/** Events always carry their pointer, last, so that the whole record can be asked for. */
function shownColumns(pipeline: Pipeline): readonly Column[] {
  if (pipeline.isStatistics) return pipeline.displayed ?? pipeline.shown;
  const shown = pipeline.hasFields ? pipeline.shown : [...defaultColumns(pipeline), ...pipeline.shown];
  const columns = pipeline.displayed ?? shown;
  return columns.some(({ name }) => name === '@ptr') ? columns : [...columns, pointerColumn(pipeline)];
}
