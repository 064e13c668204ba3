import type { Transaction } from 'kysely';
import { Failure } from '../../../base/index.ts';
import { enqueueAlerts } from '../../outbox/index.ts';
import type { MonitorsContext } from '../context.ts';
import { MONITORS_FAILURES } from '../failures.ts';
import type { MonitorsTables } from '../migrations.ts';
import { type MonitorRow, readEnvironments, toEnvironment, writeEnvironment } from '../monitor-rows.ts';
import { planMonitorAlert } from '../plan-alert.ts';
import { subjectOf } from '../store-judgement.ts';
import type { MonitorVerbs } from '../types.ts';
import { auditedChange, knownMonitor, viewMonitor } from './verb-context.ts';

export const muteMonitor =
  (context: MonitorsContext): MonitorVerbs['mute'] =>
  async (actor, ref, mute) => {
    const { isMuted, untilMs } = mute;
    const eventName = isMuted ? 'MuteMonitor' : 'UnmuteMonitor';
    const call = { eventName, action: 'issues:Respond', ref, parameters: { ...mute } } as const;
    return auditedChange(context, actor, call, async (project) => {
      const nowMs = context.clock.nowMs();
      if (untilMs !== undefined && (!Number.isSafeInteger(untilMs) || untilMs <= nowMs)) {
        const details = { field: 'until', value: untilMs, expected: 'a time to come, in milliseconds' };
        throw new Failure(MONITORS_FAILURES.rangeInvalid, details);
      }
      const row = await context.catalog.transaction<MonitorsTables, MonitorRow>(async (trx) =>
        setMuted(
          trx,
          { monitor: await knownMonitor(trx, ref), projectSlug: project.slug },
          { isMuted, untilMs, nowMs },
        ),
      );
      return viewMonitor(context, project, row);
    });
  };

interface Muting {
  readonly isMuted: boolean;
  readonly untilMs: number | undefined;
  readonly nowMs: number;
}

/** What is told of already ends when it is muted, and what fails is told of when the mute ends. */
async function setMuted(
  trx: Transaction<MonitorsTables>,
  about: { readonly monitor: MonitorRow; readonly projectSlug: string },
  { isMuted, untilMs, nowMs }: Muting,
): Promise<MonitorRow> {
  const row = await trx
    .updateTable('monitors')
    .set({ is_muted: isMuted, muted_until_ms: isMuted ? (untilMs ?? null) : null })
    .where('id', '=', about.monitor.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  for (const known of await readEnvironments(trx, [row.id])) {
    const environment = toEnvironment(known);
    const isTold = environment.isFailing && !isMuted;
    if (isTold === (known.told_as !== null)) continue;
    const turn = { type: isTold ? 'failed' : 'muted', atMs: nowMs, toldAs: known.told_as } as const;
    const alert = planMonitorAlert(subjectOf(row, about.projectSlug), environment, turn);
    await enqueueAlerts(trx, [alert], nowMs);
    await writeEnvironment(trx, row, environment, isTold ? alert.key : null);
  }
  return row;
}

/** Ends the mutes whose time has come. */
export async function endDueMutes(context: MonitorsContext, nowMs: number): Promise<void> {
  const due = await context.catalog
    .db<MonitorsTables>()
    .selectFrom('monitors')
    .selectAll()
    .where('muted_until_ms', '<=', nowMs)
    .execute();
  for (const monitor of due) {
    const projectSlug = context.projects.byId(monitor.project_id)?.slug ?? monitor.project_id;
    await context.turns(() =>
      context.catalog.transaction<MonitorsTables, MonitorRow>((trx) =>
        setMuted(trx, { monitor, projectSlug }, { isMuted: false, untilMs: undefined, nowMs }),
      ),
    );
    context.outbox.wake();
  }
}
