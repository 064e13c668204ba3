import type { Transaction } from 'kysely';
import { Failure } from '../../../base/index.ts';
import { enqueueAlerts } from '../../outbox/index.ts';
import type { MonitorsContext } from '../context.ts';
import { MONITORS_FAILURES } from '../failures.ts';
import type { MonitorsTables } from '../migrations.ts';
import { type EnvironmentRow, type MonitorRow, readEnvironments, toEnvironment } from '../monitor-rows.ts';
import { planMonitorAlert } from '../plan-alert.ts';
import { subjectOf } from '../store-judgement.ts';
import type { MonitorVerbs } from '../types.ts';
import { auditedChange, knownMonitor, viewMonitor } from './verb-context.ts';

export const removeMonitor =
  (context: MonitorsContext): MonitorVerbs['remove'] =>
  async (actor, ref) => {
    const call = { eventName: 'DeleteMonitor', action: 'issues:Manage', ref } as const;
    await auditedChange(context, actor, call, (project) =>
      context.catalog.transaction<MonitorsTables, void>(async (trx) => {
        const monitor = await knownMonitor(trx, ref);
        const about = { monitor, projectSlug: project.slug, nowMs: context.clock.nowMs() };
        for (const known of await readEnvironments(trx, [monitor.id])) await endAlert(trx, about, known);
        await trx.deleteFrom('monitors').where('id', '=', monitor.id).execute();
      }),
    );
  };

export const removeEnvironment =
  (context: MonitorsContext): MonitorVerbs['removeEnvironment'] =>
  async (actor, ref, environment) => {
    const parameters = { environment };
    const call = { eventName: 'DeleteMonitorEnvironment', action: 'issues:Manage', ref, parameters } as const;
    return auditedChange(context, actor, call, async (project) => {
      const row = await context.catalog.transaction<MonitorsTables, MonitorRow>(async (trx) => {
        const monitor = await knownMonitor(trx, ref);
        const known = (await readEnvironments(trx, [monitor.id])).find((each) => each.environment === environment);
        if (known === undefined) {
          throw new Failure(MONITORS_FAILURES.environmentUnknown, { slug: ref.slug, environment });
        }
        await endAlert(trx, { monitor, projectSlug: project.slug, nowMs: context.clock.nowMs() }, known);
        const where = { monitor: monitor.id, environment };
        for (const table of ['monitor_runs', 'monitor_environments'] as const) {
          await trx
            .deleteFrom(table)
            .where('monitor_id', '=', where.monitor)
            .where('environment', '=', where.environment)
            .execute();
        }
        return monitor;
      });
      return viewMonitor(context, project, row);
    });
  };

/** Nobody would end the alert of a job that is gone. */
export async function endAlert(
  trx: Transaction<MonitorsTables>,
  about: { readonly monitor: MonitorRow; readonly projectSlug: string; readonly nowMs: number },
  known: EnvironmentRow,
): Promise<void> {
  if (known.told_as === null) return;
  const turn = { type: 'removed', atMs: about.nowMs, toldAs: known.told_as } as const;
  const subject = subjectOf(about.monitor, about.projectSlug);
  await enqueueAlerts(trx, [planMonitorAlert(subject, toEnvironment(known), turn)], about.nowMs);
}
