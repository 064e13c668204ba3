import { sql, type Transaction } from 'kysely';
import { toAlert } from '../alerts/alert-rows.ts';
import type { Memory } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import { joinGroups } from './join-groups.ts';

/**
 * After a change of routes: alerts that fire go into the groups that the new routes name, and out of the others. Of an
 * alert that a channel knew through a route that is gone its end is not told there.
 */
export async function regroupFiring(trx: Transaction<NotifyTables>, memory: Memory, nowMs: number): Promise<void> {
  const rows = await trx.selectFrom('notify_alerts').selectAll().where('state', '=', 'firing').execute();
  const alerts = rows.map(toAlert);
  for (let from = 0; from < alerts.length; from += NOTIFY_LIMITS.raiseBatchMax) {
    const routed = alerts
      .slice(from, from + NOTIFY_LIMITS.raiseBatchMax)
      // Escalation goes by the steps that held when it fired; an acknowledged alert has none left.
      .map((alert) => ({ alert, hasFired: false, isRerouted: true }));
    await joinGroups(trx, memory, { routed, nowMs });
  }
  await sql`DELETE FROM notify_groups g WHERE NOT EXISTS
    (SELECT 1 FROM notify_members m WHERE m.group_id = g.id)`.execute(trx);
}
