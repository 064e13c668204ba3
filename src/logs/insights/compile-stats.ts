import type { Command, Expression, NamedExpression, Segment } from './ast.ts';
import { isAggregation, isKnown } from './compile-call.ts';
import { bounded, type CompileContext, refuse } from './compile-context.ts';
import { compileExpression } from './compile-expression.ts';
import type { Span } from './mistakes.ts';
import { type Column, newColumn, type Pipeline, rememberMatched, tail } from './pipeline.ts';
import { NULL_VALUE, type Value } from './value.ts';

type StatsCommand = Command & { readonly type: 'stats' };

/**
 * Groups the rows. Its results become the source of what follows and the only names that are visible; in the answer
 * the groups come first, then the aggregations, ordered by the groups unless a sort follows.
 */
export function compileStats(pipeline: Pipeline, command: StatsCommand): void {
  refuseSortBefore(pipeline, command);
  const keys = compileKeys(pipeline, command.by);
  const context = statsContext(pipeline.context, keys);
  const results = command.items.map((item): Column => {
    if (!aggregates(item.expression)) {
      context.mistakes.add(
        item.span,
        `\`${item.name}\` is not an aggregation`,
        'aggregate it, as in max(field), or put it after `by`',
      );
      return { name: item.name, value: NULL_VALUE };
    }
    return { name: item.name, value: bounded(context, context.compile(item.expression), item.span) };
  });
  rememberMatched(pipeline);
  pipeline.level += 1;
  const columns = [...keys, ...results].map(({ name, value }, index) => ({
    name,
    value,
    column: newColumn(pipeline, 'value', index),
  }));
  const list = columns.map(({ value, column }) => `${value.sql} AS ${column}`).join(', ');
  const groups = columns.slice(0, keys.length);
  const groupBy = groups.length === 0 ? '' : ` GROUP BY ${groups.map(({ column }) => column).join(', ')}`;
  pipeline.source = `(SELECT ${list} FROM ${pipeline.source}${tail(pipeline, false)}${groupBy})`;
  pipeline.conditions.length = 0;
  pipeline.isStatistics = true;
  pipeline.isSorted = false;
  pipeline.order = groups.map(({ column }) => `${column} ASC NULLS FIRST`);
  const stored = columns.map(({ name, value, column }) => ({ name, value: storedValue(value, column) }));
  pipeline.names = new Map(stored.map(({ name, value }) => [name, value]));
  pipeline.shown = stored;
  pipeline.displayed = undefined;
}

const storedValue = (value: Value, column: string): Value => ({
  sql: column,
  type: value.type,
  ...(value.prefersNumber === undefined ? {} : { prefersNumber: value.prefersNumber }),
});

function refuseSortBefore(pipeline: Pipeline, command: StatsCommand): void {
  if (!pipeline.isSorted && pipeline.limit === undefined) return;
  const what = pipeline.limit === undefined ? 'sort' : 'limit';
  pipeline.mistakes.add(
    { offset: command.span.offset, length: 'stats'.length },
    `stats cannot follow ${what}`,
    `put the ${what} after the last stats`,
  );
}

function compileKeys(pipeline: Pipeline, by: readonly NamedExpression[]): readonly Column[] {
  return by.map((item) => ({
    name: item.name,
    value: bounded(pipeline.context, pipeline.context.compile(item.expression), item.span),
  }));
}

/** Outside of an aggregation only the groups have one value for all rows that are aggregated. */
function statsContext(row: CompileContext, keys: readonly Column[]): CompileContext {
  const context: CompileContext = {
    ...row,
    inAggregation: row,
    resolve: (_segments: readonly Segment[], name: string, span: Span) =>
      keys.find((key) => key.name === name)?.value ??
      refuse(row, span, `\`${name}\` has many values here`, `aggregate it, as in max(${name}), or put it after \`by\``),
    resolveWritten: (written) => keys.find((key) => key.name === written)?.value,
    compile: (node) => compileExpression(context, node),
  };
  return context;
}

/** Whether an aggregation stands somewhere inside, or a function that is not known: that is said when it is compiled. */
function aggregates(node: Expression): boolean {
  switch (node.type) {
    case 'call':
      return isAggregation(node.name) || !isKnown(node.name) || node.args.some(aggregates);
    case 'broken':
      return true;
    case 'negate':
    case 'not':
      return aggregates(node.operand);
    case 'arithmetic':
    case 'compare':
      return aggregates(node.left) || aggregates(node.right);
    case 'and':
    case 'or':
      return node.operands.some(aggregates);
    case 'like':
    case 'in':
      return aggregates(node.subject);
    case 'literal':
    case 'duration':
    case 'regex':
    case 'field':
      return false;
  }
}
