import { newId } from '../../base/index.ts';
import { auditedChange } from '../audited.ts';
import type { NotifyContext } from '../context.ts';
import type { NotifyTables } from '../migrations.ts';
import { attemptOnce } from '../outbox/attempt.ts';
import { type AttemptRecord, channelAlert, recordAttempt } from '../outbox/record-attempt.ts';
import type { ChannelVerbs, DeliveryAttempt } from '../types.ts';
import { requireChannel } from './channel-rows.ts';

/** One attempt at once and no other: who tests wants to know what the channel says now. */
export const testChannel =
  (context: NotifyContext): ChannelVerbs['test'] =>
  async (actor, name) => {
    await context.authorize(actor, 'notify:Manage', { type: 'channel', name });
    const call = { eventName: 'TestChannel', resource: { type: 'channel', name } };
    const channel = await requireChannel(context, name);
    const nowMs = context.clock.nowMs();
    const id = newId(nowMs);
    const notification = {
      kind: 'test' as const,
      createdMs: nowMs,
      route: '',
      groupLabels: {},
      alerts: [],
      firingCount: 0,
      resolvedCount: 0,
      isRepeat: false,
      isEscalation: false,
    };
    const attempt = await auditedChange<DeliveryAttempt>(context, actor, call, async () => {
      const done = await attemptOnce(context, { deliveryId: id, thread: id, notification, channel });
      const outcome = done.result.type === 'delivered' ? 'delivered' : 'failed';
      const record: AttemptRecord = { deliveryId: id, channel: name, kind: 'test', alertKeys: [], outcome, done };
      const recorded = await context.catalog.transaction<NotifyTables, DeliveryAttempt>((trx) =>
        recordAttempt(context, trx, record),
      );
      // A channel that works again is told; one that fails under somebody's eyes needs no alert.
      const alert = outcome === 'delivered' ? channelAlert(record, channel) : undefined;
      if (alert !== undefined) await context.alerting.raise(alert);
      return recorded;
    });
    context.wake.now();
    return attempt;
  };
