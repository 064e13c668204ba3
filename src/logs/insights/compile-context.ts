import { storableText } from '../../base/index.ts';
import type { Expression, Segment } from './ast.ts';
import { INSIGHTS_LIMITS } from './insights-limits.ts';
import type { Mistakes, Span } from './mistakes.ts';
import { NULL_VALUE, type Value } from './value.ts';

/** What the caller knows about a query besides its text. */
export interface InsightsContext {
  /** The groups to read; of each, nothing older than `minTimeMs` is visible, because its retention has passed. */
  readonly logGroups: readonly { readonly name: string; readonly minTimeMs: number }[];
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  /** Rows at most, whatever the query says. */
  readonly limit: number;
  readonly nowMs: number;
  /** Default `holdfast.logs`. A name of our own, never of a user. */
  readonly table?: string;
}

/** Values that are bound to the statement, each once. Nothing that a user wrote stands in the statement itself. */
export interface Parameters {
  readonly text: (value: string) => string;
  readonly texts: (values: readonly string[]) => string;
  readonly values: () => Readonly<Record<string, string | readonly string[]>>;
}

export function createParameters(prefix: string): Parameters {
  const values: Record<string, string | readonly string[]> = {};
  const known = new Map<string, string>();
  const bind = (value: string | readonly string[], type: string): string => {
    const key = JSON.stringify(value);
    const before = known.get(key);
    if (before !== undefined) return before;
    const name = `${prefix}${known.size}`;
    values[name] = value;
    const placeholder = `{${name}:${type}}`;
    known.set(key, placeholder);
    return placeholder;
  };
  return {
    text: (value) => bind(storableText(value), 'String'),
    texts: (list) => bind(list.map(storableText), 'Array(String)'),
    values: () => values,
  };
}

/** Finds what a name stands for at this point of the pipeline; reports when it stands for nothing. */
export type ResolveField = (segments: readonly Segment[], name: string, span: Span) => Value;

export interface CompileContext {
  readonly text: string;
  readonly mistakes: Mistakes;
  readonly parameters: Parameters;
  readonly input: InsightsContext;
  readonly resolve: ResolveField;
  /** A column that already has this very text as its name: `count(*)` after stats. */
  readonly resolveWritten: (written: string) => Value | undefined;
  /** In stats, outside of an aggregation: compiles what is inside of one. */
  readonly inAggregation?: CompileContext;
  readonly onTextIndex: () => void;
  /** Compiles an expression in this context. */
  readonly compile: (node: Expression) => Value;
}

/** Reports a mistake and stands in for the value that cannot be made. */
export function refuse(context: CompileContext, span: Span, message: string, hint: string): Value {
  context.mistakes.add(span, message, hint);
  return NULL_VALUE;
}

/** Stops expressions whose definitions feed on each other from growing without end. */
export function bounded(context: CompileContext, value: Value, span: Span): Value {
  if (value.sql.length + (value.numberSql?.length ?? 0) <= INSIGHTS_LIMITS.sqlCharacters / 3) return value;
  return refuse(context, span, 'this expression is too large', 'use fewer computed fields inside one another');
}
