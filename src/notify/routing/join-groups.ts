import type { Kysely, Transaction } from 'kysely';
import type { Memory } from '../context.ts';
import { dueAfter, type GroupTimes } from '../dispatch/due-after.ts';
import type { NotifyTables } from '../migrations.ts';
import type { Alert, Route } from '../types.ts';
import { type GroupRef, groupOf } from './group-of.ts';
import { loadRouting } from './load-routing.ts';

export interface RoutedAlert {
  readonly alert: Alert;
  readonly hasFired: boolean;
  /** What routes look at changed while it fired: it leaves groups that it does not belong to any more. */
  readonly isRerouted: boolean;
}

interface Joining {
  readonly ref: GroupRef;
  readonly route: Route;
  readonly alerts: Alert[];
}

/** Puts firing alerts into the groups that their routes name, and says when those are looked at. */
export async function joinGroups(
  trx: Transaction<NotifyTables>,
  memory: Memory,
  given: { readonly routed: readonly RoutedAlert[]; readonly nowMs: number },
): Promise<void> {
  const { routed, nowMs } = given;
  const routing = await loadRouting(trx, memory);
  const channels = (await trx.selectFrom('notify_channels').select('name').execute()).map(({ name }) => name);
  const existing = new Set(channels);
  const joining = new Map<string, Joining>();
  const escalations = [];
  for (const { alert, hasFired } of routed) {
    for (const target of routing.targets(alert, channels)) {
      for (const channel of target.channels.filter((name) => existing.has(name))) {
        const ref = groupOf(target.route, channel, alert);
        const known = joining.get(ref.id) ?? { ref, route: target.route, alerts: [] };
        known.alerts.push(alert);
        joining.set(ref.id, known);
      }
      const [first] = target.route.escalation;
      if (!hasFired || first === undefined) continue;
      escalations.push({
        alert_key: alert.key,
        route: target.route.name,
        step: 0,
        since_ms: nowMs,
        due_ms: nowMs + first.afterMs,
        steps: JSON.stringify(target.route.escalation),
      });
    }
  }
  await leaveOthers(trx, routed, joining);
  await writeJoining(trx, [...joining.values()], nowMs);
  if (escalations.length > 0) {
    await trx
      .insertInto('notify_escalations')
      .values(escalations)
      .onConflict((conflict) =>
        conflict.columns(['alert_key', 'route']).doUpdateSet((eb) => ({
          step: eb.ref('excluded.step'),
          since_ms: eb.ref('excluded.since_ms'),
          due_ms: eb.ref('excluded.due_ms'),
          steps: eb.ref('excluded.steps'),
        })),
      )
      .execute();
  }
}

/** Alerts whose labels changed go out of their old groups; nothing is told of it, because nothing has ended. */
async function leaveOthers(
  trx: Transaction<NotifyTables>,
  routed: readonly RoutedAlert[],
  joining: ReadonlyMap<string, Joining>,
): Promise<void> {
  for (const { alert } of routed.filter(({ isRerouted }) => isRerouted)) {
    const kept = [...joining.values()].filter(({ alerts }) => alerts.includes(alert)).map(({ ref }) => ref.id);
    let leaving = trx.deleteFrom('notify_members').where('alert_key', '=', alert.key);
    if (kept.length > 0) leaving = leaving.where('group_id', 'not in', kept);
    await leaving.execute();
  }
}

/** Adds members and sets when the groups are due; also for escalation, which brings its own time. */
export async function writeJoining(
  trx: Transaction<NotifyTables>,
  joining: readonly Joining[],
  nowMs: number,
  atOnce = false,
): Promise<void> {
  if (joining.length === 0) return;
  const times = await groupTimes(
    trx,
    joining.map(({ ref }) => ref.id),
  );
  const groups = joining.map(({ ref, route, alerts }) => {
    const before = times.get(ref.id);
    const dues = alerts.map((alert) => (atOnce ? nowMs : dueAfter(before, route, { alert, nowMs })));
    return { ...ref, labels: JSON.stringify(ref.labels), due_ms: Math.min(...dues) };
  });
  await trx
    .insertInto('notify_groups')
    .values(groups)
    .onConflict((conflict) => conflict.column('id').doUpdateSet((eb) => ({ due_ms: eb.ref('excluded.due_ms') })))
    .execute();
  const members = joining.flatMap(({ ref, alerts }) =>
    [...new Set(alerts.map(({ key }) => key))].map((key) => ({
      group_id: ref.id,
      alert_key: key,
      told: 'nothing' as const,
      told_episode: null,
      told_severity: null,
    })),
  );
  const inserting = trx.insertInto('notify_members').values(members);
  await (atOnce
    ? // Escalating tells again on a channel that was told before.
      inserting.onConflict((conflict) =>
        conflict.columns(['group_id', 'alert_key']).doUpdateSet({ told_episode: null }),
      )
    : inserting.onConflict((conflict) => conflict.columns(['group_id', 'alert_key']).doNothing())
  ).execute();
}

/** The times of groups that exist, for deciding when they are due. */
export async function groupTimes(
  db: Kysely<NotifyTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, GroupTimes>> {
  const rows = await db
    .selectFrom('notify_groups')
    .select(['id', 'due_ms', 'flushed_ms'])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('notify_members')
            .select('alert_key')
            .whereRef('group_id', '=', 'notify_groups.id')
            .where('told', '=', 'firing')
            .where('told_severity', '=', 'critical'),
        )
        .as('told_critical'),
    )
    .where('id', 'in', [...ids])
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        dueMs: row.due_ms ?? undefined,
        flushedMs: row.flushed_ms ?? undefined,
        toldCritical: row.told_critical === true,
      },
    ]),
  );
}
