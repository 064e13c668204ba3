import { Failure } from '../../base/index.ts';
import { METRICS_MATH_FAILURES } from './failures.ts';
import { FUNCTIONS, REFUSED_FUNCTIONS } from './functions.ts';
import { METRICS_MATH_LIMITS } from './limits.ts';
import { applyOperator, wrongType } from './operators.ts';
import type { MathNode, MathScope, MathValue, SearchCall, Series } from './types.ts';

/** The value of an expression. Throws the failures of math; types are those of the values, whatever data there is. */
export function evaluate(node: MathNode, scope: MathScope): MathValue {
  switch (node.type) {
    case 'number':
      return { type: 'scalar', value: node.value };
    case 'text':
      return { type: 'text', text: node.text };
    case 'word':
      return { type: 'word', word: node.word };
    case 'id':
      return scope.valueOf(node.id);
    case 'array':
      return { type: 'list', list: bounded(node.items.flatMap((item) => seriesOf(evaluate(item, scope)))) };
    case 'negate':
      return applyOperator('*', { type: 'scalar', value: -1 }, evaluate(node.operand, scope));
    case 'binary':
      return applyOperator(node.operator, evaluate(node.left, scope), evaluate(node.right, scope));
    case 'call':
      return call(node, scope);
  }
}

function call(node: Extract<MathNode, { readonly type: 'call' }>, scope: MathScope): MathValue {
  const { name } = node;
  if (name === 'SEARCH') return { type: 'list', list: bounded(scope.search(readSearchCall(node))) };
  if (REFUSED_FUNCTIONS.has(name)) throw new Failure(METRICS_MATH_FAILURES.functionRefused, { name });
  const apply = FUNCTIONS.get(name);
  if (apply === undefined) throw new Failure(METRICS_MATH_FAILURES.unknownFunction, { name });
  const args = node.args.map((arg) => evaluate(arg, scope));
  return apply(args, scope, name);
}

/** The arguments of SEARCH are written out, so that they can be looked for before anything is evaluated. */
export function readSearchCall({ args }: Extract<MathNode, { readonly type: 'call' }>): SearchCall {
  const [pattern, statistic, period] = args;
  if (pattern?.type !== 'text' || statistic?.type !== 'text' || args.length > 3) {
    throw wrongType('the function SEARCH', 'other arguments', 'a text, a statistic as text, and a period');
  }
  if (period !== undefined && period.type !== 'number' && !(period.type === 'word' && period.word === 'AUTO')) {
    throw wrongType('the function SEARCH', 'another period', 'a number of seconds');
  }
  return {
    pattern: pattern.text,
    statistic: statistic.text,
    periodSeconds: period?.type === 'number' ? period.value : undefined,
  };
}

function seriesOf(value: MathValue): readonly Series[] {
  if (value.type === 'series') return [value.series];
  if (value.type === 'list') return value.list;
  throw wrongType('an array', value.type === 'scalar' ? 'S' : 'a text', 'TS or TS[]');
}

function bounded(list: readonly Series[]): readonly Series[] {
  const { seriesPerListMax, valuesPerExpressionMax } = METRICS_MATH_LIMITS;
  if (list.length > seriesPerListMax) {
    throw new Failure(METRICS_MATH_FAILURES.tooComplex, { limit: 'seriesPerListMax', max: seriesPerListMax });
  }
  const values = list.reduce((sum, series) => sum + series.values.length, 0);
  if (values > valuesPerExpressionMax) {
    throw new Failure(METRICS_MATH_FAILURES.tooComplex, {
      limit: 'valuesPerExpressionMax',
      max: valuesPerExpressionMax,
    });
  }
  return list;
}
