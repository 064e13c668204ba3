import type { Kysely } from 'kysely';
import type { NotifyTables } from '../migrations.ts';
import type { Notification } from '../types.ts';

export interface NewDelivery {
  readonly id: string;
  readonly channel: string;
  /** Deliveries of one group go out in the order in which they were written. */
  readonly groupId: string;
  readonly thread: string;
  readonly notification: Notification;
  readonly nowMs: number;
}

export async function enqueue(db: Kysely<NotifyTables>, delivery: NewDelivery): Promise<void> {
  const { notification, nowMs } = delivery;
  await db
    .insertInto('notify_deliveries')
    .values({
      id: delivery.id,
      channel: delivery.channel,
      group_id: delivery.groupId,
      kind: notification.kind,
      thread: delivery.thread,
      notification: JSON.stringify(notification),
      state: 'waiting',
      attempts: 0,
      next_ms: nowMs,
      lease_ms: null,
      created_ms: nowMs,
      finished_ms: null,
    })
    .execute();
}
