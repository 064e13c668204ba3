import type { MonitorsContext } from '../context.ts';
import type { MonitorsTables } from '../migrations.ts';
import { readEnvironments, toMonitor } from '../monitor-rows.ts';
import type { MonitorVerbs } from '../types.ts';
import { authorizeRead } from './verb-context.ts';

/** Monitors by project and slug; without projects named, those of all but internal ones. */
export const listMonitors =
  (context: MonitorsContext): MonitorVerbs['list'] =>
  async (actor, filter) => {
    const ids =
      filter.projectIds ?? context.projects.all().flatMap((project) => (project.isInternal ? [] : [project.id]));
    const projects = await Promise.all(ids.map((id) => authorizeRead(context, actor, id)));
    if (projects.length === 0) return [];
    const db = context.catalog.db<MonitorsTables>();
    const rows = await db
      .selectFrom('monitors')
      .selectAll()
      .where('project_id', 'in', [...ids])
      .orderBy('slug')
      .execute();
    const environments = await readEnvironments(
      db,
      rows.map(({ id }) => id),
    );
    return projects.flatMap((project) =>
      rows
        .filter((row) => row.project_id === project.id)
        .map((row) =>
          toMonitor(
            row,
            project,
            environments.filter(({ monitor_id }) => monitor_id === row.id),
          ),
        ),
    );
  };
