import { Failure } from '../../../base/index.ts';
import { acceptedConfig, acceptedMonitorName, acceptedSlug } from '../accepted-config.ts';
import type { MonitorsContext } from '../context.ts';
import { MONITORS_FAILURES } from '../failures.ts';
import type { MonitorsTables } from '../migrations.ts';
import { type MonitorRow, readMonitor } from '../monitor-rows.ts';
import { guardMonitorCount, insertMonitor } from '../store-config.ts';
import type { MonitorVerbs } from '../types.ts';
import { auditedChange, viewMonitor } from './verb-context.ts';

export const createMonitor =
  (context: MonitorsContext): MonitorVerbs['create'] =>
  async (actor, input) => {
    const { projectId, slug: given, name: givenName, ...wanted } = input;
    const slug = acceptedSlug(given);
    const ref = { projectId, slug };
    const call = { eventName: 'CreateMonitor', action: 'issues:Manage', ref, parameters: wanted } as const;
    return auditedChange(context, actor, call, async (project) => {
      const nowMs = context.clock.nowMs();
      const config = acceptedConfig(wanted, undefined, nowMs);
      const name = acceptedMonitorName(givenName ?? slug);
      const row = await context.catalog.transaction<MonitorsTables, MonitorRow>(async (trx) => {
        if ((await readMonitor(trx, ref)) !== undefined) throw new Failure(MONITORS_FAILURES.exists, { slug });
        await guardMonitorCount(trx, projectId);
        return insertMonitor(trx, { ...ref, name, config, configuredBy: 'person', nowMs });
      });
      return viewMonitor(context, project, row);
    });
  };
