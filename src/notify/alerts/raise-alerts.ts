import { Failure, newId } from '../../base/index.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import type { AlertInput, Alerting } from '../types.ts';
import { cleanInput } from './apply-alert.ts';
import { storeAlerts } from './store-alerts.ts';

interface Waiting {
  readonly input: AlertInput;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface AlertQueue extends Alerting {
  /** Refuses what comes from now on and waits for what was taken. */
  readonly close: () => Promise<void>;
}

/**
 * Stores alerts in the order in which they are raised, those that wait in one transaction: a storm costs a handful of
 * commits. Each caller hears when its own alert is durable.
 */
export function createAlertQueue(context: () => NotifyContext): AlertQueue {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let isClosed = false;

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, NOTIFY_LIMITS.raiseBatchMax);
      waiting = waiting.slice(batch.length);
      await writeBatch(context(), batch);
    }
  };
  const write = (): void => {
    writing ??= writeAll().finally(() => {
      writing = undefined;
      if (waiting.length > 0) write();
    });
  };
  return {
    raise: async (alert) => {
      if (isClosed) throw new Failure(NOTIFY_FAILURES.closed);
      const input = cleanInput(acceptedInput(alert), context().redactor);
      if (waiting.length >= NOTIFY_LIMITS.raiseQueueMax) {
        throw new Failure(NOTIFY_FAILURES.tooManyAlerts, { count: waiting.length, max: NOTIFY_LIMITS.raiseQueueMax });
      }
      await new Promise<void>((done, failed) => {
        waiting.push({ input, done, failed });
        // A turn of the event loop later, so that alerts raised together are stored together.
        setImmediate(write);
      });
    },
    close: async () => {
      isClosed = true;
      while (writing !== undefined || waiting.length > 0) {
        write();
        await writing;
      }
    },
  };
}

async function writeBatch(context: NotifyContext, batch: readonly Waiting[]): Promise<void> {
  try {
    const nowMs = context.clock.nowMs();
    const refused = await context.inTurn(() =>
      context.catalog.transaction<NotifyTables, ReadonlySet<number>>((trx) =>
        storeAlerts(trx, context.memory, {
          inputs: batch.map(({ input }) => input),
          nowMs,
          newEpisode: () => newId(nowMs),
        }),
      ),
    );
    context.wake.now();
    const max = NOTIFY_LIMITS.firingMax;
    batch.forEach(({ done, failed }, index) => {
      if (refused.has(index)) failed(new Failure(NOTIFY_FAILURES.tooManyAlerts, { count: max, max }));
      else done();
    });
  } catch (error) {
    for (const { failed } of batch) failed(error);
  }
}

function acceptedInput(alert: AlertInput): AlertInput {
  const refuse = (reason: string): Failure =>
    new Failure(NOTIFY_FAILURES.alertInvalid, { key: JSON.stringify(alert.key.slice(0, 80)), reason });
  const max = NOTIFY_LIMITS.keyCharsMax;
  if (alert.key.length === 0 || alert.key.length > max) throw refuse(`its key has ${alert.key.length} characters`);
  const idMax = NOTIFY_LIMITS.raiseIdCharsMax;
  if (alert.id !== undefined && (alert.id.length === 0 || alert.id.length > idMax)) {
    throw refuse(`its id has ${alert.id.length} characters`);
  }
  if (!Number.isSafeInteger(alert.atMs) || alert.atMs < 0) throw refuse(`its time is ${alert.atMs}`);
  if (alert.path !== undefined && !/^\/(?![/\\])/.test(alert.path)) throw refuse('its path is no path of the console');
  return alert;
}
