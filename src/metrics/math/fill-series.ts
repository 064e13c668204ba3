import type { MathRange, Series } from './types.ts';

/** The beginnings of all periods of a range. */
export function timesOf(range: MathRange, periodSeconds: number): readonly number[] {
  const stepMs = periodSeconds * 1000;
  const times: number[] = [];
  for (let timeMs = Math.floor(range.fromMs / stepMs) * stepMs; timeMs < range.toMs; timeMs += stepMs)
    times.push(timeMs);
  return times;
}

/**
 * Gives every period of the range a value: a number, the last one before it, or what lies on the line between its
 * neighbours. What has no neighbour on one side stays missing for REPEAT and LINEAR.
 */
export function fillSeries(series: Series, way: number | 'REPEAT' | 'LINEAR', range: MathRange): Series {
  const known = new Map(series.timesMs.map((timeMs, index) => [timeMs, series.values[index] ?? 0]));
  const timesMs: number[] = [];
  const values: number[] = [];
  let next = 0;
  for (const timeMs of timesOf(range, series.periodSeconds)) {
    while ((series.timesMs[next] ?? Number.POSITIVE_INFINITY) <= timeMs) next += 1;
    const value = known.get(timeMs) ?? missing(series, { way, timeMs, next });
    if (value === undefined || !Number.isFinite(value)) continue;
    timesMs.push(timeMs);
    values.push(value);
  }
  return { ...series, timesMs, values };
}

function missing(
  series: Series,
  gap: { readonly way: number | 'REPEAT' | 'LINEAR'; readonly timeMs: number; readonly next: number },
): number | undefined {
  if (typeof gap.way === 'number') return gap.way;
  const beforeMs = series.timesMs[gap.next - 1];
  const before = series.values[gap.next - 1];
  if (gap.way === 'REPEAT' || before === undefined || beforeMs === undefined) return before;
  const afterMs = series.timesMs[gap.next];
  const after = series.values[gap.next];
  if (after === undefined || afterMs === undefined) return undefined;
  return before + ((after - before) * (gap.timeMs - beforeMs)) / (afterMs - beforeMs);
}

/** At each point of the condition the value of one branch; without a value there the point is left out. */
export function pickPoints(
  condition: Series,
  whenTrue: number | Series | undefined,
  whenFalse: number | Series | undefined,
): Series {
  const lookUp = (branch: number | Series | undefined): ((timeMs: number) => number | undefined) => {
    if (branch === undefined || typeof branch === 'number') return () => branch;
    const known = new Map(branch.timesMs.map((timeMs, index) => [timeMs, branch.values[index]]));
    return (timeMs) => known.get(timeMs);
  };
  const yes = lookUp(whenTrue);
  const no = lookUp(whenFalse);
  const timesMs: number[] = [];
  const values: number[] = [];
  for (const [index, timeMs] of condition.timesMs.entries()) {
    const value = condition.values[index] === 0 ? no(timeMs) : yes(timeMs);
    if (value === undefined || !Number.isFinite(value)) continue;
    timesMs.push(timeMs);
    values.push(value);
  }
  return { ...condition, timesMs, values };
}
