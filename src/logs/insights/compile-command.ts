import type { Command, NamedExpression } from './ast.ts';
import { bounded } from './compile-context.ts';
import { compileCondition, compileExpression } from './compile-expression.ts';
import { compileStats } from './compile-stats.ts';
import { listItems } from './functions-json.ts';
import { type Column, newColumn, type Pipeline, rememberMatched, tail, wrap } from './pipeline.ts';
import { captureNames, engineRegex, globRegex, regexProblem } from './regex.ts';
import { any, sortKeysOf, string, textOf, type Value } from './value.ts';

/** Carries one command out on the state of the pipeline. */
export function compileCommand(pipeline: Pipeline, command: Command): void {
  switch (command.type) {
    case 'fields':
      pipeline.hasFields = true;
      for (const column of compileItems(pipeline, command.items)) show(pipeline, column);
      break;
    case 'display':
      pipeline.displayed = [...compileItems(pipeline, command.items)];
      break;
    case 'filter':
      if (pipeline.limit !== undefined) wrap(pipeline);
      pipeline.conditions.push(compileCondition(pipeline.context, command.condition));
      break;
    case 'parse':
      compileParse(pipeline, command);
      break;
    case 'stats':
      compileStats(pipeline, command);
      break;
    case 'sort':
      compileSort(pipeline, command);
      break;
    case 'limit':
      compileLimit(pipeline, command);
      break;
    case 'dedup':
      compileDedup(pipeline, command);
      break;
    case 'unnest':
      compileUnnest(pipeline, command);
      break;
  }
}

/** Later items of one command may use the names of earlier ones. */
function compileItems(pipeline: Pipeline, items: readonly NamedExpression[]): readonly Column[] {
  return items.map((item) => {
    const value = bounded(pipeline.context, pipeline.context.compile(item.expression), item.span);
    if (item.hasAlias || item.expression.type !== 'field') pipeline.names.set(item.name, value);
    return { name: item.name, value };
  });
}

/** A name shown twice shows its last meaning, in its first place. */
function show(pipeline: Pipeline, column: Column): void {
  const at = pipeline.shown.findIndex((other) => other.name === column.name);
  if (at === -1) pipeline.shown.push(column);
  else pipeline.shown[at] = column;
}

function compileParse(pipeline: Pipeline, command: Command & { readonly type: 'parse' }): void {
  const { context } = pipeline;
  const subject =
    command.subject === undefined
      ? context.resolve(['@message'], '@message', command.span)
      : compileExpression(context, command.subject);
  const { pattern } = command;
  if (pattern.type === 'regex') {
    const problem = regexProblem(pattern.source);
    if (problem !== undefined) {
      context.mistakes.add(
        pattern.span,
        `the regular expression is not valid: ${problem}`,
        'the syntax is that of RE2: no look-around, no back references',
      );
      return;
    }
  }
  const isGlob = pattern.type === 'glob';
  const regex = context.parameters.text(isGlob ? globRegex(pattern.text) : engineRegex(pattern.source));
  const groups = `extractGroups(ifNull(${textOf(subject)}, ''), ${regex})`;
  const numbers = isGlob
    ? command.captures.map((_, index) => index + 1)
    : captureNames(pattern.source).map((capture) => capture.group);
  command.captures.forEach((capture, index) => {
    // An empty list of groups is no match. In a regular expression an empty group is one that took no part.
    const group = `${groups}[${numbers[index] ?? 1}]`;
    const sql = isGlob ? `if(isNull(${textOf(subject)}) OR empty(${groups}), NULL, ${group})` : `nullIf(${group}, '')`;
    const value = bounded(context, any(sql), capture.span);
    pipeline.names.set(capture.name, value);
    show(pipeline, { name: capture.name, value });
  });
}

function compileSort(pipeline: Pipeline, command: Command & { readonly type: 'sort' }): void {
  if (pipeline.limit !== undefined) wrap(pipeline);
  const order = command.keys.flatMap(({ expression, isDescending }) => {
    const value = bounded(pipeline.context, pipeline.context.compile(expression), expression.span);
    const direction = isDescending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST';
    return sortKeysOf(value).map((key) => `${key} ${direction}`);
  });
  // Equal keys come in a fixed order, so that the same query answers the same twice.
  pipeline.order = pipeline.isStatistics ? order : [...order, 'time DESC', 'event_id DESC'];
  pipeline.isSorted = true;
}

function compileLimit(pipeline: Pipeline, command: Command & { readonly type: 'limit' }): void {
  pipeline.limit = Math.min(pipeline.limit ?? command.count, command.count);
  pipeline.isLimitAny = command.isAny;
}

/** Rows without one of the values are never duplicates: each gets a key of its own. */
function compileDedup(pipeline: Pipeline, command: Command & { readonly type: 'dedup' }): void {
  if (pipeline.limit !== undefined) wrap(pipeline);
  const keys = command.keys.map((key) => textOf(bounded(pipeline.context, pipeline.context.compile(key), key.span)));
  rememberMatched(pipeline);
  const isMissing = keys.map((key) => `isNull(${key})`).join(' OR ');
  const own = `if(${isMissing}, toString(generateUUIDv4()), '')`;
  pipeline.source = `(SELECT * FROM ${pipeline.source}${tail(pipeline, true)} LIMIT 1 BY ${[...keys, own].join(', ')})`;
  pipeline.conditions.length = 0;
}

function compileUnnest(pipeline: Pipeline, command: Command & { readonly type: 'unnest' }): void {
  if (pipeline.limit !== undefined) wrap(pipeline);
  rememberMatched(pipeline);
  pipeline.level += 1;
  const value = bounded(pipeline.context, pipeline.context.compile(command.source), command.source.span);
  const column = newColumn(pipeline, 'item', 0);
  pipeline.source = `(SELECT *, arrayJoin(${listItems(textOf(value))}) AS ${column} FROM ${pipeline.source}${tail(pipeline, false)})`;
  pipeline.conditions.length = 0;
  const item: Value = any(column);
  pipeline.names.set(command.into.name, item);
  show(pipeline, { name: command.into.name, value: item });
}

/** What a query without fields and display shows. */
export const defaultColumns = (pipeline: Pipeline): readonly Column[] =>
  ['@timestamp', '@message'].map((name) => ({
    name,
    value: pipeline.context.resolve([name], name, { offset: 0, length: 0 }),
  }));

export const pointerColumn = (pipeline: Pipeline): Column => ({
  name: '@ptr',
  value: string(pipeline.context.resolve(['@ptr'], '@ptr', { offset: 0, length: 0 }).sql),
});
