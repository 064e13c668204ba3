import { datapointsToAlarmOf, type MetricDefinition, periodMsOf } from './definition.ts';
import { breaches, evaluateWindow, type PointVerdict, type WindowOutcome } from './evaluate-window.ts';
import { samplesNeeded } from './extended-statistic.ts';
import type { BasicStatistic, TreatMissingData } from './service.ts';
import { type PeriodPoint, rangePeriodsOf, type SlotWindow } from './slot-window.ts';

/** A time in which Holdfast was down or the alarm could not be evaluated: what is missing there proves nothing. */
export interface BlindTime {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What an evaluation decided, with the points that it looked at. */
export interface Decision extends WindowOutcome {
  /** The range, oldest first; undefined where a point is missing. */
  readonly points: readonly (PeriodPoint | undefined)[];
  /** The end of the newest period. */
  readonly endMs: number;
  readonly treatment: TreatMissingData;
}

/** Decides from the points of a range, oldest first, whose newest period ends at `endMs`. */
export function decideRange(
  definition: MetricDefinition,
  range: { readonly points: readonly (PeriodPoint | undefined)[]; readonly endMs: number },
  blind: BlindTime | undefined,
): Decision {
  const { comparisonOperator, threshold } = definition;
  const periodMs = periodMsOf(definition);
  const verdicts = range.points.map((point): PointVerdict => {
    if (point === undefined) return 'missing';
    return breaches(point.value, comparisonOperator, threshold) ? 'breaching' : 'ok';
  });
  const firstStartMs = range.endMs - verdicts.length * periodMs;
  const isUnseen = verdicts.some((verdict, index) => {
    const startMs = firstStartMs + index * periodMs;
    return verdict === 'missing' && blind !== undefined && startMs < blind.toMs && startMs + periodMs > blind.fromMs;
  });
  // While Holdfast was down nothing could arrive: that a point is missing then is no reason to change anything.
  const treatment = isUnseen ? 'ignore' : (definition.treatMissingData ?? 'missing');
  const outcome = evaluateWindow(verdicts, {
    evaluationPeriods: definition.evaluationPeriods,
    datapointsToAlarm: datapointsToAlarmOf(definition),
    treatMissingData: treatment,
  });
  const decision = { ...outcome, points: range.points, endMs: range.endMs, treatment };
  return hasEnoughSamples(definition, decision) ? decision : { ...decision, state: 'retain' };
}

/** A percentile of few samples says little; with `ignore` the alarm then keeps its state. */
function hasEnoughSamples(definition: MetricDefinition, decision: Decision): boolean {
  if (definition.evaluateLowSampleCountPercentile !== 'ignore' || decision.evaluated.length === 0) return true;
  const needed = samplesNeeded(definition.extendedStatistic ?? '') ?? 0;
  const samples = decision.evaluated.reduce((sum, index) => sum + (decision.points[index]?.sampleCount ?? 0), 0);
  return samples >= needed;
}

/** The range of periods that ends at `endMs`, from a window in memory. */
function rangeOf(
  window: SlotWindow,
  definition: MetricDefinition,
  endMs: number,
  statistic: BasicStatistic,
): readonly (PeriodPoint | undefined)[] {
  const periodMs = periodMsOf(definition);
  const length = rangePeriodsOf(definition.evaluationPeriods);
  return Array.from({ length }, (_, index) => window.point(endMs - (length - 1 - index) * periodMs, statistic));
}

/**
 * Decides from a window in memory at a moment. When what the running step has so far settles the outcome of its period
 * (a maximum over the threshold stays over it), the range ends with the running step; else with the last finished one.
 */
export function decideWindow(request: {
  readonly window: SlotWindow;
  readonly definition: MetricDefinition;
  readonly statistic: BasicStatistic;
  readonly nowMs: number;
  readonly blind: BlindTime | undefined;
}): Decision {
  const { window, definition, statistic, nowMs, blind } = request;
  const finishedMs = Math.floor(nowMs / window.stepMs) * window.stepMs;
  const runningMs = finishedMs + window.stepMs;
  const endMs = isSettled(request, runningMs) ? runningMs : finishedMs;
  return decideRange(definition, { points: rangeOf(window, definition, endMs, statistic), endMs }, blind);
}

/** False when the running step, ending at `endMs`, already decides the outcome of its period. */
export const isRunningStepOpen = (
  watched: { readonly window: SlotWindow; readonly definition: MetricDefinition; readonly statistic: BasicStatistic },
  endMs: number,
): boolean => !isSettled(watched, endMs);

function isSettled(
  request: { readonly window: SlotWindow; readonly definition: MetricDefinition; readonly statistic: BasicStatistic },
  endMs: number,
): boolean {
  const { window, definition, statistic } = request;
  // Without a point in the running step the period is the last one, shifted: nothing is known beyond it.
  if (window.slotAt(endMs - window.stepMs) === undefined) return false;
  const point = window.point(endMs, statistic);
  const direction = window.direction(endMs, statistic);
  if (point === undefined || direction === 'open') return false;
  const isBreaching = breaches(point.value, definition.comparisonOperator, definition.threshold);
  const isGreater = definition.comparisonOperator.startsWith('Greater');
  return isBreaching === (isGreater === (direction === 'rising'));
}

/** Decides as of a past end of a step, for what was missed while Holdfast was down. */
export const decidePast = (request: {
  readonly window: SlotWindow;
  readonly definition: MetricDefinition;
  readonly statistic: BasicStatistic;
  readonly endMs: number;
  readonly blind: BlindTime | undefined;
}): Decision => {
  const { window, definition, statistic, endMs, blind } = request;
  return decideRange(definition, { points: rangeOf(window, definition, endMs, statistic), endMs }, blind);
};
