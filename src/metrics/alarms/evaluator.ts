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
import { type QueriedRange, queryRange } from './query-range.ts';
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

export const createEvaluator = (context: AlarmsContext): Evaluator => new AlarmEvaluator(context);

/**
 * One loop decides: it takes the alarms that are to be evaluated, evaluates them, writes what changed in one transaction
 * and goes on with who looks at the changed ones. What has to wait for the store waits in a pool beside it.
 */
class AlarmEvaluator implements Evaluator {
  readonly blind: BlindReport;
  readonly #context: AlarmsContext;
  readonly #dirty = new Set<LiveAlarm>();
  readonly #loading = new Set<LiveAlarm>();
  /** Batches of windows that are being read. */
  #loads = 0;
  readonly #ready: AlarmChange[] = [];
  readonly #pool = createTaskPool(LIMITS.queriedAtOnceMax);
  readonly #counts = { evaluations: 0, transitions: 0, queries: 0 };
  #draining: Promise<void> | undefined;
  #isClosed = false;

  constructor(context: AlarmsContext) {
    this.#context = context;
    this.blind = createBlindReport(context);
  }

  readonly take = (points: readonly MetricPoint[]): void => {
    const nowMs = this.#context.clock.nowMs();
    for (const point of points) {
      for (const alarm of this.#context.registry.watching(point)) {
        if (takePoint(alarm, point, nowMs)) this.#dirty.add(alarm);
      }
    }
    this.#schedule();
  };

  tick(): void {
    const nowMs = this.#context.clock.nowMs();
    for (const alarm of this.#context.registry.all()) {
      if (alarm.dueMs > nowMs || alarm.isWriting) continue;
      alarm.dueMs = nextDueMs(alarm, nowMs);
      this.#dirty.add(alarm);
    }
    this.#schedule();
  }

  evaluate(alarm: LiveAlarm): void {
    this.#dirty.add(alarm);
    this.#schedule();
  }

  changed(name: string): void {
    const { registry } = this.#context;
    for (const other of [...registry.parentsOf(name), ...registry.suppressedBy(name)]) this.#dirty.add(other);
    this.#schedule();
  }

  counts(): EvaluatorCounts {
    return { ...this.#counts };
  }

  async settled(): Promise<void> {
    while (this.#draining !== undefined || !this.#pool.isIdle() || this.#dirty.size > 0 || this.#ready.length > 0) {
      await this.#draining;
      await this.#pool.settled();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#draining;
    await this.#pool.settled();
  }

  #schedule(): void {
    if (this.#isClosed || this.#draining !== undefined || (this.#dirty.size === 0 && this.#ready.length === 0)) return;
    this.#draining = this.#drain().finally(() => {
      this.#draining = undefined;
      this.#schedule();
    });
  }

  async #drain(): Promise<void> {
    const { clock, registry } = this.#context;
    await new Promise((resolve) => setImmediate(resolve));
    while (!this.#isClosed && (this.#dirty.size > 0 || this.#ready.length > 0)) {
      const nowMs = clock.nowMs();
      let turn = 0;
      const waiting: LiveAlarm[] = [];
      for (const alarm of this.#dirty) {
        if (turn >= LIMITS.evaluationsPerTurnMax) break;
        this.#dirty.delete(alarm);
        if (registry.get(alarm.record.name) !== alarm) continue;
        if (alarm.isWriting) {
          waiting.push(alarm);
          continue;
        }
        turn += 1;
        this.#evaluateOne(alarm, nowMs);
      }
      this.#startLoading();
      await this.#write();
      // Those that wait for the pool come back by themselves when it has their answer.
      for (const alarm of waiting) if (!alarm.isWriting || alarm.plan.type !== 'queried') this.#dirty.add(alarm);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #evaluateOne(alarm: LiveAlarm, nowMs: number): void {
    const { plan } = alarm;
    switch (plan.type) {
      case 'queried':
        this.#startQuery(alarm, plan);
        return;
      case 'slots': {
        const finishedMs = Math.floor(nowMs / plan.window.stepMs) * plan.window.stepMs;
        if (alarm.needsLoad || plan.window.partialBefore(finishedMs).length > 0) {
          this.#loading.add(alarm);
          return;
        }
        this.#counts.evaluations += 1;
        this.#offer(alarm, evaluateSlots(this.#context, alarm, plan, nowMs));
        if (alarm.catchUpFromMs !== undefined) this.#dirty.add(alarm);
        return;
      }
      case 'composite': {
        this.#counts.evaluations += 1;
        const outcome = evaluateComposite(this.#context, alarm, plan, nowMs);
        if (outcome.type === 'cycle') {
          const path = outcome.path.join(' -> ');
          this.#fail(alarm, 'EVALUATION_ERROR', `evaluation stopped, because the alarm is part of a cycle: ${path}`);
          return;
        }
        this.#sees(alarm);
        this.#offer(alarm, outcome.change);
      }
    }
  }

  #offer(alarm: LiveAlarm, change: AlarmChange | undefined): void {
    if (change === undefined) return;
    alarm.isWriting = true;
    this.#ready.push(change);
  }

  #sees(alarm: LiveAlarm): void {
    alarm.failures = 0;
    this.blind.remove(alarm.record.name);
  }

  /** The alarm keeps its state; from some failures on, or when its definition is at fault, people are told. */
  #fail(alarm: LiveAlarm, state: EvaluationState, message: string): void {
    alarm.failures += 1;
    const pauseMs = Math.min(LIMITS.retryMaxMs, LIMITS.retryFirstMs * 2 ** Math.min(alarm.failures - 1, 6));
    alarm.dueMs = this.#context.clock.nowMs() + pauseMs;
    if (state === 'EVALUATION_FAILURE' && alarm.failures < LIMITS.blindAfterFailures) return;
    const { record } = alarm;
    this.blind.add(record.name, message);
    if (alarm.isWriting || (record.evaluationState === state && record.evaluationMessage === message)) return;
    const after = { ...record, evaluationState: state, evaluationMessage: message, revision: record.revision + 1 };
    this.#offer(alarm, { before: record, after, history: [], outbox: [] });
    this.#schedule();
  }

  /** While loads run, what else wants its window gathers: a query for fifty costs little more than one for one. */
  #startLoading(): void {
    while (this.#loading.size > 0 && this.#loads < LIMITS.loadsAtOnceMax && !this.#isClosed) {
      const [batch] = batchesOf([...this.#loading], this.#context.clock.nowMs());
      if (batch === undefined) return;
      for (const { alarm } of batch.alarms) this.#loading.delete(alarm);
      this.#loads += 1;
      this.#pool.add(async () => {
        await this.#load(batch);
        this.#loads -= 1;
        this.#startLoading();
      });
    }
  }

  async #load(batch: LoadBatch): Promise<void> {
    this.#counts.queries += 1;
    const { store, clock } = this.#context;
    const plans = batch.alarms.map(({ plan }) => plan);
    try {
      await loadWindows(store, plans, { fromMs: batch.fromMs, nowMs: clock.nowMs() });
      for (const { alarm } of batch.alarms) {
        alarm.needsLoad = false;
        this.#sees(alarm);
        this.evaluate(alarm);
      }
    } catch (error) {
      for (const { alarm } of batch.alarms) this.#fail(alarm, 'EVALUATION_FAILURE', reasonOf(error));
    }
  }

  #startQuery(alarm: LiveAlarm, plan: QueriedPlan): void {
    alarm.isWriting = true;
    this.#pool.add(async () => {
      this.#counts.queries += 1;
      const nowMs = this.#context.clock.nowMs();
      const toMs = Math.floor(nowMs / plan.periodMs) * plan.periodMs;
      const firstEndMs = Math.min(toMs, Math.ceil((alarm.catchUpFromMs ?? toMs) / plan.periodMs) * plan.periodMs);
      try {
        const range = { fromMs: firstEndMs - plan.rangeMs, toMs };
        const answer = await queryRange(this.#context.store, plan.definition, range);
        alarm.isWriting = false;
        if (this.#context.registry.get(alarm.record.name) === alarm) this.#takeAnswer(alarm, plan, answer, nowMs);
      } catch (error) {
        alarm.isWriting = false;
        const isFault = isFailure(error) && error.status < 500 && error.status !== 429;
        this.#fail(alarm, isFault ? 'EVALUATION_ERROR' : 'EVALUATION_FAILURE', reasonOf(error));
      }
      this.#schedule();
    });
  }

  #takeAnswer(alarm: LiveAlarm, plan: QueriedPlan, answer: QueriedRange, nowMs: number): void {
    if (answer.type === 'error') {
      this.#fail(alarm, 'EVALUATION_ERROR', answer.message);
      return;
    }
    this.#sees(alarm);
    alarm.queriedThroughMs = Math.floor(nowMs / plan.periodMs) * plan.periodMs;
    this.#counts.evaluations += 1;
    this.#offer(alarm, evaluateQueried(this.#context, alarm, plan, answer, nowMs));
    if (alarm.catchUpFromMs !== undefined) this.#dirty.add(alarm);
  }

  async #write(): Promise<void> {
    const changes = this.#ready.splice(0);
    if (changes.length === 0) return;
    const { catalog, clock, registry, outbox } = this.#context;
    const named = changes.map((change) => ({ change, alarm: registry.get(change.after.name) }));
    try {
      const written = await writeChanges(catalog, changes, clock.nowMs());
      for (const { change, alarm } of named) {
        if (alarm !== undefined) alarm.isWriting = false;
        if (written.has(change.after.id)) this.#apply(change);
        // Somebody changed the alarm meanwhile: it is evaluated as it is now.
        else if (alarm !== undefined) this.#dirty.add(alarm);
      }
      if (changes.some((change) => change.outbox.length > 0)) outbox.wake();
    } catch (error) {
      const reason = reasonOf(error);
      this.#context.log.error({ reason, changes: changes.length }, 'changes of alarms could not be written');
      for (const { change, alarm } of named) {
        if (alarm === undefined) continue;
        alarm.isWriting = false;
        // What was being caught up is decided again, from the same moment on.
        if (alarm.catchUpFromMs !== undefined) alarm.catchUpFromMs = change.after.evaluatedEndMs;
        alarm.dueMs = clock.nowMs() + LIMITS.retryFirstMs;
      }
    }
  }

  #apply(change: AlarmChange): void {
    const alarm = this.#context.registry.get(change.after.name);
    if (alarm === undefined || alarm.record.id !== change.after.id) return;
    if (alarm.record.revision >= change.after.revision) return;
    const isTransition = alarm.record.stateValue !== change.after.stateValue;
    alarm.record = change.after;
    alarm.dueMs = Math.min(alarm.dueMs, nextDueMs(alarm, this.#context.clock.nowMs()));
    if (!isTransition) return;
    this.#counts.transitions += 1;
    this.changed(change.after.name);
  }
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
