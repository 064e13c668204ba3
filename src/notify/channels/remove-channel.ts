import { Failure } from '../../base/index.ts';
import { auditedChange } from '../audited.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import type { NotifyTables } from '../migrations.ts';
import { readRouting } from '../routing/load-routing.ts';
import type { ChannelVerbs } from '../types.ts';
import { requireChannel } from './channel-rows.ts';

/** Removes a channel that no route uses, with what waits for it. Its attempts stay on record. */
export const removeChannel =
  (context: NotifyContext): ChannelVerbs['remove'] =>
  async (actor, name) => {
    await context.authorize(actor, 'notify:Manage', { type: 'channel', name });
    const call = { eventName: 'DeleteChannel', resource: { type: 'channel', name } };
    await auditedChange(context, actor, call, async () => {
      await requireChannel(context, name);
      await context.inTurn(() =>
        context.catalog.transaction<NotifyTables, void>(async (trx) => {
          const { routes, fallback } = await readRouting(trx);
          const user = [...routes, fallback].find(
            (route) =>
              route.channels.includes(name) || route.escalation.some(({ channels }) => channels.includes(name)),
          );
          if (user !== undefined) {
            throw new Failure(NOTIFY_FAILURES.channelInUse, { channel: name, route: user.name });
          }
          await trx.deleteFrom('notify_channels').where('name', '=', name).execute();
        }),
      );
    });
    const atMs = context.clock.nowMs();
    const body = 'The channel was removed.';
    const shared = { key: `notify:channel:${name}`, source: 'notify', labels: { channel: name }, body, atMs } as const;
    await context.alerting.raise({
      ...shared,
      state: 'resolved',
      severity: 'high',
      title: `No channel ${name} any more`,
    });
  };
