import type { Span } from '../base/time-range.ts';

export interface Grid {
  readonly timesMs: readonly number[];
  /** For each series, a value or a gap at each time. */
  readonly rows: readonly (readonly (number | null)[])[];
}

/** More grid lines than this are not drawn as gaps: a graph of seconds over days would be made of nothing else. */
const SLOTS_MAX = 20_000;

/**
 * Series on one time axis with a slot for every period, so that what is missing is a gap and no line leads over it. The
 * period that still runs is left out while there is another point: half a sum looks like a fall.
 */
export function gridOf(
  series: readonly { readonly timesMs: readonly number[]; readonly values: readonly number[] }[],
  span: Span,
  periodSeconds: number,
  nowMs: number,
): Grid {
  const periodMs = periodSeconds * 1000;
  const times = new Set(series.flatMap(({ timesMs }) => timesMs));
  if ((span.endMs - span.startMs) / periodMs < SLOTS_MAX) {
    const first = Math.floor(span.startMs / periodMs) * periodMs;
    for (let time = first; time < span.endMs; time += periodMs) times.add(time);
  }
  const isOver = (time: number): boolean => time + periodMs <= nowMs;
  const hasOver = series.some(({ timesMs }) => timesMs.some(isOver));
  const timesMs = [...times].filter((time) => !hasOver || isOver(time)).sort((a, b) => a - b);
  return {
    timesMs,
    rows: series.map((one) => {
      const values = new Map(one.timesMs.map((time, index) => [time, one.values[index] ?? null]));
      return timesMs.map((time) => values.get(time) ?? null);
    }),
  };
}

export interface Extent {
  readonly least: number;
  readonly most: number;
  readonly last: number;
}

/** Least, most and last of what is there; undefined when nothing is. */
export function extentOf(values: readonly (number | null)[]): Extent | undefined {
  const there = values.filter((value) => value !== null);
  const last = there.at(-1);
  if (last === undefined) return undefined;
  return { least: there.reduce((a, b) => Math.min(a, b)), most: there.reduce((a, b) => Math.max(a, b)), last };
}
