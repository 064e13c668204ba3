import type { Transaction } from 'kysely';
import type { Memory } from '../context.ts';
import { dueAfter } from '../dispatch/due-after.ts';
import type { NotifyTables } from '../migrations.ts';
import type { Alert } from '../types.ts';
import { plainRoute } from './default-routing.ts';
import { groupTimes } from './join-groups.ts';
import { loadRouting } from './load-routing.ts';

/** Groups of alerts that ended are looked at when their interval allows; escalation ends at once. */
export async function leaveGroups(
  trx: Transaction<NotifyTables>,
  memory: Memory,
  given: { readonly resolved: readonly Alert[]; readonly nowMs: number },
): Promise<void> {
  const { resolved, nowMs } = given;
  const keys = resolved.map(({ key }) => key);
  await trx.deleteFrom('notify_escalations').where('alert_key', 'in', keys).execute();
  const groups = await trx
    .selectFrom('notify_groups')
    .select(['id', 'route'])
    .where('id', 'in', (eb) => eb.selectFrom('notify_members').select('group_id').where('alert_key', 'in', keys))
    .execute();
  if (groups.length === 0) return;
  const routing = await loadRouting(trx, memory);
  const times = await groupTimes(
    trx,
    groups.map(({ id }) => id),
  );
  const change = { alert: { state: 'resolved', severity: 'info' }, nowMs } as const;
  const dueById = new Map<string, number>();
  for (const { id, route } of groups) {
    dueById.set(id, dueAfter(times.get(id), routing.route(route) ?? plainRoute(route, []), change));
  }
  // One statement for each distinct time: groups of a storm share theirs.
  for (const dueMs of new Set(dueById.values())) {
    const ids = [...dueById].filter(([, due]) => due === dueMs).map(([id]) => id);
    await trx.updateTable('notify_groups').set({ due_ms: dueMs }).where('id', 'in', ids).execute();
  }
}
