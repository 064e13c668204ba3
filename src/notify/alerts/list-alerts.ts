import { acceptedWhole } from '../accepted-input.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import { isNoCanary } from '../routing/probe-route.ts';
import { loadActiveSilences } from '../silences/active-silences.ts';
import type { AlertVerbs } from '../types.ts';
import { toAlert } from './alert-rows.ts';

/** Firing alerts first, the newest first among those of one state. */
export const listAlerts =
  (context: NotifyContext): AlertVerbs['list'] =>
  async (actor, filter) => {
    await context.authorize(actor, 'notify:Read', { type: 'alert', name: '*' });
    const limit = acceptedWhole('limit', filter.limit, { min: 1, max: NOTIFY_LIMITS.listMax });
    const db = context.catalog.db<NotifyTables>();
    let query = db.selectFrom('notify_alerts').where(isNoCanary);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity);
    if (filter.source !== undefined) query = query.where('source', '=', filter.source);
    const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await query
      .selectAll()
      .orderBy('state')
      .orderBy((eb) => eb.fn.coalesce('resolved_ms', 'fired_ms'), 'desc')
      .orderBy('key')
      .limit(limit)
      .execute();
    const silences = await loadActiveSilences(db, context.memory, context.clock.nowMs());
    const alerts = rows.map(toAlert).map((alert) => ({ ...alert, silencedBy: silences.idsFor(alert) }));
    return { alerts, total };
  };
