import type { Transaction } from 'kysely';
import { Failure } from '../../base/index.ts';
import { auditedChange } from '../audited.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import { readRouting, writeRouting } from '../routing/load-routing.ts';
import { PROBE_CHANNEL } from '../routing/probe-route.ts';
import { regroupFiring } from '../routing/regroup-firing.ts';
import type { Channel, ChannelVerbs } from '../types.ts';
import { type AcceptedChannel, acceptedChannel } from './accept-channel.ts';
import { requireChannel, sealSecrets, toChannel } from './channel-rows.ts';

export const createChannel =
  (context: NotifyContext): ChannelVerbs['create'] =>
  async (actor, request) => {
    await context.authorize(actor, 'notify:Manage', { type: 'channel', name: request.name });
    const accepted = await acceptedChannel(context, actor, request);
    const { name, settings, allowPrivate, madeSecret } = accepted;
    const call = {
      eventName: 'CreateChannel',
      resource: { type: 'channel', name },
      parameters: { settings, allowPrivate },
    };
    const channel = await auditedChange<Channel>(context, actor, call, async () => {
      try {
        await context.inTurn(() =>
          context.catalog.transaction<NotifyTables, void>((trx) => insert(context, trx, accepted, actor.name)),
        );
      } finally {
        context.memory.routing = undefined;
      }
      return toChannel(await requireChannel(context, name), 0);
    });
    context.wake.now();
    return { channel, ...(madeSecret === undefined ? {} : { signingSecret: madeSecret }) };
  };

async function insert(
  context: NotifyContext,
  trx: Transaction<NotifyTables>,
  channel: AcceptedChannel,
  createdBy: string,
): Promise<void> {
  const { name } = channel;
  const existing = await trx.selectFrom('notify_channels').select('name').execute();
  if (existing.some((row) => row.name === name)) throw new Failure(NOTIFY_FAILURES.channelExists, { channel: name });
  const max = NOTIFY_LIMITS.channelsMax;
  if (existing.length >= max) {
    throw new Failure(NOTIFY_FAILURES.limitReached, { count: existing.length, what: 'channels', max });
  }
  const nowMs = context.clock.nowMs();
  await trx
    .insertInto('notify_channels')
    .values({
      name,
      settings: JSON.stringify(channel.settings),
      secrets_sealed: sealSecrets(context.secrets, name, channel.secrets),
      allow_private: channel.allowPrivate,
      allow_loopback: channel.allowLoopback,
      created_ms: nowMs,
      created_by: createdBy,
      failures: 0,
      window_ms: 0,
      window_count: 0,
      held_count: 0,
      held_titles: '[]',
    })
    .execute();
  const routing = await readRouting(trx);
  const others = existing.filter((row) => row.name !== PROBE_CHANNEL);
  if (name === PROBE_CHANNEL || others.length > 0 || routing.fallback.channels.length > 0) return;
  // Nobody was told of anything so far: the first channel takes what no route sends elsewhere, what fires already too.
  const fallback = { ...routing.fallback, channels: [name] };
  await writeRouting(trx, { ...routing, fallback, version: routing.version + 1 });
  context.memory.routing = undefined;
  await regroupFiring(trx, context.memory, nowMs);
}
