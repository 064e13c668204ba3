import { INGEST_LIMITS } from '../limits.ts';
import { downscale, type Exponential } from './histogram-values.ts';

/** What a sender has counted since its start, as of one point. */
export type Running =
  | { readonly type: 'sum'; readonly value: number }
  | {
      readonly type: 'histogram';
      readonly bounds: readonly number[];
      readonly counts: readonly number[];
      readonly sum: number | undefined;
    }
  | { readonly type: 'exponential'; readonly histogram: Exponential; readonly sum: number | undefined };

interface State {
  readonly startNs: bigint;
  readonly timeNs: bigint;
  readonly running: Running;
}

/** What happened since the last point of a series; undefined when that is not known. */
export interface CumulativePoint {
  readonly key: string;
  readonly startNs: bigint;
  readonly timeNs: bigint;
  readonly running: Running;
}

/**
 * Turns totals into what was added (OTLP metrics data model, "Sums: Cumulative to Delta" and "Resets and Gaps").
 *
 * The state lives in memory. A series that was not known gives its whole total when it began after this process did,
 * and else nothing but the place to count from: what was counted before cannot be told from what was stored before.
 * A point that is not newer than the last one is a repetition and gives nothing.
 */
export interface Cumulative {
  readonly begin: () => CumulativeCall;
}

export interface CumulativeCall {
  readonly added: (point: CumulativePoint) => Running | undefined;
  /** Puts everything back as it was, so that the same points may come again. */
  readonly undo: () => void;
}

export function createCumulative(startedNs: bigint, seriesMax: number = INGEST_LIMITS.cumulativeSeriesMax): Cumulative {
  const states = new Map<string, State>();
  const remember = (key: string, state: State): void => {
    states.delete(key);
    if (states.size >= seriesMax) {
      const oldest = states.keys().next();
      if (oldest.done !== true) states.delete(oldest.value);
    }
    states.set(key, state);
  };
  return {
    begin: () => {
      const before = new Map<string, { readonly was: State | undefined; readonly now: State }>();
      return {
        added: ({ key, startNs, timeNs, running }) => {
          const known = states.get(key);
          if (known !== undefined && timeNs <= known.timeNs) return undefined;
          const state = { startNs, timeNs, running };
          before.set(key, { was: before.has(key) ? before.get(key)?.was : known, now: state });
          remember(key, state);
          if (known === undefined) return startNs >= startedNs ? running : undefined;
          // Another start, or a total that shrank, is a sender that began again.
          if (startNs > known.startNs) return running;
          return subtract(running, known.running) ?? running;
        },
        undo: () => {
          for (const [key, { was, now }] of before) {
            if (states.get(key) !== now) continue;
            if (was === undefined) states.delete(key);
            else states.set(key, was);
          }
        },
      };
    },
  };
}

/** Undefined when the totals are not of the same counting. */
function subtract(now: Running, then: Running): Running | undefined {
  if (now.type === 'sum' && then.type === 'sum') {
    return now.value < then.value ? undefined : { type: 'sum', value: now.value - then.value };
  }
  if (now.type === 'histogram' && then.type === 'histogram') {
    const same = now.bounds.length === then.bounds.length && now.bounds.every((bound, i) => bound === then.bounds[i]);
    if (!same || now.counts.length !== then.counts.length) return undefined;
    const counts = now.counts.map((count, index) => count - (then.counts[index] ?? 0));
    if (counts.some((count) => count < 0)) return undefined;
    return { type: 'histogram', bounds: now.bounds, counts, sum: difference(now.sum, then.sum) };
  }
  if (now.type === 'exponential' && then.type === 'exponential') {
    const histogram = subtractExponential(now.histogram, then.histogram);
    return histogram === undefined ? undefined : { type: 'exponential', histogram, sum: difference(now.sum, then.sum) };
  }
  return undefined;
}

const difference = (now: number | undefined, then: number | undefined): number | undefined =>
  now === undefined || then === undefined ? undefined : now - then;

/** The scale falls while a sender counts on, so both are brought to the lower one. */
function subtractExponential(now: Exponential, then: Exponential): Exponential | undefined {
  const scale = Math.min(now.scale, then.scale);
  const a = downscale(now, scale);
  const b = downscale(then, scale);
  const positive = subtractBuckets(a.positive, b.positive);
  const negative = subtractBuckets(a.negative, b.negative);
  const zeroCount = a.zeroCount - b.zeroCount;
  if (positive === undefined || negative === undefined || zeroCount < 0) return undefined;
  return { scale, zeroCount, positive, negative };
}

function subtractBuckets(
  now: ReadonlyMap<number, number>,
  then: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> | undefined {
  for (const [index, count] of then) if ((now.get(index) ?? 0) < count) return undefined;
  const left = new Map<number, number>();
  for (const [index, count] of now) {
    const more = count - (then.get(index) ?? 0);
    if (more > 0) left.set(index, more);
  }
  return left;
}
