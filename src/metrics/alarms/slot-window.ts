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

export const createSlotWindow = (settings: SlotWindowSettings): SlotWindow => new StepMemory(settings);

interface SlotWindowSettings {
  readonly periodMs: number;
  /** How much past is kept; more while catching up. */
  readonly keepMs: () => number;
  readonly knownFromMs: number;
}

class StepMemory implements SlotWindow {
  readonly stepMs: number;
  readonly #settings: SlotWindowSettings;
  readonly #slots = new Map<number, Slot>();
  #knownFromMs: number;

  constructor(settings: SlotWindowSettings) {
    this.#settings = settings;
    this.#knownFromMs = settings.knownFromMs;
    this.stepMs = stepMsOf(settings.periodMs);
  }

  add(point: Pick<MetricPoint, 'timeMs' | 'sum' | 'count' | 'min' | 'max'>, nowMs: number): number | undefined {
    const start = Math.floor(point.timeMs / this.stepMs) * this.stepMs;
    if (start < nowMs - this.#settings.keepMs() || start > nowMs + LIMITS.aheadMaxMs) return undefined;
    const before = this.#slots.get(start);
    this.#slots.set(start, {
      sum: (before?.sum ?? 0) + point.sum,
      count: (before?.count ?? 0) + point.count,
      min: Math.min(before?.min ?? Number.POSITIVE_INFINITY, point.min),
      max: Math.max(before?.max ?? Number.NEGATIVE_INFINITY, point.max),
      isPartial: before?.isPartial ?? start < this.#knownFromMs,
    });
    return start;
  }

  replace(startMs: number, slot: Slot | undefined): void {
    if (slot === undefined) this.#slots.delete(startMs);
    else this.#slots.set(startMs, slot);
  }

  slotAt(startMs: number): Slot | undefined {
    return this.#slots.get(startMs);
  }

  partialBefore(beforeMs: number): readonly number[] {
    return [...this.#slots].filter(([start, slot]) => slot.isPartial && start < beforeMs).map(([start]) => start);
  }

  point(endMs: number, statistic: BasicStatistic): PeriodPoint | undefined {
    let sum = 0;
    let count = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (const slot of this.#slotsOf(endMs)) {
      sum += slot.sum;
      count += slot.count;
      min = Math.min(min, slot.min);
      max = Math.max(max, slot.max);
    }
    if (count <= 0) return undefined;
    const values: Readonly<Record<BasicStatistic, number>> = {
      SampleCount: count,
      Average: sum / count,
      Sum: sum,
      Minimum: min,
      Maximum: max,
    };
    return { startMs: endMs - this.#settings.periodMs, value: values[statistic], sampleCount: count };
  }

  direction(endMs: number, statistic: BasicStatistic): 'rising' | 'falling' | 'open' {
    if (statistic === 'Maximum') return 'rising';
    if (statistic === 'Minimum') return 'falling';
    if (statistic === 'Average') return 'open';
    for (const slot of this.#slotsOf(endMs)) {
      // A sum can fall again where values are negative, and a partial step is less than what the store has.
      if (slot.isPartial || (statistic === 'Sum' && slot.min < 0)) return 'open';
    }
    return 'rising';
  }

  forgetBefore(beforeMs: number): void {
    for (const start of this.#slots.keys()) if (start < beforeMs) this.#slots.delete(start);
  }

  setKnownFrom(fromMs: number): void {
    this.#knownFromMs = fromMs;
  }

  #slotsOf(endMs: number): readonly Slot[] {
    const found: Slot[] = [];
    for (let start = endMs - this.#settings.periodMs; start < endMs; start += this.stepMs) {
      const slot = this.#slots.get(start);
      if (slot !== undefined) found.push(slot);
    }
    return found;
  }
}
