import { MINUTE_MS, newId } from '../../base/index.ts';
import type { NotifyContext } from '../context.ts';
import type { NotifyTables } from '../migrations.ts';
import { enqueue } from '../outbox/enqueue.ts';

/**
 * When the minute of a storm is over, one message says how many notifications were held back. It does not count
 * against the cap, so a storm costs a channel the cap and one more in a minute.
 */
export async function sendDigests(context: NotifyContext): Promise<void> {
  const nowMs = context.clock.nowMs();
  const windowMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  await context.inTurn(() =>
    context.catalog.transaction<NotifyTables, void>(async (trx) => {
      const rows = await trx
        .selectFrom('notify_channels')
        .select(['name', 'held_count', 'held_severity', 'held_titles'])
        .where('held_count', '>', 0)
        .where('window_ms', '<', windowMs)
        .execute();
      for (const row of rows) {
        const id = newId(nowMs);
        const notification = {
          kind: 'digest' as const,
          createdMs: nowMs,
          route: '',
          groupLabels: {},
          alerts: [],
          firingCount: row.held_count,
          resolvedCount: 0,
          isRepeat: false,
          isEscalation: false,
          heldBack: { count: row.held_count, severity: row.held_severity ?? 'info', titles: row.held_titles },
        };
        await enqueue(trx, { id, channel: row.name, groupId: `digest:${row.name}`, thread: id, notification, nowMs });
        await trx
          .updateTable('notify_channels')
          .set({ held_count: 0, held_severity: null, held_titles: '[]' })
          .where('name', '=', row.name)
          .execute();
      }
    }),
  );
}
