import type { MetricQuery, MetricSeries, MetricStore } from '../types.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import type { AlarmPlan } from './registry.ts';
import type { Slot } from './slot-window.ts';

export type SlotsPlan = Extract<AlarmPlan, { readonly type: 'slots' }>;

const STATISTICS = ['Sum', 'SampleCount', 'Minimum', 'Maximum'] as const;

/**
 * Fills windows from the store: what was before this process watched, and steps that are partial. All plans must have
 * the same step. A step that a point reached while the store was asked stays partial, because nobody can say whether
 * the answer holds that point; it is asked for again when it is over.
 */
export async function loadWindows(
  store: Pick<MetricStore, 'query'>,
  plans: readonly SlotsPlan[],
  time: { readonly fromMs: number; readonly nowMs: number },
): Promise<void> {
  const stepMs = plans[0]?.window.stepMs;
  if (stepMs === undefined) return;
  const fromMs = Math.floor(time.fromMs / stepMs) * stepMs;
  const toMs = Math.ceil((time.nowMs + LIMITS.aheadMaxMs) / stepMs) * stepMs;
  const before = plans.map((plan) => slotsOf(plan, fromMs, toMs));
  const answer = await store.query({
    queries: plans.flatMap((plan, index) => queriesFor(plan, index)),
    fromMs,
    toMs,
    signal: AbortSignal.timeout(LIMITS.storeTimeoutMs),
  });
  const byId = new Map(answer.map((series) => [series.id, series]));
  for (const [index, plan] of plans.entries()) {
    const stored = storedSlots(byId, index);
    const starts = new Set([...stored.keys(), ...slotsOf(plan, fromMs, toMs).keys()]);
    for (const start of starts) {
      const isMoved = plan.window.slotAt(start) !== before[index]?.get(start);
      const slot = stored.get(start);
      if (!isMoved) plan.window.replace(start, slot);
      else if (slot !== undefined) plan.window.replace(start, { ...slot, isPartial: true });
    }
    plan.window.setKnownFrom(fromMs);
  }
}

function slotsOf(plan: SlotsPlan, fromMs: number, toMs: number): ReadonlyMap<number, Slot> {
  const slots = new Map<number, Slot>();
  for (let start = fromMs; start < toMs; start += plan.window.stepMs) {
    const slot = plan.window.slotAt(start);
    if (slot !== undefined) slots.set(start, slot);
  }
  return slots;
}

const queriesFor = (plan: SlotsPlan, index: number): readonly MetricQuery[] =>
  STATISTICS.map((statistic) => ({
    id: `a${index}_${statistic.toLowerCase()}`,
    type: 'metric',
    metric: plan.metric.metric,
    statistic,
    periodSeconds: plan.window.stepMs / 1000,
    returnData: true,
  }));

function storedSlots(byId: ReadonlyMap<string, MetricSeries>, index: number): ReadonlyMap<number, Slot> {
  const valuesOf = (statistic: (typeof STATISTICS)[number]): ReadonlyMap<number, number> => {
    const series = byId.get(`a${index}_${statistic.toLowerCase()}`);
    return new Map(series?.timesMs.map((time, at) => [time, series.values[at] ?? 0]));
  };
  const [sums, counts, minima, maxima] = [
    valuesOf('Sum'),
    valuesOf('SampleCount'),
    valuesOf('Minimum'),
    valuesOf('Maximum'),
  ];
  return new Map(
    [...counts].map(([start, count]) => [
      start,
      { sum: sums.get(start) ?? 0, count, min: minima.get(start) ?? 0, max: maxima.get(start) ?? 0, isPartial: false },
    ]),
  );
}
