import { type Selectable, sql, type Transaction } from 'kysely';
import { newId } from '../../base/index.ts';
import { toAlert } from '../alerts/alert-rows.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { GroupsTable, NotifyTables } from '../migrations.ts';
import { type ChannelCap, loadCaps, storeCaps } from '../outbox/channel-caps.ts';
import { enqueue, type NewDelivery } from '../outbox/enqueue.ts';
import { plainRoute } from '../routing/default-routing.ts';
import { loadRouting } from '../routing/load-routing.ts';
import { type ActiveSilences, loadActiveSilences } from '../silences/active-silences.ts';
import type { Alert, Route } from '../types.ts';
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
      const flushed: Flushed[] = [];
      for (const group of groups) {
        const route = routing.route(group.route) ?? plainRoute(group.route, []);
        const cap = caps.get(group.channel);
        if (cap === undefined) continue;
        flushed.push(planOne({ group, route, silences, cap, members: members.get(group.id) ?? [], nowMs }));
      }
      await writeFlushed(trx, flushed, nowMs);
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

interface Flushed {
  readonly group: Group;
  readonly plan: FlushPlan;
  readonly delivery: NewDelivery | undefined;
  readonly dueMs: number | null;
}

function planOne({ group, route, silences, cap, members, nowMs }: FlushOne): Flushed {
  const plan = planFlush({
    members,
    route,
    sentMs: group.sent_ms ?? undefined,
    flushedMs: group.flushed_ms ?? undefined,
    silencedUntilMs: silences.untilMsFor,
    overCapUntilMs: cap.overUntilMs(),
    nowMs,
  });
  for (const alert of plan.held) cap.hold(alert);
  const isCut = members.length >= NOTIFY_LIMITS.flushMembersMax;
  const againMs = nowMs + route.groupIntervalMs;
  const dueMs = isCut ? Math.min(plan.dueMs ?? againMs, againMs) : (plan.dueMs ?? null);
  if (plan.message === undefined) return { group, plan, delivery: undefined, dueMs };
  cap.count();
  const id = newId(nowMs);
  const notification = {
    ...plan.message,
    kind: 'alerts' as const,
    createdMs: nowMs,
    route: group.route,
    groupLabels: group.labels,
    isEscalation: !route.channels.includes(group.channel) && route.escalation.length > 0,
  };
  const thread = group.thread ?? id;
  const delivery = { id, channel: group.channel, groupId: group.id, thread, notification, nowMs };
  return { group, plan, delivery, dueMs };
}

/** A statement for each table, whatever the number of groups: a storm has thousands of them. */
async function writeFlushed(trx: Transaction<NotifyTables>, flushed: readonly Flushed[], nowMs: number): Promise<void> {
  if (flushed.length === 0) return;
  for (const { delivery } of flushed) if (delivery !== undefined) await enqueue(trx, delivery);
  await writeMembers(trx, flushed);
  await trx
    .insertInto('notify_groups')
    .values(
      flushed.map(({ group, delivery, dueMs }) => ({
        ...group,
        labels: JSON.stringify(group.labels),
        due_ms: dueMs,
        flushed_ms: nowMs,
        thread: delivery?.thread ?? group.thread,
        sent_ms: delivery === undefined ? group.sent_ms : nowMs,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        due_ms: eb.ref('excluded.due_ms'),
        flushed_ms: eb.ref('excluded.flushed_ms'),
        thread: eb.ref('excluded.thread'),
        sent_ms: eb.ref('excluded.sent_ms'),
      })),
    )
    .execute();
  const told = flushed.flatMap(({ plan }) => plan.told.map(({ key }) => key));
  if (told.length > 0) {
    await sql`UPDATE notify_alerts SET notified_ms = ${nowMs} WHERE key = ANY(${told})`.execute(trx);
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

async function writeMembers(trx: Transaction<NotifyTables>, flushed: readonly Flushed[]): Promise<void> {
  const left = flushed.flatMap(({ group, plan }) => plan.left.map((key) => ({ groupId: group.id, key })));
  if (left.length > 0) {
    await sql`DELETE FROM notify_members m
      USING unnest(${left.map(({ groupId }) => groupId)}::text[], ${left.map(({ key }) => key)}::text[]) AS l (g, k)
      WHERE m.group_id = l.g AND m.alert_key = l.k`.execute(trx);
  }
  const known = flushed.flatMap(({ group, plan }) => [
    ...plan.told.map((alert) => memberRow(group.id, alert, 'firing')),
    ...plan.held.map((alert) => memberRow(group.id, alert, 'held')),
  ]);
  for (let from = 0; from < known.length; from += ROWS_PER_STATEMENT) {
    await trx
      .insertInto('notify_members')
      .values(known.slice(from, from + ROWS_PER_STATEMENT))
      .onConflict((conflict) =>
        conflict.columns(['group_id', 'alert_key']).doUpdateSet((eb) => ({
          told: eb.ref('excluded.told'),
          told_episode: eb.ref('excluded.told_episode'),
          told_severity: eb.ref('excluded.told_severity'),
        })),
      )
      .execute();
  }
}

/** PostgreSQL takes 65,535 parameters in a statement. */
const ROWS_PER_STATEMENT = 5_000;

const memberRow = (groupId: string, alert: Alert, told: 'firing' | 'held') => ({
  group_id: groupId,
  alert_key: alert.key,
  told,
  told_episode: alert.episode,
  told_severity: alert.severity,
});
