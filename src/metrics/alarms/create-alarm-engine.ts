import { createAlarmArns } from './alarm-record.ts';
import { readAlarms } from './alarm-rows.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { AlarmEngineDeps, AlarmsContext } from './context.ts';
import { createAlarmService } from './create-alarm-service.ts';
import { createOutboxDelivery } from './deliver-outbox.ts';
import { createEvaluator, type Evaluator, type EvaluatorCounts } from './evaluator.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import type { AlarmsTables } from './migrations.ts';
import { createPutQueue } from './put-batch.ts';
import { createRegistry } from './registry.ts';
import type { AlarmService } from './service.ts';
import { takeTurns } from './take-turns.ts';

export interface AlarmEngineStatus extends EvaluatorCounts {
  readonly alarms: number;
  readonly blind: number;
}

export interface AlarmEngine {
  readonly service: AlarmService;
  readonly status: () => AlarmEngineStatus;
  /** Resolves when everything that arrived or came due so far is decided, written and handed to notify. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens alarms: reads them, evaluates what was missed since the last checkpoint, and from then on evaluates on arrival
 * of points and by the clock. What was decided but not yet handed to notify when the process ended goes out first.
 */
export async function createAlarmEngine(given: AlarmEngineDeps): Promise<AlarmEngine> {
  const deps = { ...given, catalog: takeTurns(given.catalog) };
  const { catalog, clock, log } = deps;
  const arns = createAlarmArns(deps);
  const context: AlarmsContext = {
    ...deps,
    arns,
    registry: createRegistry(arns),
    outbox: createOutboxDelivery(deps),
    puts: createPutQueue({ ...deps, arns }),
  };
  const evaluator = createEvaluator(context);
  const startedMs = clock.nowMs();
  // Before the store is asked for the past, so that no point falls between the two.
  const unsubscribe = deps.store.subscribe(evaluator.take);
  try {
    await openAlarms(context, evaluator, startedMs);
  } catch (error) {
    unsubscribe();
    throw error;
  }
  const stop = new AbortController();
  const loops = [runTicks(context, evaluator, stop.signal), runSweep(context, stop.signal)];
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    unsubscribe();
    stop.abort(new Error('alarms are closing'));
    await Promise.all(loops);
    await evaluator.close();
    await context.outbox.close();
    try {
      await writeCheckpoint(catalog, checkpointAt(clock.nowMs()));
    } catch (error) {
      log.warn({ reason: String(error) }, 'the checkpoint of alarms was not written; a little is evaluated again');
    }
  };
  context.outbox.wake();
  return {
    service: createAlarmService(context, evaluator),
    status: () => ({ alarms: context.registry.size(), blind: evaluator.blind.size(), ...evaluator.counts() }),
    settled: async () => {
      await evaluator.settled();
      await context.outbox.settled();
    },
    close: () => (closing ??= close()),
  };
}

/** Everything that ended before this is evaluated: what comes due is so within its settling and spreading. */
const checkpointAt = (nowMs: number): number =>
  nowMs - LIMITS.settleMs - LIMITS.spreadQueriedMs - LIMITS.storeTimeoutMs;

async function openAlarms(context: AlarmsContext, evaluator: Evaluator, startedMs: number): Promise<void> {
  const checkpointMs = (await readCheckpoint(context.catalog)) ?? startedMs;
  // A clock that was set back since then is no downtime.
  const downFromMs = Math.max(Math.min(checkpointMs, startedMs), startedMs - LIMITS.catchUpMax);
  for (const record of await readAlarms(context.catalog.db<AlarmsTables>())) {
    const alarm = context.registry.put(record, startedMs);
    if (record.evaluationState !== undefined) evaluator.blind.add(record.name, record.evaluationMessage ?? '');
    if (alarm.plan.type === 'composite') continue;
    const stepMs = alarm.plan.type === 'slots' ? alarm.plan.window.stepMs : alarm.plan.periodMs;
    const sinceMs = Math.max(downFromMs, Math.min(record.evaluatedEndMs, startedMs), record.configurationUpdatedMs);
    alarm.catchUpFromMs = Math.max(sinceMs, startedMs - LIMITS.catchUpStepsMax * stepMs);
    alarm.blind = { fromMs: sinceMs, toMs: startedMs };
  }
  for (const alarm of context.registry.all()) evaluator.evaluate(alarm);
}

async function runTicks(context: AlarmsContext, evaluator: Evaluator, signal: AbortSignal): Promise<void> {
  const { clock, log, registry } = context;
  let lastMs = clock.nowMs();
  let checkpointedMs = clock.monotonicMs();
  let noting: Promise<void> | undefined;
  const note = async (isDue: boolean, atMs: number): Promise<void> => {
    try {
      await evaluator.blind.tell();
      if (isDue) await writeCheckpoint(context.catalog, checkpointAt(atMs));
    } catch (error) {
      log.error({ reason: String(error) }, 'it could not be noted up to when alarms are evaluated; it is tried again');
    }
  };
  while (!signal.aborted) {
    const slept = await clock.sleep(LIMITS.tickMs, signal).then(
      () => true,
      () => false,
    );
    if (!slept) break;
    const nowMs = clock.nowMs();
    if (nowMs < lastMs - LIMITS.settleMs) {
      log.warn({ backMs: lastMs - nowMs }, 'the clock was set back; alarms are evaluated by the new time');
      for (const alarm of registry.all()) alarm.dueMs = Math.min(alarm.dueMs, nowMs);
    }
    lastMs = nowMs;
    evaluator.tick();
    context.outbox.tick();
    if (noting !== undefined) continue;
    const isDue = clock.monotonicMs() - checkpointedMs >= LIMITS.checkpointMs;
    if (isDue) checkpointedMs = clock.monotonicMs();
    // Not waited for: a catalog or a notify that hangs must not keep alarms from being evaluated.
    noting = note(isDue, nowMs).finally(() => {
      noting = undefined;
    });
  }
  await noting;
}

async function runSweep(context: AlarmsContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await context.catalog
        .db<AlarmsTables>()
        .deleteFrom('alarm_history')
        .where('at_ms', '<', context.clock.nowMs() - LIMITS.historyMs)
        .execute();
    } catch (error) {
      context.log.warn({ reason: String(error) }, 'old history of alarms could not be removed; it is tried again');
    }
    const slept = await context.clock.sleep(LIMITS.historySweepMs, signal).then(
      () => true,
      () => false,
    );
    if (!slept) return;
  }
}
