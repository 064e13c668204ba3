import { type Clock, isFailure, type Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { AlertInput, Alerting } from '../../notify/index.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import type { AlarmsTables } from './migrations.ts';

interface WaitingAction {
  readonly sequence: number;
  readonly id: string;
  readonly alarm_name: string;
  readonly alarm_id: string;
  readonly alarm_type: string;
  readonly alert: AlertInput;
  readonly actions: readonly string[];
  readonly created_ms: number;
}

export interface OutboxDelivery {
  /** Something was committed to the outbox. */
  readonly wake: () => void;
  /** Offers again what notify did not take, once it has rested. */
  readonly tick: () => void;
  /** Resolves when the outbox was found empty or only holds what notify refuses at the moment. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Hands what waits in the outbox to notify, in the order of each alarm. The row goes away, and the history says so, in
 * one transaction after notify has it durably. A crash in between hands it over again under the same id, which notify
 * answers without telling anybody twice.
 */
export function createOutboxDelivery(deps: {
  readonly catalog: Catalog;
  readonly alerting: Alerting;
  readonly clock: Clock;
  readonly log: Log;
}): OutboxDelivery {
  const { clock, log } = deps;
  const stop = new AbortController();
  /** Alarms whose actions notify did not take, and until when they are left alone. */
  const resting = new Map<string, { readonly untilMs: number; readonly failures: number }>();
  let isAsked = false;
  let running: Promise<void> | undefined;

  const rest = (alarmName: string, error: unknown): void => {
    const failures = (resting.get(alarmName)?.failures ?? 0) + 1;
    const pauseMs = Math.min(LIMITS.retryMaxMs, LIMITS.outboxRetryMs * 2 ** Math.min(failures - 1, 6));
    resting.set(alarmName, { untilMs: clock.monotonicMs() + pauseMs, failures });
    const reason = isFailure(error) ? error.code : String(error);
    log.error({ alarmName, reason, failures }, 'notify did not take what an alarm has to say; it is offered again');
  };

  const round = async (): Promise<boolean> => {
    const nowMs = clock.monotonicMs();
    const left = [...resting].filter(([, rested]) => rested.untilMs > nowMs).map(([name]) => name);
    let query = deps.catalog.db<AlarmsTables>().selectFrom('alarm_outbox').selectAll().orderBy('sequence');
    if (left.length > 0) query = query.where('alarm_name', 'not in', left);
    const waiting: readonly WaitingAction[] = await query.limit(LIMITS.outboxBatch).execute();
    const byAlarm = groupByAlarm(waiting);
    const done: WaitingAction[] = [];
    // One action an alarm and round, recorded before its next one: what a crash lets notify hear twice is then always
    // the newest it heard of that alarm, which it knows.
    await Promise.all(
      [...byAlarm].map(async ([alarmName, [action]]) => {
        if (action === undefined) return;
        try {
          await deps.alerting.raise(action.alert);
        } catch (error) {
          rest(alarmName, error);
          return;
        }
        resting.delete(alarmName);
        done.push(action);
      }),
    );
    await recordDone(deps, done);
    return waiting.length > 0;
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      isAsked = false;
      try {
        if (await round()) continue;
      } catch (error) {
        log.error({ reason: String(error) }, 'the outbox of alarms could not be read; it is tried again');
        await clock.sleep(LIMITS.outboxRetryMs, stop.signal).catch(() => undefined);
        continue;
      }
      if (isAsked) continue;
      break;
    }
  };
  const wake = (): void => {
    isAsked = true;
    running ??= run().finally(() => {
      running = undefined;
      // Asked for between the last look and the end of the run.
      if (isAsked && !stop.signal.aborted) wake();
    });
  };
  return {
    wake,
    tick: () => {
      const nowMs = clock.monotonicMs();
      if ([...resting.values()].some((rested) => rested.untilMs <= nowMs)) wake();
    },
    settled: async () => {
      while (running !== undefined) await running;
    },
    close: async () => {
      stop.abort(new Error('alarms are closing'));
      await running;
    },
  };
}

function groupByAlarm(actions: readonly WaitingAction[]): ReadonlyMap<string, WaitingAction[]> {
  const groups = new Map<string, WaitingAction[]>();
  for (const action of actions) {
    const group = groups.get(action.alarm_name);
    if (group === undefined) groups.set(action.alarm_name, [action]);
    else group.push(action);
  }
  return groups;
}

async function recordDone(
  deps: { readonly catalog: Catalog; readonly clock: Clock },
  done: readonly WaitingAction[],
): Promise<void> {
  if (done.length === 0) return;
  const atMs = deps.clock.nowMs();
  const history = done.flatMap((action) => actionItems(action).map((item) => ({ ...item, at_ms: atMs })));
  await deps.catalog.transaction<AlarmsTables, void>(async (trx) => {
    await trx
      .deleteFrom('alarm_outbox')
      .where(
        'sequence',
        'in',
        done.map((action) => action.sequence),
      )
      .execute();
    await trx.insertInto('alarm_history').values(history).execute();
  });
}

function actionItems(action: WaitingAction) {
  const targets = action.actions.length === 0 ? ['holdfast:notify'] : action.actions;
  return targets.map((target) => ({
    alarm_name: action.alarm_name,
    alarm_id: action.alarm_id,
    alarm_type: action.alarm_type,
    item_type: 'Action',
    summary: `Successfully executed action ${target}`,
    data: JSON.stringify({
      version: '1.0',
      actionState: 'Succeeded',
      stateUpdateTimestamp: action.created_ms,
      notificationResource: target,
      publishedMessage: JSON.stringify({ title: action.alert.title, body: action.alert.body }),
    }),
  }));
}
