import { type Selectable, sql, type Transaction } from 'kysely';
import { newId } from '../../base/index.ts';
import { toAlert } from '../alerts/alert-rows.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { GroupsTable, NotifyTables } from '../migrations.ts';
import { type ChannelCap, loadCaps, storeCaps } from '../outbox/channel-caps.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { plainRoute } from '../routing/default-routing.ts';
import { loadRouting } from '../routing/load-routing.ts';
import { type ActiveSilences, loadActiveSilences } from '../silences/active-silences.ts';
import type { Route } from '../types.ts';
import { type FlushPlan, type Member, planFlush } from './plan-flush.ts';

type Group = Selectable<GroupsTable>;

/** Looks at the groups that are due, and writes what they tell into the outbox. Answers whether more are due. */
export async function flushGroups(context: NotifyContext): Promise<boolean> {
  const nowMs = context.clock.nowMs();
  const flushed = await context.inTurn(() =>
    context.catalog.transaction<NotifyTables, number>(async (trx) => {
      const groups = await trx
        .selectFrom('notify_groups')
        .selectAll()
        .where('due_ms', '<=', nowMs)
        .orderBy('due_ms')
        .limit(NOTIFY_LIMITS.flushGroupsMax)
        .execute();
      if (groups.length === 0) return 0;
      const routing = await loadRouting(trx, context.memory);
      const silences = await loadActiveSilences(trx, context.memory, nowMs);
      const caps = await loadCaps(trx, { channels: groups.map(({ channel }) => channel), nowMs });
      const members = await loadMembers(trx, groups);
      for (const group of groups) {
        const route = routing.route(group.route) ?? plainRoute(group.route, []);
        const cap = caps.get(group.channel);
        if (cap === undefined) continue;
        await flushOne(trx, { group, route, silences, cap, members: members.get(group.id) ?? [], nowMs });
      }
      await removeEmpty(trx, groups);
      await storeCaps(trx, caps);
      return groups.length;
    }),
  );
  return flushed >= NOTIFY_LIMITS.flushGroupsMax;
}

/**
 * The alerts of each group, those with news first. Of a very large group only as many as one look can take: the rest
 * is looked at after the group's interval.
 */
async function loadMembers(
  trx: Transaction<NotifyTables>,
  groups: readonly Group[],
): Promise<ReadonlyMap<string, readonly Member[]>> {
  const ids = groups.map(({ id }) => id);
  const ranked = trx
    .selectFrom('notify_members')
    .innerJoin('notify_alerts', 'notify_alerts.key', 'notify_members.alert_key')
    .selectAll()
    .select(
      sql<number>`row_number() OVER (PARTITION BY group_id ORDER BY
        (state = 'resolved' OR told = 'nothing' OR told_episode IS DISTINCT FROM episode) DESC, fired_ms, key)`.as(
        'rank',
      ),
    )
    .where('group_id', 'in', ids);
  const rows = await trx
    .selectFrom(ranked.as('ranked'))
    .selectAll()
    .where('rank', '<=', NOTIFY_LIMITS.flushMembersMax)
    .execute();
  const byGroup = new Map<string, Member[]>();
  for (const row of rows) {
    const list = byGroup.get(row.group_id) ?? [];
    list.push({
      alert: toAlert(row),
      told: row.told,
      toldEpisode: row.told_episode ?? undefined,
      toldSeverity: row.told_severity ?? undefined,
    });
    byGroup.set(row.group_id, list);
  }
  return byGroup;
}

interface FlushOne {
  readonly group: Group;
  readonly route: Route;
  readonly silences: ActiveSilences;
  readonly cap: ChannelCap;
  readonly members: readonly Member[];
  readonly nowMs: number;
}

async function flushOne(trx: Transaction<NotifyTables>, given: FlushOne): Promise<void> {
  const { group, route, silences, cap, members, nowMs } = given;
  const isEscalation = !route.channels.includes(group.channel) && route.escalation.length > 0;
  const plan = planFlush({
    members,
    route,
    sentMs: group.sent_ms ?? undefined,
    flushedMs: group.flushed_ms ?? undefined,
    silencedUntilMs: silences.untilMsFor,
    overCapUntilMs: cap.overUntilMs(),
    nowMs,
  });
  let { thread } = group;
  if (plan.message !== undefined) {
    cap.count();
    const id = newId(nowMs);
    thread ??= id;
    const notification = {
      ...plan.message,
      kind: 'alerts' as const,
      createdMs: nowMs,
      route: group.route,
      groupLabels: group.labels,
      isEscalation,
    };
    await enqueue(trx, { id, channel: group.channel, groupId: group.id, thread, notification, nowMs });
  }
  for (const alert of plan.held) cap.hold(alert);
  await writeMembers(trx, group.id, plan);
  const isCut = members.length >= NOTIFY_LIMITS.flushMembersMax;
  const againMs = nowMs + route.groupIntervalMs;
  await trx
    .updateTable('notify_groups')
    .set({
      due_ms: isCut ? Math.min(plan.dueMs ?? againMs, againMs) : (plan.dueMs ?? null),
      flushed_ms: nowMs,
      thread,
      ...(plan.message === undefined ? {} : { sent_ms: nowMs }),
    })
    .where('id', '=', group.id)
    .execute();
  if (plan.message !== undefined && plan.told.length > 0) {
    const keys = plan.told.map(({ key }) => key);
    await trx.updateTable('notify_alerts').set({ notified_ms: nowMs }).where('key', 'in', keys).execute();
  }
}

/** A conversation ends with its last alert; the next one of the same group begins another. */
async function removeEmpty(trx: Transaction<NotifyTables>, groups: readonly Group[]): Promise<void> {
  await trx
    .deleteFrom('notify_groups')
    .where(
      'id',
      'in',
      groups.map(({ id }) => id),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('notify_members')
            .select('alert_key')
            .whereRef('notify_members.group_id', '=', 'notify_groups.id'),
        ),
      ),
    )
    .execute();
}

async function writeMembers(trx: Transaction<NotifyTables>, groupId: string, plan: FlushPlan): Promise<void> {
  if (plan.left.length > 0) {
    await trx
      .deleteFrom('notify_members')
      .where('group_id', '=', groupId)
      .where('alert_key', 'in', [...plan.left])
      .execute();
  }
  const known = [
    ...plan.told.map((alert) => ({ alert, told: 'firing' as const })),
    ...plan.held.map((alert) => ({ alert, told: 'held' as const })),
  ];
  if (known.length === 0) return;
  await trx
    .insertInto('notify_members')
    .values(
      known.map(({ alert, told }) => ({
        group_id: groupId,
        alert_key: alert.key,
        told,
        told_episode: alert.episode,
        told_severity: alert.severity,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['group_id', 'alert_key']).doUpdateSet((eb) => ({
        told: eb.ref('excluded.told'),
        told_episode: eb.ref('excluded.told_episode'),
        told_severity: eb.ref('excluded.told_severity'),
      })),
    )
    .execute();
}
