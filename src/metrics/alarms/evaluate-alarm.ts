import { type AlarmChange, changeState, withActions } from './alarm-change.ts';
import { type CompositeRecord, isCompositeRecord, isMetricRecord, type MetricRecord } from './alarm-record.ts';
import { ruleHolds } from './alarm-rule.ts';
import { type AlarmsContext, isWatched } from './context.ts';
import { type Decision, decidePast, decideRange, decideWindow } from './decide-metric.ts';
import type { QueriedRange } from './query-range.ts';
import type { AlarmPlan, LiveAlarm } from './registry.ts';
import type { EvaluationState } from './service.ts';
import { rangePeriodsOf } from './slot-window.ts';
import { longTime, reasonTime, stateReason, stateReasonData } from './state-reason.ts';
import { type Suppression, stepSuppression } from './suppression.ts';

type SlotsPlan = Extract<AlarmPlan, { readonly type: 'slots' }>;
type QueriedPlan = Extract<AlarmPlan, { readonly type: 'queried' }>;
type CompositePlan = Extract<AlarmPlan, { readonly type: 'composite' }>;

interface Found {
  readonly decision: Decision;
  readonly caughtUpForMs?: number;
}

/** True when the decision is newer than the one that made the state, and another one. */
function isNews(record: MetricRecord, decision: Decision, nowMs: number): boolean {
  // A clock that was set back leaves the last decision in the future; it must not blind the alarm until then.
  const isFuture = record.evaluatedEndMs > nowMs + 2 * 60_000;
  if (decision.endMs < record.evaluatedEndMs && !isFuture) return false;
  return decision.state !== 'retain' && decision.state !== record.stateValue;
}

/** Evaluates an alarm from its window in memory; what was missed first, up to its first change. */
export function evaluateSlots(
  context: AlarmsContext,
  alarm: LiveAlarm,
  plan: SlotsPlan,
  nowMs: number,
): AlarmChange | undefined {
  const { record } = alarm;
  if (!isMetricRecord(record)) return undefined;
  const request = { window: plan.window, definition: plan.definition, statistic: plan.statistic, blind: alarm.blind };
  const finishedMs = Math.floor(nowMs / plan.window.stepMs) * plan.window.stepMs;
  const found = catchUp(alarm, record, { stepMs: plan.window.stepMs, finishedMs, nowMs }, (endMs) =>
    decidePast({ ...request, endMs }),
  );
  if (alarm.catchUpFromMs === undefined) {
    alarm.keepExtraMs = 0;
    plan.window.forgetBefore(finishedMs - plan.rangeMs - 2 * plan.window.stepMs);
  }
  return metricChange(context, record, found ?? { decision: decideWindow({ ...request, nowMs }) }, nowMs);
}

/** Evaluates an alarm from what the store answered. */
export function evaluateQueried(
  context: AlarmsContext,
  alarm: LiveAlarm,
  plan: QueriedPlan,
  answer: Extract<QueriedRange, { readonly type: 'points' }>,
  nowMs: number,
): AlarmChange | undefined {
  const { record } = alarm;
  if (!isMetricRecord(record)) return undefined;
  const { periodMs, definition } = plan;
  const finishedMs = Math.floor(nowMs / periodMs) * periodMs;
  const length = rangePeriodsOf(definition.evaluationPeriods);
  const decideAt = (endMs: number): Decision => {
    const points = Array.from({ length }, (_, index) => answer.points.get(endMs - (length - index) * periodMs));
    return decideRange(definition, { points, endMs }, alarm.blind);
  };
  const found = catchUp(alarm, record, { stepMs: periodMs, finishedMs, nowMs }, decideAt);
  const state = answer.isPartial ? 'PARTIAL_DATA' : undefined;
  return metricChange(context, record, found ?? { decision: decideAt(finishedMs) }, nowMs, state);
}

function catchUp(
  alarm: LiveAlarm,
  record: MetricRecord,
  time: { readonly stepMs: number; readonly finishedMs: number; readonly nowMs: number },
  decideAt: (endMs: number) => Decision,
): Found | undefined {
  while (alarm.catchUpFromMs !== undefined) {
    const endMs = Math.ceil(alarm.catchUpFromMs / time.stepMs) * time.stepMs;
    // The newest finished step is what the present evaluation looks at anyway.
    if (endMs >= time.finishedMs) {
      alarm.catchUpFromMs = undefined;
      return undefined;
    }
    const decision = decideAt(endMs);
    alarm.catchUpFromMs = endMs + time.stepMs;
    if (isNews(record, decision, time.nowMs)) return { decision, caughtUpForMs: endMs };
  }
  return undefined;
}

function metricChange(
  context: AlarmsContext,
  record: MetricRecord,
  found: Found,
  nowMs: number,
  evaluationState?: EvaluationState,
): AlarmChange | undefined {
  const { decision, caughtUpForMs } = found;
  const seen = { ...record, evaluationState, evaluationMessage: undefined };
  if (!isNews(record, decision, nowMs) || decision.state === 'retain') {
    if (record.evaluationState === evaluationState) return undefined;
    return { before: record, after: { ...seen, revision: record.revision + 1 }, history: [], outbox: [] };
  }
  const change = changeState(seen, {
    value: decision.state,
    reason: stateReason(record.definition, decision, decision.state),
    reasonData: stateReasonData(record.definition, decision, nowMs),
    nowMs,
    evaluatedEndMs: decision.endMs,
    caughtUpForMs,
  });
  return withActions(change, { isWatched: isWatched(context, record.name), nowMs, caughtUpForMs });
}

export type CompositeOutcome =
  | { readonly type: 'cycle'; readonly path: readonly string[] }
  | { readonly type: 'evaluated'; readonly change: AlarmChange | undefined };

/** Evaluates a composite alarm from the states of its children, and moves its suppression on. */
export function evaluateComposite(
  context: AlarmsContext,
  alarm: LiveAlarm,
  plan: CompositePlan,
  nowMs: number,
): CompositeOutcome {
  const { record } = alarm;
  const path = context.registry.cycleOf(record.name);
  if (path !== undefined) return { type: 'cycle', path };
  if (!isCompositeRecord(record)) return { type: 'evaluated', change: undefined };
  const { registry, arns } = context;
  const holds = ruleHolds(plan.rule, (child) => registry.get(arns.nameOf(child))?.record.stateValue);
  const value = holds ? 'ALARM' : 'OK';
  const changed =
    value === record.stateValue
      ? undefined
      : changeState(record, { value, ...compositeReason(context, record), nowMs, evaluatedEndMs: nowMs });
  const step = stepSuppression(
    record.suppression,
    { type: changed === undefined ? 'time-passed' : 'composite-changed' },
    { nowMs, suppressor: suppressorOf(context, record, plan) },
  );
  const isCleared = record.evaluationState !== undefined;
  if (changed === undefined && !step.act && !isCleared && isSame(step.suppression, record.suppression)) {
    return { type: 'evaluated', change: undefined };
  }
  const base = changed ?? {
    before: record,
    after: { ...record, revision: record.revision + 1 },
    history: [],
    outbox: [],
  };
  const after = {
    ...base.after,
    suppression: step.suppression,
    evaluationState: undefined,
    evaluationMessage: undefined,
  };
  const change = { ...base, after };
  return {
    type: 'evaluated',
    change: step.act ? withActions(change, { isWatched: isWatched(context, record.name), nowMs }) : change,
  };
}

const isSame = (a: Suppression, b: Suppression): boolean => JSON.stringify(a) === JSON.stringify(b);

export function suppressorOf(context: AlarmsContext, record: CompositeRecord, plan: CompositePlan) {
  if (plan.suppressor === undefined) return undefined;
  return {
    isInAlarm: context.registry.get(plan.suppressor)?.record.stateValue === 'ALARM',
    waitMs: (record.definition.actionsSuppressorWaitPeriod ?? 0) * 1000,
    extensionMs: (record.definition.actionsSuppressorExtensionPeriod ?? 0) * 1000,
  };
}

/** Names the child whose change came last: it is what tipped the rule. */
function compositeReason(
  context: AlarmsContext,
  record: CompositeRecord,
): { readonly reason: string; readonly reasonData: string } {
  const { registry, arns } = context;
  const children = registry.childrenOf(record.name).flatMap((name) => registry.get(name)?.record ?? []);
  const newest = children.reduce<(typeof children)[number] | undefined>(
    (best, child) => (best === undefined || child.stateUpdatedMs > best.stateUpdatedMs ? child : best),
    undefined,
  );
  if (newest === undefined)
    return { reason: 'The rule names no alarm', reasonData: JSON.stringify({ triggeringAlarms: [] }) };
  const timestamp = reasonTime(newest.stateUpdatedMs);
  return {
    reason: `${arns.arnOf(newest.name)} transitioned to ${newest.stateValue} at ${longTime(newest.stateUpdatedMs)}`,
    reasonData: JSON.stringify({
      triggeringAlarms: [{ arn: arns.arnOf(newest.name), state: { value: newest.stateValue, timestamp } }],
    }),
  };
}
