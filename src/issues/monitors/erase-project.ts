import type { MonitorsContext } from './context.ts';
import type { MonitorsTables } from './migrations.ts';
import { readEnvironments } from './monitor-rows.ts';
import { endAlert } from './verbs/remove-monitor.ts';

/** Removes the monitors of a project that is deleted, and ends what people were told of them; may be repeated. */
export const eraseProject =
  (context: MonitorsContext) =>
  async (project: { readonly id: string; readonly slug: string }): Promise<void> => {
    await context.turns(() =>
      context.catalog.transaction<MonitorsTables, void>(async (trx) => {
        const monitors = await trx.selectFrom('monitors').selectAll().where('project_id', '=', project.id).execute();
        const nowMs = context.clock.nowMs();
        for (const monitor of monitors) {
          for (const known of await readEnvironments(trx, [monitor.id])) {
            await endAlert(trx, { monitor, projectSlug: project.slug, nowMs }, known);
          }
        }
        await trx.deleteFrom('monitors').where('project_id', '=', project.id).execute();
      }),
    );
    context.outbox.wake();
  };
