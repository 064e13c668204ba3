import type { Transaction } from 'kysely';
import type { Memory } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import { joinGroups, type RoutedAlert } from '../routing/join-groups.ts';
import { leaveGroups } from '../routing/leave-groups.ts';
import type { Alert, AlertEvent, AlertInput } from '../types.ts';
import { toAlert, toAlertRow } from './alert-rows.ts';
import { type Applied, applyAlert } from './apply-alert.ts';

export interface AlertBatch {
  readonly inputs: readonly AlertInput[];
  readonly nowMs: number;
  readonly newEpisode: () => string;
}

interface Outcome {
  readonly alert: Alert;
  /** Of the last raise that had one. */
  readonly raiseId: string | null;
  hasFired: boolean;
  hasResolved: boolean;
  isRerouted: boolean;
}

/**
 * Stores a batch in the order given, and puts its alerts into the groups that will tell of them, in one transaction:
 * what is durable will be told. Answers the indexes of alerts refused because too many fire.
 */
export async function storeAlerts(
  trx: Transaction<NotifyTables>,
  memory: Memory,
  batch: AlertBatch,
): Promise<ReadonlySet<number>> {
  const { inputs, nowMs } = batch;
  const keys = [...new Set(inputs.map(({ key }) => key))];
  const rows = await trx.selectFrom('notify_alerts').selectAll().where('key', 'in', keys).execute();
  const known = new Map(rows.map((row) => [row.key, toAlert(row)]));
  const raiseIds = new Map(rows.map((row) => [row.key, row.raise_id]));
  let room = await roomFor(trx, inputs);
  const refused = new Set<number>();
  const outcomes = new Map<string, Outcome>();
  const events: (AlertEvent & { readonly key: string })[] = [];
  inputs.forEach((input, index) => {
    // Told again after a crash of its source, which could not know that it was durable.
    if (input.id !== undefined && raiseIds.get(input.key) === input.id) return;
    const applied = applyAlert(known.get(input.key), input, batch);
    if (applied.type === 'ignored') return;
    if (applied.type === 'fired' && room <= 0) {
      refused.add(index);
      return;
    }
    if (applied.type === 'fired') room -= 1;
    known.set(input.key, applied.alert);
    const raiseId = input.id ?? raiseIds.get(input.key) ?? null;
    raiseIds.set(input.key, raiseId);
    outcomes.set(input.key, { ...mergeOutcome(outcomes.get(input.key), applied), raiseId });
    if (applied.type !== 'refreshed') {
      events.push({ key: input.key, type: applied.type, atMs: input.atMs, detail: applied.alert.title });
    }
  });
  await writeAlerts(trx, [...outcomes.values()]);
  await writeEvents(trx, events);
  await regroup(trx, memory, { outcomes: [...outcomes.values()], nowMs });
  return refused;
}

async function roomFor(trx: Transaction<NotifyTables>, inputs: readonly AlertInput[]): Promise<number> {
  if (!inputs.some(({ state }) => state === 'firing')) return 0;
  const { count } = await trx
    .selectFrom('notify_alerts')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'firing')
    .executeTakeFirstOrThrow();
  return NOTIFY_LIMITS.firingMax - count;
}

function mergeOutcome(
  before: Outcome | undefined,
  applied: Exclude<Applied, { type: 'ignored' }>,
): Omit<Outcome, 'raiseId'> {
  return {
    alert: applied.alert,
    hasFired: applied.type === 'fired' || before?.hasFired === true,
    hasResolved: applied.type === 'resolved' || before?.hasResolved === true,
    isRerouted: (applied.type === 'refreshed' && applied.isRerouted) || before?.isRerouted === true,
  };
}

async function writeAlerts(trx: Transaction<NotifyTables>, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await trx
    .insertInto('notify_alerts')
    .values(outcomes.map(({ alert, raiseId }) => ({ ...toAlertRow(alert), raise_id: raiseId })))
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => ({
        state: eb.ref('excluded.state'),
        severity: eb.ref('excluded.severity'),
        source: eb.ref('excluded.source'),
        title: eb.ref('excluded.title'),
        body: eb.ref('excluded.body'),
        labels: eb.ref('excluded.labels'),
        path: eb.ref('excluded.path'),
        episode: eb.ref('excluded.episode'),
        fired_ms: eb.ref('excluded.fired_ms'),
        resolved_ms: eb.ref('excluded.resolved_ms'),
        seen_ms: eb.ref('excluded.seen_ms'),
        acknowledged_ms: eb.ref('excluded.acknowledged_ms'),
        acknowledged_by: eb.ref('excluded.acknowledged_by'),
        acknowledged_note: eb.ref('excluded.acknowledged_note'),
        notified_ms: eb.ref('excluded.notified_ms'),
        raise_id: eb.ref('excluded.raise_id'),
      })),
    )
    .execute();
}

export async function writeEvents(
  trx: Transaction<NotifyTables>,
  events: readonly (AlertEvent & { readonly key: string })[],
): Promise<void> {
  if (events.length === 0) return;
  await trx
    .insertInto('notify_events')
    .values(
      events.map(({ key, type, atMs, by, detail }) => ({
        alert_key: key,
        at_ms: atMs,
        type,
        by_name: by ?? null,
        detail,
      })),
    )
    .onConflict((conflict) => conflict.columns(['alert_key', 'at_ms', 'type']).doNothing())
    .execute();
}

async function regroup(
  trx: Transaction<NotifyTables>,
  memory: Memory,
  given: { readonly outcomes: readonly Outcome[]; readonly nowMs: number },
): Promise<void> {
  const { outcomes, nowMs } = given;
  const routed: RoutedAlert[] = outcomes
    .filter(({ alert, hasFired, isRerouted }) => alert.state === 'firing' && (hasFired || isRerouted))
    .map(({ alert, hasFired, isRerouted }) => ({ alert, hasFired, isRerouted }));
  if (routed.length > 0) await joinGroups(trx, memory, { routed, nowMs });
  const resolved = outcomes.filter(({ alert }) => alert.state === 'resolved').map(({ alert }) => alert);
  if (resolved.length > 0) await leaveGroups(trx, memory, { resolved, nowMs });
}
