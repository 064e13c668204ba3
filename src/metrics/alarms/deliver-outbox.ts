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
export const createOutboxDelivery = (deps: OutboxDeps): OutboxDelivery => new Delivery(deps);

interface OutboxDeps {
  readonly catalog: Catalog;
  readonly alerting: Alerting;
  readonly clock: Clock;
  readonly log: Log;
}

class Delivery implements OutboxDelivery {
  readonly #deps: OutboxDeps;
  readonly #stop = new AbortController();
  /** Alarms whose actions notify did not take, and until when they are left alone. */
  readonly #resting = new Map<string, { readonly untilMs: number; readonly failures: number }>();
  #isAsked = false;
  #running: Promise<void> | undefined;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  wake(): void {
    this.#isAsked = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // Asked for between the last look and the end of the run.
      if (this.#isAsked && !this.#stop.signal.aborted) this.wake();
    });
  }

  tick(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    if ([...this.#resting.values()].some((rested) => rested.untilMs <= nowMs)) this.wake();
  }

  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('alarms are closing'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#deps;
    while (!this.#stop.signal.aborted) {
      this.#isAsked = false;
      try {
        if (await this.#round()) continue;
      } catch (error) {
        log.error({ reason: String(error) }, 'the outbox of alarms could not be read; it is tried again');
        await clock.sleep(LIMITS.outboxRetryMs, this.#stop.signal).catch(() => undefined);
        continue;
      }
      if (!this.#isAsked) return;
    }
  }

  /**
   * One action an alarm and round, recorded before its next one: what a crash lets notify hear twice is then always the
   * newest that it heard of that alarm, which it knows. True when there was something to hand over.
   */
  async #round(): Promise<boolean> {
    const nowMs = this.#deps.clock.monotonicMs();
    const left = [...this.#resting].filter(([, rested]) => rested.untilMs > nowMs).map(([name]) => name);
    let query = this.#deps.catalog.db<AlarmsTables>().selectFrom('alarm_outbox').selectAll().orderBy('sequence');
    if (left.length > 0) query = query.where('alarm_name', 'not in', left);
    const waiting: readonly WaitingAction[] = await query.limit(LIMITS.outboxBatch).execute();
    const firsts = [...groupByAlarm(waiting).values()].flatMap(([first]) => first ?? []);
    const done = await Promise.all(firsts.map(async (action) => ((await this.#offer(action)) ? [action] : [])));
    await recordDone(this.#deps, done.flat());
    return waiting.length > 0;
  }

  async #offer(action: WaitingAction): Promise<boolean> {
    const { alerting, clock, log } = this.#deps;
    const alarmName = action.alarm_name;
    try {
      await alerting.raise(action.alert);
      this.#resting.delete(alarmName);
      return true;
    } catch (error) {
      const failures = (this.#resting.get(alarmName)?.failures ?? 0) + 1;
      const pauseMs = Math.min(LIMITS.retryMaxMs, LIMITS.outboxRetryMs * 2 ** Math.min(failures - 1, 6));
      this.#resting.set(alarmName, { untilMs: clock.monotonicMs() + pauseMs, failures });
      const reason = isFailure(error) ? error.code : String(error);
      log.error({ alarmName, reason, failures }, 'notify did not take what an alarm has to say; it is offered again');
      return false;
    }
  }
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
