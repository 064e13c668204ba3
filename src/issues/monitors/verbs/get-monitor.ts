import type { MonitorsContext } from '../context.ts';
import type { MonitorsTables } from '../migrations.ts';
import type { MonitorVerbs } from '../types.ts';
import { authorizeRead, knownMonitor, viewMonitor } from './verb-context.ts';

export const getMonitor =
  (context: MonitorsContext): MonitorVerbs['get'] =>
  async (actor, ref) => {
    const project = await authorizeRead(context, actor, ref.projectId);
    return viewMonitor(context, project, await knownMonitor(context.catalog.db<MonitorsTables>(), ref));
  };
