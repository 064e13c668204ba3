import type { Segment } from './ast.ts';
import { type CompileContext, type InsightsContext, type Parameters, refuse } from './compile-context.ts';
import { compileExpression } from './compile-expression.ts';
import { type Mistakes, nearest, type Span } from './mistakes.ts';
import { jsonPath, resolveStored } from './resolve-field.ts';
import { textOf, type Value } from './value.ts';

/** A column to show. */
export interface Column {
  readonly name: string;
  readonly value: Value;
}

/**
 * The state between two commands: a source of rows, the conditions and the order that are still to be applied to it,
 * and what names mean over it. Computed fields are not columns of the source: their expressions are written out where
 * they are used, and the engine computes equal expressions once. So a filter on a stored field stays a condition on
 * the table itself, however much was computed before it, and the engine's indexes see it.
 */
export interface Pipeline {
  readonly context: CompileContext;
  readonly parameters: Parameters;
  readonly mistakes: Mistakes;
  source: string;
  readonly conditions: string[];
  order: readonly string[];
  limit: number | undefined;
  isLimitAny: boolean;
  isSorted: boolean;
  isStatistics: boolean;
  /** Without a fields command the time and the message are shown before what was extracted. */
  hasFields: boolean;
  /** Shown because a fields or a parse command says so, unless `displayed` is set. */
  shown: Column[];
  displayed: Column[] | undefined;
  /** Computed names; after stats the only names there are. */
  names: Map<string, Value>;
  /** The conditions on the table alone, kept when the first command changes the rows themselves. */
  matched: readonly string[] | undefined;
  /** Makes the columns of each level differ from all others. */
  level: number;
  usesTextIndex: boolean;
}

export const RAW_ORDER: readonly string[] = ['time DESC', 'event_id DESC'];

export function createPipeline(options: {
  readonly text: string;
  readonly input: InsightsContext;
  readonly mistakes: Mistakes;
  readonly parameters: Parameters;
  readonly table: string;
}): Pipeline {
  const { text, input, mistakes, parameters, table } = options;
  const context: CompileContext = {
    text,
    mistakes,
    parameters,
    input,
    resolve: (segments, name, span) => resolve(pipeline, segments, name, span),
    resolveWritten: (written) => pipeline.names.get(written),
    onTextIndex: () => {
      // Only what is asked of the table itself can use its index.
      if (pipeline.matched === undefined) pipeline.usesTextIndex = true;
    },
    compile: (node) => compileExpression(context, node),
  };
  const pipeline: Pipeline = {
    context,
    parameters,
    mistakes,
    source: table,
    conditions: [],
    order: RAW_ORDER,
    limit: undefined,
    isLimitAny: false,
    isSorted: false,
    isStatistics: false,
    hasFields: false,
    shown: [],
    displayed: undefined,
    names: new Map(),
    matched: undefined,
    level: 0,
    usesTextIndex: false,
  };
  return pipeline;
}

/** A computed name, or the longest computed name that the path starts with, or what is stored. */
function resolve(pipeline: Pipeline, segments: readonly Segment[], name: string, span: Span): Value {
  const whole = pipeline.names.get(name) ?? pipeline.names.get(segments.join('.'));
  if (whole !== undefined) return whole;
  for (let length = segments.length - 1; length > 0; length -= 1) {
    const start = pipeline.names.get(segments.slice(0, length).join('.'));
    if (start !== undefined) return jsonPath(pipeline.parameters, textOf(start), segments.slice(length));
  }
  if (!pipeline.isStatistics) return resolveStored(pipeline.parameters, segments, name);
  const visible = [...pipeline.names.keys()];
  const suggestion = nearest(name, visible);
  return refuse(
    pipeline.context,
    span,
    `there is no field \`${name}\` after stats`,
    suggestion === undefined
      ? `only its results are visible: ${visible.map((field) => `\`${field}\``).join(', ')}`
      : `did you mean \`${suggestion}\`?`,
  );
}

/** Turns what has been asked so far into the source of what follows, because order and limit come in between. */
export function wrap(pipeline: Pipeline): void {
  rememberMatched(pipeline);
  const isOrdered = pipeline.limit !== undefined;
  pipeline.source = `(SELECT * FROM ${pipeline.source}${tail(pipeline, isOrdered)})`;
  pipeline.conditions.length = 0;
  pipeline.limit = undefined;
  pipeline.isLimitAny = false;
}

/** WHERE, ORDER BY and LIMIT of the present level. */
export function tail(pipeline: Pipeline, isOrdered: boolean): string {
  const where = pipeline.conditions.length === 0 ? '' : ` WHERE ${pipeline.conditions.join(' AND ')}`;
  const hasOrder = isOrdered && pipeline.order.length > 0 && !(pipeline.isLimitAny && !pipeline.isSorted);
  const order = hasOrder ? ` ORDER BY ${pipeline.order.join(', ')}` : '';
  return `${where}${order}${pipeline.limit === undefined ? '' : ` LIMIT ${pipeline.limit}`}`;
}

/** From here on conditions are no longer about rows of the table. */
export function rememberMatched(pipeline: Pipeline): void {
  pipeline.matched ??= [...pipeline.conditions];
}

/** A column name that is not used on any other level. */
export function newColumn(pipeline: Pipeline, kind: string, index: number): string {
  return `${kind}${pipeline.level}_${index}`;
}
