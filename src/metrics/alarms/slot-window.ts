import type { MetricPoint } from '../types.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import type { BasicStatistic } from './service.ts';

/** The statistic set of one step of time. */
export interface Slot {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** True when points may be missing here that the store has: it was begun before this process watched. */
  readonly isPartial: boolean;
}

/** One data point of an alarm: the statistic of one period. */
export interface PeriodPoint {
  readonly startMs: number;
  readonly value: number;
  readonly sampleCount: number;
}

/**
 * The recent past of one metric, in steps: 60 s for periods of minutes, 10 s for the shorter ones. A period slides over
 * the steps, so that an alarm with a period of five minutes is decided every minute.
 */
export interface SlotWindow {
  readonly stepMs: number;
  /** Takes a point that became durable; returns the start of its step, or undefined when it is too old or too far ahead. */
  readonly add: (
    point: Pick<MetricPoint, 'timeMs' | 'sum' | 'count' | 'min' | 'max'>,
    nowMs: number,
  ) => number | undefined;
  /** Puts what the store says in the place of a step. */
  readonly replace: (startMs: number, slot: Slot | undefined) => void;
  readonly slotAt: (startMs: number) => Slot | undefined;
  /** Starts of steps before `beforeMs` that need the store's word. */
  readonly partialBefore: (beforeMs: number) => readonly number[];
  /** The statistic of the period that ends at `endMs` (a multiple of the step). */
  readonly point: (endMs: number, statistic: BasicStatistic) => PeriodPoint | undefined;
  /** Whether what the period has so far decides its outcome, whatever points may still come; see earlyVerdict. */
  readonly direction: (endMs: number, statistic: BasicStatistic) => 'rising' | 'falling' | 'open';
  readonly forgetBefore: (beforeMs: number) => void;
  /** From here on every point is known; steps begun before it are partial until the store was asked. */
  readonly setKnownFrom: (fromMs: number) => void;
}

/** Periods below a minute slide by ten seconds, the others by a minute, as CloudWatch evaluates them. */
export const stepMsOf = (periodMs: number): number => (periodMs < 60_000 ? 10_000 : 60_000);

/** How many periods are looked at: some more than N, so that late points are not taken for missing ones. */
export const rangePeriodsOf = (evaluationPeriods: number): number => evaluationPeriods + LIMITS.rangeExtraPeriods;

export function createSlotWindow(settings: {
  readonly periodMs: number;
  readonly keepMs: () => number;
  readonly knownFromMs: number;
}): SlotWindow {
  const stepMs = stepMsOf(settings.periodMs);
  const slots = new Map<number, Slot>();
  let knownFromMs = settings.knownFromMs;
  const startOf = (timeMs: number): number => Math.floor(timeMs / stepMs) * stepMs;
  const fold = (endMs: number, visit: (slot: Slot) => void): void => {
    for (let start = endMs - settings.periodMs; start < endMs; start += stepMs) {
      const slot = slots.get(start);
      if (slot !== undefined) visit(slot);
    }
  };
  return {
    stepMs,
    add: (point, nowMs) => {
      const start = startOf(point.timeMs);
      if (start < nowMs - settings.keepMs() || start > nowMs + LIMITS.aheadMaxMs) return undefined;
      const before = slots.get(start);
      slots.set(start, {
        sum: (before?.sum ?? 0) + point.sum,
        count: (before?.count ?? 0) + point.count,
        min: Math.min(before?.min ?? Number.POSITIVE_INFINITY, point.min),
        max: Math.max(before?.max ?? Number.NEGATIVE_INFINITY, point.max),
        isPartial: before?.isPartial ?? start < knownFromMs,
      });
      return start;
    },
    replace: (startMs, slot) => {
      if (slot === undefined) slots.delete(startMs);
      else slots.set(startMs, slot);
    },
    slotAt: (startMs) => slots.get(startMs),
    partialBefore: (beforeMs) =>
      [...slots].filter(([start, slot]) => slot.isPartial && start < beforeMs).map(([start]) => start),
    point: (endMs, statistic) => {
      let sum = 0;
      let count = 0;
      let min = Number.POSITIVE_INFINITY;
      let max = Number.NEGATIVE_INFINITY;
      fold(endMs, (slot) => {
        sum += slot.sum;
        count += slot.count;
        min = Math.min(min, slot.min);
        max = Math.max(max, slot.max);
      });
      if (count <= 0) return undefined;
      const values: Readonly<Record<BasicStatistic, number>> = {
        SampleCount: count,
        Average: sum / count,
        Sum: sum,
        Minimum: min,
        Maximum: max,
      };
      return { startMs: endMs - settings.periodMs, value: values[statistic], sampleCount: count };
    },
    direction: (endMs, statistic) => {
      if (statistic === 'Maximum') return 'rising';
      if (statistic === 'Minimum') return 'falling';
      if (statistic === 'Average') return 'open';
      let isSafe = true;
      fold(endMs, (slot) => {
        // A sum can fall again where values are negative, and a partial step is less than what the store has.
        if (slot.isPartial || (statistic === 'Sum' && slot.min < 0)) isSafe = false;
      });
      return isSafe ? 'rising' : 'open';
    },
    forgetBefore: (beforeMs) => {
      for (const start of slots.keys()) if (start < beforeMs) slots.delete(start);
    },
    setKnownFrom: (fromMs) => {
      knownFromMs = fromMs;
    },
  };
}
