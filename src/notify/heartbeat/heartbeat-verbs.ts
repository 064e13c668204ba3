import type { Selectable } from 'kysely';
import { auditedChange } from '../audited.ts';
import { acceptedUrl } from '../channels/accept-channel.ts';
import type { NotifyContext } from '../context.ts';
import type { HeartbeatTable, NotifyTables } from '../migrations.ts';
import type { Heartbeat, HeartbeatVerbs } from '../types.ts';

export const HEARTBEAT_OWNER = 'notify:heartbeat';
const OBJECT = { type: 'heartbeat', name: 'heartbeat' } as const;

export type HeartbeatRow = Selectable<HeartbeatTable>;

export const readHeartbeat = (context: NotifyContext): Promise<HeartbeatRow | undefined> =>
  context.catalog.db<NotifyTables>().selectFrom('notify_heartbeat').selectAll().executeTakeFirst();

const toHeartbeat = (row: HeartbeatRow | undefined): Heartbeat =>
  row === undefined
    ? { isSet: false, allowPrivate: false }
    : {
        isSet: true,
        origin: row.origin,
        allowPrivate: row.allow_private,
        ...(row.delivered_ms === null ? {} : { deliveredMs: row.delivered_ms }),
        ...(row.failing_since_ms === null ? {} : { failingSinceMs: row.failing_since_ms }),
        ...(row.problem === null ? {} : { problem: row.problem }),
      };

export const getHeartbeat =
  (context: NotifyContext): HeartbeatVerbs['get'] =>
  async (actor) => {
    await context.authorize(actor, 'notify:Read', OBJECT);
    return toHeartbeat(await readHeartbeat(context));
  };

export const setHeartbeat =
  (context: NotifyContext): HeartbeatVerbs['set'] =>
  async (actor, target) => {
    await context.authorize(actor, 'notify:Manage', OBJECT);
    const allowPrivate = target?.allowPrivate === true;
    const policy = { allowPrivate, allowLoopback: context.allowLoopback };
    const origin =
      target === undefined ? undefined : await acceptedUrl(context, 'the address of the watcher', target.url, policy);
    const call = { eventName: 'SetHeartbeat', resource: OBJECT, parameters: { origin: origin ?? null, allowPrivate } };
    return auditedChange(context, actor, call, async () => {
      const db = context.catalog.db<NotifyTables>();
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('notify_heartbeat').execute();
        if (target === undefined || origin === undefined) return;
        const url_sealed = context.secrets.seal(target.url, HEARTBEAT_OWNER);
        await trx
          .insertInto('notify_heartbeat')
          .values({ origin, url_sealed, allow_private: allowPrivate, failures: 0 })
          .execute();
      });
      return toHeartbeat(await readHeartbeat(context));
    });
  };
