import { Failure } from '../../base/index.ts';
import { evaluate, readSearchCall } from './evaluate.ts';
import { METRICS_MATH_FAILURES } from './failures.ts';
import { METRICS_MATH_LIMITS } from './limits.ts';
import { parseExpression, usesOf } from './parse-expression.ts';
import type { MathNode, MathRange, MathValue, SearchCall, Series } from './types.ts';

/** An expression among the queries of one call. */
export interface NamedExpression {
  readonly id: string;
  readonly expression: string;
  readonly periodSeconds: number | undefined;
}

export interface ReadExpression extends NamedExpression {
  readonly node: MathNode;
  readonly searches: readonly SearchCall[];
}

/** Reads expressions and finds their searches. Throws the failures of math. */
export function readExpressions(expressions: readonly NamedExpression[]): readonly ReadExpression[] {
  const read = expressions.map((one) => {
    const node = parseExpression(one.expression);
    const calls = usesOf(node).calls.filter(({ name }) => name === 'SEARCH');
    return { ...one, node, searches: calls.map(readSearchCall) };
  });
  const searches = read.reduce((sum, one) => sum + one.searches.length, 0);
  const { searchesPerCallMax: max } = METRICS_MATH_LIMITS;
  if (searches > max) throw new Failure(METRICS_MATH_FAILURES.tooComplex, { limit: 'searchesPerCallMax', max });
  return read;
}

export interface QueriesScope {
  readonly metrics: readonly { readonly id: string; readonly series: Series }[];
  readonly expressions: readonly ReadExpression[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly search: (expression: ReadExpression, call: SearchCall) => readonly Series[];
}

/** The value of every expression by its id. Throws the failures of math. */
export function evaluateQueries(scope: QueriesScope): ReadonlyMap<string, MathValue> {
  const done = new Map<string, MathValue>();
  const underWay = new Set<string>();
  const metricById = new Map(scope.metrics.map(({ id, series }) => [id, series]));
  const expressionById = new Map(scope.expressions.map((one) => [one.id, one]));

  const evaluateOne = (expression: ReadExpression): MathValue => {
    const known = done.get(expression.id);
    if (known !== undefined) return known;
    if (underWay.has(expression.id)) throw new Failure(METRICS_MATH_FAILURES.cycle, { id: expression.id });
    if (underWay.size >= METRICS_MATH_LIMITS.nestingMax) {
      const { nestingMax: max } = METRICS_MATH_LIMITS;
      throw new Failure(METRICS_MATH_FAILURES.tooComplex, { limit: 'nestingMax', max });
    }
    underWay.add(expression.id);
    const value = evaluate(expression.node, {
      range: rangeOf(expression),
      valueOf: valueById,
      metrics: () => scope.metrics,
      search: (call) => scope.search(expression, call),
    });
    underWay.delete(expression.id);
    done.set(expression.id, value);
    return value;
  };

  const valueById = (id: string): MathValue => {
    const series = metricById.get(id);
    if (series !== undefined) return { type: 'series', series };
    const expression = expressionById.get(id);
    if (expression === undefined) throw new Failure(METRICS_MATH_FAILURES.unknownId, { id });
    return evaluateOne(expression);
  };

  /** Without a period of its own, an expression has the longest of the metrics of the call. */
  const rangeOf = ({ periodSeconds }: ReadExpression): MathRange => ({
    fromMs: scope.fromMs,
    toMs: scope.toMs,
    periodSeconds:
      periodSeconds ?? scope.metrics.reduce((longest, { series }) => Math.max(longest, series.periodSeconds), 60),
  });

  for (const expression of scope.expressions) evaluateOne(expression);
  return done;
}
