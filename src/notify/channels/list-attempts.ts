import { acceptedWhole } from '../accepted-input.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import type { ChannelVerbs } from '../types.ts';

export const listAttempts =
  (context: NotifyContext): ChannelVerbs['attempts'] =>
  async (actor, filter) => {
    await context.authorize(actor, 'notify:Read', { type: 'channel', name: filter.channel ?? '*' });
    const limit = acceptedWhole('limit', filter.limit, { min: 1, max: NOTIFY_LIMITS.listMax });
    let query = context.catalog
      .db<NotifyTables>()
      .selectFrom('notify_attempts')
      .selectAll()
      .orderBy('at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(limit);
    if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel);
    const rows = await query.execute();
    return rows.map((row) => ({
      id: row.id,
      deliveryId: row.delivery_id,
      channel: row.channel,
      kind: row.kind,
      alertKeys: row.alert_keys,
      atMs: row.at_ms,
      durationMs: row.duration_ms,
      outcome: row.outcome,
      detail: row.detail,
    }));
  };
