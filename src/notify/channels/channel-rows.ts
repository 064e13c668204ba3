import type { Selectable } from 'kysely';
import type { Secrets } from '../../access/index.ts';
import { Failure } from '../../base/index.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import type { ChannelsTable, NotifyTables } from '../migrations.ts';
import type { Channel, ChannelSecrets } from '../types.ts';

export type ChannelRow = Selectable<ChannelsTable>;

export const toChannel = (row: ChannelRow, waiting: number): Channel => ({
  name: row.name,
  settings: row.settings,
  allowPrivate: row.allow_private,
  createdMs: row.created_ms,
  createdBy: row.created_by,
  health: {
    ...(row.delivered_ms === null ? {} : { deliveredMs: row.delivered_ms }),
    ...(row.failing_since_ms === null ? {} : { failingSinceMs: row.failing_since_ms }),
    ...(row.problem === null ? {} : { problem: row.problem }),
    waiting,
    heldBack: row.held_count,
  },
});

const ownerOf = (name: string): string => `notify:channel/${name}`;

export const sealSecrets = (secrets: Secrets, name: string, values: ChannelSecrets): Buffer =>
  secrets.seal(JSON.stringify(values), ownerOf(name));

export const openSecrets = (secrets: Secrets, row: Pick<ChannelRow, 'name' | 'secrets_sealed'>): ChannelSecrets =>
  JSON.parse(secrets.unseal(row.secrets_sealed, ownerOf(row.name))) as ChannelSecrets;

/** Throws `notify.channel-not-found`. */
export async function requireChannel(context: NotifyContext, name: string): Promise<ChannelRow> {
  const row = await context.catalog
    .db<NotifyTables>()
    .selectFrom('notify_channels')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined) throw new Failure(NOTIFY_FAILURES.channelNotFound, { channel: name });
  return row;
}
