import { randomInt } from 'node:crypto';
import { isFailure } from '../../base/index.ts';
import { requireChannel } from '../channels/channel-rows.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import { attemptOnce } from './attempt.ts';
import { afterAttempt } from './backoff.ts';
import { claimDeliveries, type Delivery } from './claim.ts';
import { type AttemptRecord, channelAlert, recordAttempt } from './record-attempt.ts';

export interface Outbox {
  /** Begins what may begin now; ends of attempts wake the loop for more. */
  readonly pump: () => Promise<void>;
  /** Waits for the attempts under way. */
  readonly settled: () => Promise<void>;
}

/** Sends what lies in the outbox: some at once for each channel, so that one that hangs holds up no other. */
export function createOutbox(context: () => NotifyContext): Outbox {
  const running = new Map<Promise<void>, string>();
  const countOf = (channel: string): number => [...running.values()].filter((name) => name === channel).length;
  const start = (delivery: Delivery): void => {
    const { log, wake } = context();
    const work = deliverOne(context(), delivery)
      // What could not be recorded keeps its lease and is sent again when that has run out, with the same ids.
      .catch((error: unknown) => log.error({ err: error, delivery: delivery.id }, 'an attempt could not be recorded'))
      .finally(() => {
        running.delete(work);
        wake.now();
      });
    running.set(work, delivery.channel);
  };
  return {
    pump: async () => {
      const { catalog, clock } = context();
      for (;;) {
        const room = NOTIFY_LIMITS.attemptsAtOnce - running.size;
        const busyChannels = [...new Set(running.values())].filter(
          (name) => countOf(name) >= NOTIFY_LIMITS.attemptsPerChannelAtOnce,
        );
        if (room <= 0) return;
        // One at a time for each turn would starve nobody, but cost a statement each; few at a time costs little.
        const claimed = await claimDeliveries(catalog, { max: 1, busyChannels, nowMs: clock.nowMs() });
        if (claimed.length === 0) return;
        for (const delivery of claimed) start(delivery);
      }
    },
    settled: async () => {
      while (running.size > 0) await Promise.allSettled(running.keys());
    },
  };
}

async function deliverOne(context: NotifyContext, delivery: Delivery): Promise<void> {
  const { clock, catalog, log } = context;
  const channel = await requireChannel(context, delivery.channel).catch((error: unknown) => {
    // Removed meanwhile, and its deliveries with it.
    if (isFailure(error, NOTIFY_FAILURES.channelNotFound)) return undefined;
    throw error;
  });
  if (channel === undefined) return;
  const { id, thread, notification } = delivery;
  const done = await attemptOnce(context, { deliveryId: id, thread, notification, channel });
  const nowMs = clock.nowMs();
  const chance = randomInt(1_000) / 1_000;
  const after = afterAttempt(done.result, {
    attempts: delivery.attempts,
    createdMs: delivery.created_ms,
    nowMs,
    chance,
  });
  const record: AttemptRecord = {
    deliveryId: id,
    channel: channel.name,
    kind: delivery.kind,
    alertKeys: notification.alerts.map(({ key }) => key),
    outcome: after.type === 'retry' ? 'will-retry' : after.type,
    ...(after.type === 'failed' ? { reason: after.reason } : {}),
    ...(after.type === 'retry' ? { pausedUntilMs: after.pausedUntilMs } : {}),
    done,
  };
  const before = await catalog.transaction<NotifyTables, { failures: number; failing_since_ms: number | null }>(
    async (trx) => {
      const health = await trx
        .selectFrom('notify_channels')
        .select(['failures', 'failing_since_ms'])
        .where('name', '=', channel.name)
        .executeTakeFirst();
      await recordAttempt(context, trx, record);
      await trx
        .updateTable('notify_deliveries')
        .set({
          lease_ms: null,
          ...(after.type === 'retry' ? { next_ms: after.nextMs } : { state: after.type, finished_ms: nowMs }),
        })
        .where('id', '=', id)
        .execute();
      return health ?? { failures: 0, failing_since_ms: null };
    },
  );
  const { outcome } = record;
  if (outcome !== 'delivered')
    log.warn({ channel: channel.name, outcome, detail: done.result.detail }, 'not delivered');
  const alert = channelAlert(record, before);
  if (alert !== undefined) await context.alerting.raise(alert);
}
