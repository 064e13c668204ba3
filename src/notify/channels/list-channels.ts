import type { NotifyContext } from '../context.ts';
import type { NotifyTables } from '../migrations.ts';
import { waitingByChannel } from '../outbox/channel-caps.ts';
import { PROBE_CHANNEL } from '../routing/probe-route.ts';
import type { ChannelVerbs } from '../types.ts';
import { toChannel } from './channel-rows.ts';

/** All channels, without their secrets. */
export const listChannels =
  (context: NotifyContext): ChannelVerbs['list'] =>
  async (actor) => {
    await context.authorize(actor, 'notify:Read', { type: 'channel', name: '*' });
    const db = context.catalog.db<NotifyTables>();
    const rows = await db
      .selectFrom('notify_channels')
      .selectAll()
      .where('name', '!=', PROBE_CHANNEL)
      .orderBy('name')
      .execute();
    const waiting = await waitingByChannel(db);
    return rows.map((row) => toChannel(row, waiting.get(row.name) ?? 0));
  };
