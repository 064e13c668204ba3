import { SKETCH } from '../../telemetry/index.ts';
import {
  distributionExpression,
  rankExpression,
  SIMPLE_NEEDS,
  type StatisticSpec,
  simpleExpression,
} from '../statistics/index.ts';
import type { ReadSource } from './choose-table.ts';

/** What one statement reads: statistics that are all plain, or all of the distribution. */
export interface PeriodStatement {
  readonly source: ReadSource;
  readonly periodSeconds: number;
  /** How many periods the range has. */
  readonly periods: number;
  readonly specs: readonly StatisticSpec[];
}

/**
 * The statement that computes statistics of periods for the metrics in `{metrics:Array(UInt64)}`. One row comes back
 * for each series and unit: `last`, the last period with points, counted from 0; and an array for each statistic,
 * `x0`, `x1`, … . Plain statistics have a place for each period; those of the distribution have places for the periods
 * with points only, in the order of `at`. Where there is no value, there is null.
 *
 * The engine aggregates into one array a series (`-Resample`), a period a place: that is several times as fast as one
 * group a series and period, and brings one number a period into the program, whatever the statistic.
 */
export function periodStatement(statement: PeriodStatement): string {
  const { specs } = statement;
  const simple = specs.flatMap((spec) => (spec.type === 'simple' ? [spec.name] : []));
  const distribution = specs.flatMap((spec) => (spec.type === 'simple' ? [] : [spec]));
  return distribution.length === 0
    ? simpleStatement(statement, simple)
    : distributionStatement(statement, distribution);
}

function simpleStatement(statement: PeriodStatement, names: readonly (keyof typeof SIMPLE_NEEDS)[]): string {
  const needed = [...new Set(['c' as const, ...names.flatMap((name) => SIMPLE_NEEDS[name])])];
  const columns = needed.map((column) => `${resampled(statement, AGGREGATES[column])} AS all_${column}`);
  const values = names.map((name, index) => {
    const uses = SIMPLE_NEEDS[name];
    return `arrayMap((${uses.join(', ')}) -> ${simpleExpression(name)}, ${uses.map((use) => `all_${use}`).join(', ')}) AS x${index}`;
  });
  return (
    `SELECT toString(metric) AS metric, unit, arrayLastIndex(n -> n > 0, all_c) - 1 AS last, ${values.join(', ')} FROM (` +
    `SELECT metric, unit, ${columns.join(', ')} ${sourceOf(statement)} GROUP BY metric, unit)`
  );
}

function distributionStatement(
  statement: PeriodStatement,
  specs: readonly Exclude<StatisticSpec, { readonly type: 'simple' }>[],
): string {
  const { form } = statement.source;
  const aggregates = { ...AGGREGATES, o: OPAQUE[form], k: KEYS[form], n: COUNTS[form] };
  const columns = Object.entries(aggregates).map(([name, call]) => `${resampled(statement, call)} AS all_${name}`);
  const known = 'lo >= 0 AND o = 0 AND notEmpty(ks)';
  const ranks: number[] = [];
  const rankOf = (percent: number): string => {
    if (!ranks.includes(percent)) ranks.push(percent);
    return `r${ranks.indexOf(percent)}`;
  };
  const scope = { valueOfKey: (key: string) => valueOfKey(form, key), rankOf };
  const values = specs.map((spec, index) => `if(${known}, ${distributionExpression(spec, scope)}, nan) AS x${index}`);
  const gathered = specs.map((_, index) => `groupArray(x${index}) AS x${index}`);
  return (
    `SELECT toString(metric) AS metric, unit, toInt64(max(i)) AS last, groupArray(i) AS at, ${gathered.join(', ')} FROM (` +
    `SELECT metric, unit, i, ${values.join(', ')} FROM (` +
    `SELECT *, ${ranks.map((percent, index) => `${rankExpression(percent)} AS r${index}, `).join('')}` +
    `arrayMap(k -> ${valueOfKey(form, 'k')}, ks) AS vs FROM (` +
    'SELECT *, arrayCumSum(ns) AS cs, cs[-1] AS total FROM (' +
    'SELECT metric, unit, place - 1 AS i, lo, hi, o, arraySort(k) AS ks, arraySort((one, key) -> key, n, k) AS ns FROM (' +
    `SELECT metric, unit, ${columns.join(', ')} ${sourceOf(statement)} GROUP BY metric, unit) ` +
    'ARRAY JOIN all_c AS c, all_lo AS lo, all_hi AS hi, all_o AS o, all_k AS k, all_n AS n, arrayEnumerate(all_c) AS place ' +
    'WHERE c > 0)))) ' +
    'GROUP BY metric, unit'
  );
}

interface AggregateCall {
  readonly name: string;
  readonly of: string;
}

const AGGREGATES = {
  c: { name: 'sum', of: 'value_count' },
  s: { name: 'sum', of: 'value_sum' },
  lo: { name: 'min', of: 'value_min' },
  hi: { name: 'max', of: 'value_max' },
} as const;

const OPAQUE = {
  points: { name: 'sum', of: 'if(empty(values) AND value_min != value_max, value_count, 0.)' },
  rollup: { name: 'sum', of: 'opaque' },
} as const;

/** Values, or keys of buckets, of all rows of a period behind each other; their counts in the same order. */
const KEYS = {
  points: { name: 'groupArrayArray', of: 'if(notEmpty(values), values, [value_min])' },
  rollup: { name: 'groupArrayArray', of: 'sketch.1' },
} as const;
const COUNTS = {
  points: { name: 'groupArrayArray', of: 'if(notEmpty(counts), counts, [value_count])' },
  rollup: { name: 'groupArrayArray', of: 'sketch.2' },
} as const;

/** A bucket stands for the value whose relative error is smallest, never outside of the extremes, which are exact. */
const valueOfKey = (form: ReadSource['form'], key: string): string =>
  form === 'points'
    ? key
    : `greatest(lo, least(hi, if(${key} = ${SKETCH.zeroKey}, 0., 2 * pow(${SKETCH.gamma}, ${key}) / ${SKETCH.gamma + 1})))`;

const resampled = ({ periods, periodSeconds }: PeriodStatement, { name, of }: AggregateCall): string =>
  `${name}Resample(0, ${periods}, 1)(${of}, intDiv(toUnixTimestamp(time) - {start:Int64}, ${periodSeconds}))`;

const sourceOf = ({ source }: PeriodStatement): string =>
  `FROM ${source.table} WHERE metric IN {metrics:Array(UInt64)} AND time >= toDateTime64({from:String}, 3, 'UTC') ` +
  "AND time < toDateTime64({to:String}, 3, 'UTC')";
