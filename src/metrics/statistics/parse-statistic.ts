import { Failure } from '../../base/index.ts';
import { METRICS_STATISTICS_FAILURES } from './failures.ts';
import { METRICS_STATISTICS_LIMITS } from './limits.ts';
import type { Bound, StatisticSpec, TrimmedMeasure } from './types.ts';

const SIMPLE: ReadonlySet<string> = new Set(['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum']);
const MEASURES: Readonly<Record<string, TrimmedMeasure>> = {
  tm: 'mean',
  tc: 'count',
  ts: 'sum',
  wm: 'winsorized',
};
const SHORT = /^(p|tm|tc|ts|wm)(\d{1,3}(?:\.\d{1,10})?)$/;
const RANGE = /^(PR|TM|TC|TS|WM)\(([^():]*):([^():]*)\)$/i;
const NUMBER = /^-?\d{1,20}(?:\.\d{1,10})?$/;
const PERCENT = /^(\d{1,3}(?:\.\d{1,10})?)%$/;

/**
 * Reads a statistic as CloudWatch writes it ("CloudWatch statistics definitions"): `p99.9`, `tm90`, `TM(10%:90%)`,
 * `TC(0.005:0.030)`, `PR(:300)`. Throws `statistics.unknown`.
 */
export function parseStatistic(text: string): StatisticSpec {
  if (text.length > METRICS_STATISTICS_LIMITS.textLengthMax) throw refuse(text, 'it is too long');
  if (SIMPLE.has(text)) return { type: 'simple', name: text as 'Sum' };
  // The mean of the middle half. The interquartile range beside it is an addition of ours.
  if (text === 'IQM') return { type: 'trimmed', measure: 'mean', lower: percentBound(25), upper: percentBound(75) };
  if (text === 'IQR') return { type: 'interquartileRange' };
  const short = SHORT.exec(text);
  if (short !== null) return parseShort(text, short[1] ?? '', Number(short[2]));
  const range = RANGE.exec(text);
  if (range !== null) return parseRange(text, (range[1] ?? '').toUpperCase(), [range[2] ?? '', range[3] ?? '']);
  throw refuse(text, 'no statistic has this form');
}

function parseShort(text: string, kind: string, percent: number): StatisticSpec {
  if (percent > 100) throw refuse(text, 'its percentage is above 100');
  if (kind === 'p') return { type: 'percentile', percent };
  return { type: 'trimmed', measure: MEASURES[kind] ?? 'mean', lower: undefined, upper: percentBound(percent) };
}

function parseRange(text: string, kind: string, [from, to]: readonly [string, string]): StatisticSpec {
  const lower = parseBound(text, from);
  const upper = parseBound(text, to);
  if (lower === undefined && upper === undefined) throw refuse(text, 'it has no bound');
  if (lower !== undefined && upper !== undefined) {
    if (lower.type !== upper.type) throw refuse(text, 'one bound is a percentage and the other a value');
    if (sizeOf(lower) >= sizeOf(upper)) throw refuse(text, 'its lower bound is not below its upper bound');
  }
  if (kind !== 'PR') return { type: 'trimmed', measure: MEASURES[kind.toLowerCase()] ?? 'mean', lower, upper };
  if (lower?.type === 'percent' || upper?.type === 'percent') throw refuse(text, 'the bounds of PR are values');
  return { type: 'rank', lower: lower?.value, upper: upper?.value };
}

function parseBound(text: string, bound: string): Bound | undefined {
  const trimmed = bound.trim();
  if (trimmed === '') return undefined;
  const percent = PERCENT.exec(trimmed);
  if (percent !== null) {
    const size = Number(percent[1]);
    if (size > 100) throw refuse(text, 'its percentage is above 100');
    return percentBound(size);
  }
  if (!NUMBER.test(trimmed)) throw refuse(text, `"${trimmed}" is no bound`);
  return { type: 'value', value: Number(trimmed) };
}

const percentBound = (percent: number): Bound => ({ type: 'percent', percent });
const sizeOf = (bound: Bound): number => (bound.type === 'percent' ? bound.percent : bound.value);

const refuse = (text: string, reason: string): Failure =>
  new Failure(METRICS_STATISTICS_FAILURES.unknown, { statistic: text.slice(0, 100), reason });

/** Whether a statistic needs to know the values, not only their sum, number and extremes. */
export const needsDistribution = (spec: StatisticSpec): boolean => spec.type !== 'simple';
