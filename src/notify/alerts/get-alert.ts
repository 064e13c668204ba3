import { Failure } from '../../base/index.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import { loadActiveSilences } from '../silences/active-silences.ts';
import type { AlertVerbs, AlertView } from '../types.ts';
import { toAlert } from './alert-rows.ts';

export const getAlert =
  (context: NotifyContext): AlertVerbs['get'] =>
  async (actor, key) => {
    await context.authorize(actor, 'notify:Read', { type: 'alert', name: key });
    const alert = await readAlert(context, key);
    const rows = await context.catalog
      .db<NotifyTables>()
      .selectFrom('notify_events')
      .selectAll()
      .where('alert_key', '=', key)
      .orderBy('at_ms', 'desc')
      .limit(NOTIFY_LIMITS.listMax)
      .execute();
    const events = rows.map((row) => ({
      type: row.type,
      atMs: row.at_ms,
      ...(row.by_name === null ? {} : { by: row.by_name }),
      detail: row.detail,
    }));
    return { alert, events };
  };

/** Throws `notify.alert-not-found`. */
export async function readAlert(context: NotifyContext, key: string): Promise<AlertView> {
  const db = context.catalog.db<NotifyTables>();
  const row = await db.selectFrom('notify_alerts').selectAll().where('key', '=', key).executeTakeFirst();
  if (row === undefined) throw new Failure(NOTIFY_FAILURES.alertNotFound, { key });
  const silences = await loadActiveSilences(db, context.memory, context.clock.nowMs());
  const alert = toAlert(row);
  return { ...alert, silencedBy: silences.idsFor(alert) };
}
