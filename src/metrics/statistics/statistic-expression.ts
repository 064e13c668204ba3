import type { Bound, StatisticSpec, TrimmedMeasure } from './types.ts';

type Simple = Extract<StatisticSpec, { readonly type: 'simple' }>['name'];
type Trimmed = Extract<StatisticSpec, { readonly type: 'trimmed' }>;

/** The aggregates that a plain statistic is made of: sum, number of samples, least and greatest value. */
export const SIMPLE_NEEDS: Readonly<Record<Simple, readonly ('s' | 'c' | 'lo' | 'hi')[]>> = {
  SampleCount: ['c'],
  Sum: ['c', 's'],
  Average: ['c', 's'],
  Minimum: ['c', 'lo'],
  Maximum: ['c', 'hi'],
};

/** A plain statistic of one period in the engine's SQL, over the aggregates of its name; NaN without samples. */
export function simpleExpression(name: Simple): string {
  switch (name) {
    case 'SampleCount':
      return 'if(c > 0, c, nan)';
    case 'Sum':
      return 'if(c > 0, s, nan)';
    case 'Average':
      return 's / c';
    case 'Minimum':
      return 'if(c > 0, lo, nan)';
    case 'Maximum':
      return 'if(c > 0, hi, nan)';
  }
}

/** What an expression may ask of the statement around it. */
export interface ExpressionScope {
  /** The value of a key in `ks`. */
  readonly valueOfKey: (key: string) => string;
  /** A column that holds the rank of so many percent of `total`: computed once a period, not once a value. */
  readonly rankOf: (percent: number) => string;
}

/**
 * A statistic of the values of one period in the engine's SQL; NaN where there is none. It stands on these columns:
 * `ks`, `vs` and `ns`, keys and values in ascending order with how often each occurred (a value may occur in several
 * places), and `cs` and `total`, the running total of `ns` and its end.
 *
 * A percentile is the smallest value that so many percent of the values do not exceed (nearest rank). A trimmed range
 * keeps whole values: it drops as many of the lowest as lie wholly below its lower percentage and keeps up to the one
 * that reaches the upper. A range of values is open below and closed above (CloudWatch, "statistics definitions").
 */
export function distributionExpression(
  spec: Exclude<StatisticSpec, { readonly type: 'simple' }>,
  scope: ExpressionScope,
): string {
  switch (spec.type) {
    case 'percentile':
      return percentile(spec.percent, scope);
    case 'interquartileRange':
      return `${percentile(75, scope)} - ${percentile(25, scope)}`;
    case 'rank':
      return `100 * arraySum(${insideValues(spec.lower, spec.upper)}) / total`;
    case 'trimmed':
      return trimmed(spec, scope);
  }
}

/** So many percent of `total`; 99.9 percent of 1000 is 999, not 999.0000000000001. */
export function rankExpression(percent: number): string {
  const rank = `(${percent / 100} * total)`;
  return `if(abs(${rank} - round(${rank})) < 1e-9 * greatest(1, round(${rank})), round(${rank}), ${rank})`;
}

const percentile = (percent: number, { valueOfKey, rankOf }: ExpressionScope): string => {
  const place = `arrayFirstIndex(n -> n >= ${rankOf(percent)}, cs)`;
  // Where rounding left the last total below the rank, it is the greatest value.
  return valueOfKey(`ks[if(${place} = 0, -1, toInt64(${place}))]`);
};

/** How often each value lies inside of a range. */
const insideValues = (lower: number | undefined, upper: number | undefined): string => {
  const conditions = [
    ...(lower === undefined ? [] : [`v > ${lower}`]),
    ...(upper === undefined ? [] : [`v <= ${upper}`]),
  ];
  return `arrayMap((v, n) -> if(${conditions.join(' AND ')}, n, 0.), vs, ns)`;
};

const lowRankOf = (lower: Bound | undefined, { rankOf }: ExpressionScope): string =>
  lower?.type === 'percent' ? `floor(${rankOf(lower.percent)})` : '0.';
const highRankOf = (upper: Bound | undefined, { rankOf }: ExpressionScope): string =>
  upper?.type === 'percent' ? `ceil(${rankOf(upper.percent)})` : 'total';

function inside({ lower, upper }: Trimmed, scope: ExpressionScope): string {
  if (lower?.type === 'value' || upper?.type === 'value') {
    return insideValues(
      lower?.type === 'value' ? lower.value : undefined,
      upper?.type === 'value' ? upper.value : undefined,
    );
  }
  const [low, high] = [lowRankOf(lower, scope), highRankOf(upper, scope)];
  return `arrayMap((c, n) -> greatest(0., least(c, ${high}) - greatest(c - n, ${low})), cs, ns)`;
}

function trimmed(spec: Trimmed, scope: ExpressionScope): string {
  const weights = inside(spec, scope);
  const count = `arraySum(${weights})`;
  const sum = `arraySum((v, w) -> v * w, vs, ${weights})`;
  const byMeasure: Readonly<Record<TrimmedMeasure, string>> = {
    count,
    sum,
    mean: `${sum} / ${count}`,
    winsorized: winsorized(spec, { weights, count, sum, scope }),
  };
  return byMeasure[spec.measure];
}

/** What lies outside counts as if it were at the bound; without anything inside, a bound by rank has no value. */
function winsorized(
  { lower, upper }: Trimmed,
  {
    weights,
    count,
    sum,
    scope,
  }: { readonly weights: string; readonly count: string; readonly sum: string; readonly scope: ExpressionScope },
): string {
  const below =
    lower?.type === 'value'
      ? `arraySum((v, n) -> if(v <= ${lower.value}, n, 0.), vs, ns)`
      : `least(total, ${lowRankOf(lower, scope)})`;
  const above = `greatest(0., total - ${below} - ${count})`;
  const edge = (bound: Bound | undefined, nearest: string): string =>
    bound?.type === 'value' ? `${bound.value}` : `if(${count} > 0, ${nearest}((v, w) -> w > 0, vs, ${weights}), nan)`;
  const part = (number: string, value: string): string => `if(${number} = 0, 0., ${number} * ${value})`;
  return `(${part(below, edge(lower, 'arrayFirst'))} + ${sum} + ${part(above, edge(upper, 'arrayLast'))}) / total`;
}
