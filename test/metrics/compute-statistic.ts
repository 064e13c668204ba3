import type { StatisticSpec } from '../../src/metrics/index.ts';

type TrimmedSpec = Extract<StatisticSpec, { readonly type: 'trimmed' }>;
type Bound = NonNullable<TrimmedSpec['lower']>;
type TrimmedMeasure = TrimmedSpec['measure'];

/** Values in ascending order with how often each occurred. */
export interface Distribution {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** What is known of one metric in one period. */
export interface PeriodAggregate {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Absent where some of it is known by statistic sets only. */
  readonly distribution?: Distribution;
}

/**
 * What every statistic means, apart from how the engine is told to compute it: the value of a statistic in one period; undefined where it cannot be known, which makes the period missing.
 *
 * Percentiles and trimmed statistics need every value of the period, and none may be negative (CloudWatch,
 * "Percentiles"). A percentile is the smallest value that so many percent of the values do not exceed (nearest rank);
 * a trimmed range keeps whole values: it drops as many of the lowest as lie wholly below its lower percentage and
 * keeps up to the one that reaches the upper. A range of values is open below and closed above.
 */
export function computeStatistic(spec: StatisticSpec, period: PeriodAggregate): number | undefined {
  if (!(period.count > 0)) return undefined;
  if (spec.type === 'simple') return simple(spec.name, period);
  const distribution = distributionOf(period);
  if (distribution === undefined) return undefined;
  switch (spec.type) {
    case 'percentile':
      return percentile(distribution, spec.percent);
    case 'interquartileRange':
      return percentile(distribution, 75) - percentile(distribution, 25);
    case 'rank': {
      const inside = trim(distribution, asBound(spec.lower), asBound(spec.upper));
      return (100 * total(inside.counts)) / total(distribution.counts);
    }
    case 'trimmed':
      return trimmed(spec.measure, distribution, spec);
  }
}

function simple(
  name: Extract<StatisticSpec, { type: 'simple' }>['name'],
  { sum, count, min, max }: PeriodAggregate,
): number {
  switch (name) {
    case 'SampleCount':
      return count;
    case 'Sum':
      return sum;
    case 'Average':
      return sum / count;
    case 'Minimum':
      return min;
    case 'Maximum':
      return max;
  }
}

/** A statistic set whose values are all the same tells them all. */
function distributionOf({ count, min, max, distribution }: PeriodAggregate): Distribution | undefined {
  if (min < 0) return undefined;
  if (min === max) return { values: [min], counts: [count] };
  return distribution === undefined || distribution.values.length === 0 ? undefined : distribution;
}

function trimmed(
  measure: TrimmedMeasure,
  distribution: Distribution,
  range: { readonly lower: Bound | undefined; readonly upper: Bound | undefined },
): number | undefined {
  const inside = trim(distribution, range.lower, range.upper);
  const count = total(inside.counts);
  if (measure === 'count') return count;
  const sum = weightedSum(inside);
  if (measure === 'sum') return sum;
  if (measure === 'mean') return count === 0 ? undefined : sum / count;
  return winsorized(distribution, inside, range);
}

/** What lies outside counts as if it were at the bound. */
function winsorized(
  distribution: Distribution,
  inside: Trimmed,
  { lower, upper }: { readonly lower: Bound | undefined; readonly upper: Bound | undefined },
): number | undefined {
  const all = total(distribution.counts);
  const low = lower?.type === 'value' ? lower.value : inside.values[0];
  const high = upper?.type === 'value' ? upper.value : inside.values.at(-1);
  const lowPart = inside.below === 0 ? 0 : inside.below * (low ?? Number.NaN);
  const highPart = inside.above === 0 ? 0 : inside.above * (high ?? Number.NaN);
  const mean = (lowPart + weightedSum(inside) + highPart) / all;
  return Number.isNaN(mean) ? undefined : mean;
}

interface Trimmed extends Distribution {
  /** How many values were cut off on either side. */
  readonly below: number;
  readonly above: number;
}

function trim(distribution: Distribution, lower: Bound | undefined, upper: Bound | undefined): Trimmed {
  const all = total(distribution.counts);
  const lowRank = lower?.type === 'percent' ? Math.floor(exactly((lower.percent / 100) * all)) : 0;
  const highRank = upper?.type === 'percent' ? Math.ceil(exactly((upper.percent / 100) * all)) : all;
  const values: number[] = [];
  const counts: number[] = [];
  let rank = 0;
  let below = 0;
  let kept = 0;
  for (const [index, value] of distribution.values.entries()) {
    const weight = distribution.counts[index] ?? 0;
    const start = Math.max(rank, lowRank);
    const end = Math.min(rank + weight, highRank);
    rank += weight;
    if (lower?.type === 'value' && value <= lower.value) below += weight;
    else if (upper?.type === 'value' && value > upper.value) continue;
    else if (end > start) {
      values.push(value);
      counts.push(end - start);
      kept += end - start;
    }
  }
  if (lower?.type === 'percent') below = Math.min(lowRank, all);
  return { values, counts, below, above: Math.max(0, all - below - kept) };
}

function percentile({ values, counts }: Distribution, percent: number): number {
  const wanted = exactly((percent / 100) * total(counts));
  let rank = 0;
  for (const [index, value] of values.entries()) {
    rank += counts[index] ?? 0;
    if (rank >= wanted && rank > 0) return value;
  }
  return values.at(-1) ?? Number.NaN;
}

/** 99.9 percent of 1000 is 999, not 999.0000000000001. */
const exactly = (rank: number): number => {
  const whole = Math.round(rank);
  return Math.abs(rank - whole) < 1e-9 * Math.max(1, whole) ? whole : rank;
};

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
const weightedSum = ({ values, counts }: Distribution): number =>
  values.reduce((sum, value, index) => sum + value * (counts[index] ?? 0), 0);
const asBound = (value: number | undefined): Bound | undefined =>
  value === undefined ? undefined : { type: 'value', value };
