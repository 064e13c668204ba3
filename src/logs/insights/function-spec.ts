import type { Expression } from './ast.ts';
import type { CompileContext } from './compile-context.ts';
import type { Span } from './mistakes.ts';
import type { Value } from './value.ts';

/** A function as completion and the manual show it. */
export interface InsightsFunction {
  readonly name: string;
  readonly family: 'number' | 'time' | 'general' | 'json' | 'address' | 'text' | 'hash' | 'aggregation';
  readonly signature: string;
  readonly help: string;
  /** A whole query. */
  readonly example: string;
}

export interface FunctionCall {
  readonly context: CompileContext;
  readonly args: readonly Value[];
  /** What the arguments were written as. */
  readonly nodes: readonly Expression[];
  readonly span: Span;
  readonly name: string;
}

export interface FunctionSpec extends InsightsFunction {
  /** Number of arguments, at least and at most. */
  readonly arity: readonly [number, number];
  /** Positions of arguments that are not expressions (periods, patterns, formats): the function reads the node. */
  readonly raw?: readonly number[];
  readonly compile: (call: FunctionCall) => Value;
}

/** The argument at a place; the arity has been checked. */
export const arg = (call: FunctionCall, index: number): Value => call.args[index] ?? { sql: 'NULL', type: 'any' };

/** Function names are read in any case, and with or without underscores: count_distinct is countDistinct. */
export const functionKey = (name: string): string => name.toLowerCase().replaceAll('_', '');
