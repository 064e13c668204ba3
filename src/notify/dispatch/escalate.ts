import type { Selectable, Transaction } from 'kysely';
import { toAlert } from '../alerts/alert-rows.ts';
import { writeEvents } from '../alerts/store-alerts.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { EscalationsTable, NotifyTables } from '../migrations.ts';
import { plainRoute } from '../routing/default-routing.ts';
import { groupOf } from '../routing/group-of.ts';
import { writeJoining } from '../routing/join-groups.ts';
import { loadRouting } from '../routing/load-routing.ts';
import { loadActiveSilences } from '../silences/active-silences.ts';
import type { Alert, Route } from '../types.ts';
import { planEscalation } from './plan-escalation.ts';

/** Takes the escalation steps that are due: alerts that nobody acknowledged go to the next channels as well. */
export async function escalate(context: NotifyContext): Promise<boolean> {
  const nowMs = context.clock.nowMs();
  const taken = await context.inTurn(() =>
    context.catalog.transaction<NotifyTables, number>(async (trx) => {
      const rows = await trx
        .selectFrom('notify_escalations')
        .selectAll()
        .where('due_ms', '<=', nowMs)
        .orderBy('due_ms')
        .limit(NOTIFY_LIMITS.flushGroupsMax)
        .execute();
      if (rows.length === 0) return 0;
      const keys = rows.map((row) => row.alert_key);
      const alerts = await trx.selectFrom('notify_alerts').selectAll().where('key', 'in', keys).execute();
      const byKey = new Map(alerts.map((row) => [row.key, toAlert(row)]));
      const silences = await loadActiveSilences(trx, context.memory, nowMs);
      const routing = await loadRouting(trx, context.memory);
      for (const row of rows) {
        const alert = byKey.get(row.alert_key);
        if (alert === undefined) continue;
        const route = routing.route(row.route) ?? plainRoute(row.route, []);
        await takeStep(trx, { row, alert, route, silencedUntilMs: silences.untilMsFor(alert), nowMs });
      }
      return rows.length;
    }),
  );
  return taken >= NOTIFY_LIMITS.flushGroupsMax;
}

interface Step {
  readonly row: Selectable<EscalationsTable>;
  readonly alert: Alert;
  readonly route: Route;
  readonly silencedUntilMs: number | undefined;
  readonly nowMs: number;
}

async function takeStep(trx: Transaction<NotifyTables>, given: Step): Promise<void> {
  const { row, alert, route, nowMs } = given;
  const plan = planEscalation({ ...given, steps: row.steps, step: row.step, sinceMs: row.since_ms });
  const mine = { alert_key: row.alert_key, route: row.route };
  if (plan.type === 'wait') {
    await setDue(trx, mine, { step: row.step, dueMs: plan.dueMs });
    return;
  }
  const existing = await trx
    .selectFrom('notify_channels')
    .select('name')
    .where('name', 'in', ['', ...plan.channels])
    .execute();
  const joining = existing.map(({ name }) => ({ ref: groupOf(route, name, alert), route, alerts: [alert] }));
  await writeJoining(trx, joining, nowMs, true);
  if (joining.length > 0) {
    const detail = `not acknowledged: told ${existing.map(({ name }) => name).join(', ')}`;
    await writeEvents(trx, [{ key: alert.key, type: 'escalated', atMs: nowMs, detail }]);
  }
  if (plan.next !== undefined) await setDue(trx, mine, plan.next);
  else {
    await trx
      .deleteFrom('notify_escalations')
      .where('alert_key', '=', mine.alert_key)
      .where('route', '=', mine.route)
      .execute();
  }
}

async function setDue(
  trx: Transaction<NotifyTables>,
  mine: { readonly alert_key: string; readonly route: string },
  next: { readonly step: number; readonly dueMs: number },
): Promise<void> {
  await trx
    .updateTable('notify_escalations')
    .set({ step: next.step, due_ms: next.dueMs })
    .where('alert_key', '=', mine.alert_key)
    .where('route', '=', mine.route)
    .execute();
}
