import { Failure } from '../../base/index.ts';
import { METRICS_MATH_FAILURES } from './failures.ts';
import type { BinaryOperator, MathValue, Series } from './types.ts';

/** What a number is worth in place of a result that does not exist: the point is left out. */
const NO_VALUE = Number.NaN;

const OPERATORS: Readonly<Record<BinaryOperator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? NO_VALUE : left / right),
  '^': (left, right) => left ** right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<': (left, right) => Number(left < right),
  '<=': (left, right) => Number(left <= right),
  '>': (left, right) => Number(left > right),
  '>=': (left, right) => Number(left >= right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

/**
 * Where only one of two series has a point, the other counts as 0; a quotient by zero and every other result that is
 * no number is left out (CloudWatch, "Metric math syntax and functions").
 */
export function applyOperator(operator: BinaryOperator, left: MathValue, right: MathValue): MathValue {
  const apply = OPERATORS[operator];
  if (left.type === 'list') {
    if (right.type === 'list')
      throw wrongType(`the operator ${operator}`, 'TS[] on both sides', 'TS[] on one side only');
    return { type: 'list', list: left.list.map((one) => combine(apply, one, plainOf(operator, right))) };
  }
  if (right.type === 'list') {
    return { type: 'list', list: right.list.map((one) => combine(apply, plainOf(operator, left), one)) };
  }
  const first = plainOf(operator, left);
  const second = plainOf(operator, right);
  if (typeof first === 'number' && typeof second === 'number') return { type: 'scalar', value: apply(first, second) };
  return { type: 'series', series: combine(apply, first, second) };
}

function plainOf(operator: string, value: MathValue): number | Series {
  if (value.type === 'scalar') return value.value;
  if (value.type === 'series') return value.series;
  throw wrongType(`the operator ${operator}`, nameOf(value), 'S, TS or TS[]');
}

function combine(
  apply: (left: number, right: number) => number,
  left: number | Series,
  right: number | Series,
): Series {
  if (typeof left === 'number') {
    return typeof right === 'number' ? EMPTY : mapSeries(right, (value) => apply(left, value));
  }
  if (typeof right === 'number') return mapSeries(left, (value) => apply(value, right));
  const timesMs: number[] = [];
  const values: number[] = [];
  let a = 0;
  let b = 0;
  while (a < left.timesMs.length || b < right.timesMs.length) {
    const leftMs = left.timesMs[a] ?? Number.POSITIVE_INFINITY;
    const rightMs = right.timesMs[b] ?? Number.POSITIVE_INFINITY;
    const timeMs = Math.min(leftMs, rightMs);
    const value = apply(leftMs === timeMs ? (left.values[a] ?? 0) : 0, rightMs === timeMs ? (right.values[b] ?? 0) : 0);
    if (leftMs === timeMs) a += 1;
    if (rightMs === timeMs) b += 1;
    if (!Number.isFinite(value)) continue;
    timesMs.push(timeMs);
    values.push(value);
  }
  return { label: left.label, periodSeconds: Math.max(left.periodSeconds, right.periodSeconds), timesMs, values };
}

const EMPTY: Series = { label: '', periodSeconds: 60, timesMs: [], values: [] };

/** A series of the same times, without those whose new value is no number. */
export function mapSeries(series: Series, change: (value: number, timeMs: number, index: number) => number): Series {
  const timesMs: number[] = [];
  const values: number[] = [];
  for (const [index, timeMs] of series.timesMs.entries()) {
    const value = change(series.values[index] ?? 0, timeMs, index);
    if (!Number.isFinite(value)) continue;
    timesMs.push(timeMs);
    values.push(value);
  }
  return { ...series, timesMs, values };
}

export const nameOf = (value: MathValue): string =>
  ({ scalar: 'S', series: 'TS', list: 'TS[]', text: 'a text', word: 'a word' })[value.type];

export const wrongType = (where: string, got: string, wanted: string): Failure =>
  new Failure(METRICS_MATH_FAILURES.typeWrong, { where, got, wanted });
