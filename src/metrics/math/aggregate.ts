import type { Series } from './types.ts';

export type AggregateName = 'SUM' | 'AVG' | 'MIN' | 'MAX' | 'STDDEV';

/** One number of many; undefined of none. */
export const AGGREGATES: Readonly<Record<AggregateName, (values: readonly number[]) => number | undefined>> = {
  SUM: (values) => (values.length === 0 ? undefined : sum(values)),
  AVG: (values) => (values.length === 0 ? undefined : sum(values) / values.length),
  MIN: (values) => least(values, -1),
  MAX: (values) => least(values, 1),
  STDDEV: (values) => {
    if (values.length === 0) return undefined;
    const mean = sum(values) / values.length;
    return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
  },
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function least(values: readonly number[], sign: 1 | -1): number | undefined {
  let best: number | undefined;
  for (const value of values) if (best === undefined || value * sign > best * sign) best = value;
  return best;
}

/** Over several series: at each time, what those that have a point there come to. */
export function aggregateAcross(
  list: readonly Series[],
  aggregate: (values: readonly number[]) => number | undefined,
): Series {
  const byTime = new Map<number, number[]>();
  for (const { timesMs, values } of list) {
    for (const [index, timeMs] of timesMs.entries()) {
      const found = byTime.get(timeMs);
      const value = values[index] ?? 0;
      if (found === undefined) byTime.set(timeMs, [value]);
      else found.push(value);
    }
  }
  const points = [...byTime]
    .map(([timeMs, values]) => [timeMs, aggregate(values)] as const)
    .filter((point): point is readonly [number, number] => point[1] !== undefined && Number.isFinite(point[1]))
    .sort(([a], [b]) => a - b);
  return {
    label: '',
    periodSeconds: list.reduce((longest, { periodSeconds }) => Math.max(longest, periodSeconds), 0) || 60,
    timesMs: points.map(([timeMs]) => timeMs),
    values: points.map(([, value]) => value),
  };
}
