import { isFailure } from '../../base/index.ts';
import type { MetricPoint } from '../types.ts';
import type { AlarmChange } from './alarm-change.ts';
import { writeChanges } from './alarm-rows.ts';
import { type BlindReport, createBlindReport } from './blind-report.ts';
import type { AlarmsContext } from './context.ts';
import { isRunningStepOpen } from './decide-metric.ts';
import { evaluateComposite, evaluateQueried, evaluateSlots } from './evaluate-alarm.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import { loadWindows, type SlotsPlan } from './load-windows.ts';
import { queryRange } from './query-range.ts';
import type { AlarmPlan, LiveAlarm } from './registry.ts';
import { nextDueMs } from './schedule.ts';
import type { EvaluationState } from './service.ts';
import { createTaskPool } from './task-pool.ts';

export interface EvaluatorCounts {
  readonly evaluations: number;
  readonly transitions: number;
  readonly queries: number;
}

export interface Evaluator {
  /** Takes points that became durable. */
  readonly take: (points: readonly MetricPoint[]) => void;
  /** Looks for what is due. */
  readonly tick: () => void;
  /** This alarm is to be evaluated now. */
  readonly evaluate: (alarm: LiveAlarm) => void;
  /** This alarm changed its state or definition: who looks at it is evaluated. */
  readonly changed: (name: string) => void;
  readonly blind: BlindReport;
  readonly counts: () => EvaluatorCounts;
  /** Resolves when nothing waits to be evaluated, loaded or written. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

type QueriedPlan = Extract<AlarmPlan, { readonly type: 'queried' }>;

export function createEvaluator(context: AlarmsContext): Evaluator {
  const { registry, clock, log, catalog } = context;
  const blind = createBlindReport(context);
  const dirty = new Set<LiveAlarm>();
  const loading = new Set<LiveAlarm>();
  const ready: AlarmChange[] = [];
  const pool = createTaskPool(LIMITS.queriedAtOnceMax);
  const counts = { evaluations: 0, transitions: 0, queries: 0 };
  let draining: Promise<void> | undefined;
  let isClosed = false;

  const schedule = (): void => {
    if (isClosed || draining !== undefined || (dirty.size === 0 && ready.length === 0)) return;
    draining = drain().finally(() => {
      draining = undefined;
      schedule();
    });
  };
  const evaluate = (alarm: LiveAlarm): void => {
    dirty.add(alarm);
    schedule();
  };
  const changed = (name: string): void => {
    for (const parent of registry.parentsOf(name)) dirty.add(parent);
    for (const composite of registry.suppressedBy(name)) dirty.add(composite);
    schedule();
  };
  const offer = (alarm: LiveAlarm, change: AlarmChange | undefined): void => {
    if (change === undefined) return;
    alarm.isWriting = true;
    ready.push(change);
  };

  /** The alarm keeps its state; from some failures on, or when its definition is at fault, people are told. */
  const fail = (alarm: LiveAlarm, state: EvaluationState, message: string): void => {
    alarm.failures += 1;
    alarm.dueMs =
      clock.nowMs() + Math.min(LIMITS.retryMaxMs, LIMITS.retryFirstMs * 2 ** Math.min(alarm.failures - 1, 6));
    if (state === 'EVALUATION_FAILURE' && alarm.failures < LIMITS.blindAfterFailures) return;
    const { record } = alarm;
    blind.add(record.name, message);
    if (alarm.isWriting || (record.evaluationState === state && record.evaluationMessage === message)) return;
    const after = { ...record, evaluationState: state, evaluationMessage: message, revision: record.revision + 1 };
    offer(alarm, { before: record, after, history: [], outbox: [] });
    schedule();
  };
  const sees = (alarm: LiveAlarm): void => {
    alarm.failures = 0;
    blind.remove(alarm.record.name);
  };

  const startLoading = (): void => {
    const waiting = [...loading];
    loading.clear();
    for (const batch of batchesOf(waiting, clock.nowMs())) {
      pool.add(async () => {
        counts.queries += 1;
        const { fromMs } = batch;
        const plans = batch.alarms.map(({ plan }) => plan);
        try {
          await loadWindows(context.store, plans, { fromMs, nowMs: clock.nowMs() });
          for (const { alarm } of batch.alarms) {
            alarm.needsLoad = false;
            sees(alarm);
            evaluate(alarm);
          }
        } catch (error) {
          for (const { alarm } of batch.alarms) fail(alarm, 'EVALUATION_FAILURE', reasonOf(error));
        }
      });
    }
  };

  const startQuery = (alarm: LiveAlarm, plan: QueriedPlan): void => {
    alarm.isWriting = true;
    pool.add(async () => {
      counts.queries += 1;
      const nowMs = clock.nowMs();
      const toMs = Math.floor(nowMs / plan.periodMs) * plan.periodMs;
      const firstEndMs = Math.min(toMs, Math.ceil((alarm.catchUpFromMs ?? toMs) / plan.periodMs) * plan.periodMs);
      try {
        const answer = await queryRange(context.store, plan.definition, { fromMs: firstEndMs - plan.rangeMs, toMs });
        alarm.isWriting = false;
        if (registry.get(alarm.record.name) !== alarm) return;
        if (answer.type === 'error') {
          fail(alarm, 'EVALUATION_ERROR', answer.message);
          return;
        }
        sees(alarm);
        alarm.queriedThroughMs = toMs;
        counts.evaluations += 1;
        offer(alarm, evaluateQueried(context, alarm, plan, answer, nowMs));
        if (alarm.catchUpFromMs !== undefined) evaluate(alarm);
      } catch (error) {
        alarm.isWriting = false;
        const isFault = isFailure(error) && error.status < 500 && error.status !== 429;
        fail(alarm, isFault ? 'EVALUATION_ERROR' : 'EVALUATION_FAILURE', reasonOf(error));
      }
      schedule();
    });
  };

  const evaluateOne = (alarm: LiveAlarm, nowMs: number): void => {
    const { plan } = alarm;
    if (plan.type === 'queried') {
      startQuery(alarm, plan);
      return;
    }
    if (plan.type === 'slots') {
      const finishedMs = Math.floor(nowMs / plan.window.stepMs) * plan.window.stepMs;
      if (alarm.needsLoad || plan.window.partialBefore(finishedMs).length > 0) {
        loading.add(alarm);
        return;
      }
      counts.evaluations += 1;
      offer(alarm, evaluateSlots(context, alarm, plan, nowMs));
      if (alarm.catchUpFromMs !== undefined) dirty.add(alarm);
      return;
    }
    counts.evaluations += 1;
    const outcome = evaluateComposite(context, alarm, plan, nowMs);
    if (outcome.type === 'cycle') {
      fail(
        alarm,
        'EVALUATION_ERROR',
        `evaluation stopped, because the alarm is part of a cycle: ${outcome.path.join(' -> ')}`,
      );
      return;
    }
    sees(alarm);
    offer(alarm, outcome.change);
  };

  const write = async (): Promise<void> => {
    const changes = ready.splice(0);
    if (changes.length === 0) return;
    const named = changes.map((change) => ({ change, alarm: registry.get(change.after.name) }));
    try {
      const written = await writeChanges(catalog, changes, clock.nowMs());
      for (const { change, alarm } of named) {
        if (alarm !== undefined) alarm.isWriting = false;
        if (!written.has(change.after.id)) {
          // Somebody changed the alarm meanwhile: it is evaluated as it is now.
          if (alarm !== undefined) dirty.add(alarm);
          continue;
        }
        apply(change);
      }
      if (changes.some((change) => change.outbox.length > 0)) context.outbox.wake();
    } catch (error) {
      log.error({ reason: reasonOf(error), changes: changes.length }, 'changes of alarms could not be written');
      for (const { change, alarm } of named) {
        if (alarm === undefined) continue;
        alarm.isWriting = false;
        // What was being caught up is decided again, from the same moment on.
        if (alarm.catchUpFromMs !== undefined) alarm.catchUpFromMs = change.after.evaluatedEndMs;
        alarm.dueMs = clock.nowMs() + LIMITS.retryFirstMs;
      }
    }
  };
  const apply = (change: AlarmChange): void => {
    const alarm = registry.get(change.after.name);
    if (alarm === undefined || alarm.record.id !== change.after.id || alarm.record.revision >= change.after.revision)
      return;
    const isTransition = alarm.record.stateValue !== change.after.stateValue;
    alarm.record = change.after;
    alarm.dueMs = Math.min(alarm.dueMs, nextDueMs(alarm, clock.nowMs()));
    if (!isTransition) return;
    counts.transitions += 1;
    for (const other of [...registry.parentsOf(change.after.name), ...registry.suppressedBy(change.after.name)])
      dirty.add(other);
  };

  const drain = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    while (!isClosed && (dirty.size > 0 || ready.length > 0)) {
      const nowMs = clock.nowMs();
      let turn = 0;
      const waiting: LiveAlarm[] = [];
      for (const alarm of dirty) {
        if (turn >= LIMITS.evaluationsPerTurnMax) break;
        dirty.delete(alarm);
        if (registry.get(alarm.record.name) !== alarm) continue;
        if (alarm.isWriting) {
          waiting.push(alarm);
          continue;
        }
        turn += 1;
        evaluateOne(alarm, nowMs);
      }
      startLoading();
      await write();
      // Those that wait for the pool come back by themselves when it has their answer.
      for (const alarm of waiting) if (!alarm.isWriting || alarm.plan.type !== 'queried') dirty.add(alarm);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  return {
    take: (points) => {
      const nowMs = clock.nowMs();
      for (const point of points) {
        for (const alarm of registry.watching(point)) if (takePoint(alarm, point, nowMs)) dirty.add(alarm);
      }
      schedule();
    },
    tick: () => {
      const nowMs = clock.nowMs();
      for (const alarm of registry.all()) {
        if (alarm.dueMs > nowMs || alarm.isWriting) continue;
        alarm.dueMs = nextDueMs(alarm, nowMs);
        dirty.add(alarm);
      }
      schedule();
    },
    evaluate,
    changed,
    blind,
    counts: () => ({ ...counts }),
    settled: async () => {
      while (draining !== undefined || !pool.isIdle() || dirty.size > 0 || ready.length > 0) {
        await draining;
        await pool.settled();
      }
    },
    close: async () => {
      isClosed = true;
      await draining;
      await pool.settled();
    },
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Keeps the point; true when the alarm should be evaluated because of it. */
function takePoint(alarm: LiveAlarm, point: MetricPoint, nowMs: number): boolean {
  const { plan } = alarm;
  if (plan.type === 'queried') {
    // A late point changes what was decided; the next period is asked for anyway.
    if (point.timeMs < alarm.queriedThroughMs) alarm.dueMs = Math.min(alarm.dueMs, nowMs + LIMITS.queriedAgainMs);
    return false;
  }
  if (plan.type !== 'slots') return false;
  const { unit } = plan.metric.metric;
  if (unit !== undefined && unit !== point.unit) return false;
  const start = plan.window.add(point, nowMs);
  if (start === undefined || start > nowMs) return false;
  return start + plan.window.stepMs <= nowMs || !isRunningStepOpen(plan, start + plan.window.stepMs);
}

interface LoadBatch {
  readonly fromMs: number;
  readonly alarms: readonly { readonly alarm: LiveAlarm; readonly plan: SlotsPlan }[];
}

/** Alarms whose windows are read in one query: the same step, and about the same length of past. */
function batchesOf(alarms: readonly LiveAlarm[], nowMs: number): readonly LoadBatch[] {
  const groups = new Map<string, { alarm: LiveAlarm; plan: SlotsPlan; fromMs: number }[]>();
  for (const alarm of alarms) {
    const { plan } = alarm;
    if (plan.type !== 'slots') continue;
    const { stepMs } = plan.window;
    const pastMs = plan.rangeMs + 2 * stepMs + (nowMs - (alarm.catchUpFromMs ?? nowMs));
    alarm.keepExtraMs = Math.max(0, nowMs - (alarm.catchUpFromMs ?? nowMs));
    const key = `${stepMs}:${Math.ceil(Math.log2(pastMs / stepMs))}`;
    const group = groups.get(key);
    const member = { alarm, plan, fromMs: nowMs - pastMs };
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  return [...groups.values()].flatMap((group) => {
    const batches: LoadBatch[] = [];
    for (let at = 0; at < group.length; at += LIMITS.loadBatch) {
      const members = group.slice(at, at + LIMITS.loadBatch);
      batches.push({ fromMs: Math.min(...members.map((member) => member.fromMs)), alarms: members });
    }
    return batches;
  });
}
