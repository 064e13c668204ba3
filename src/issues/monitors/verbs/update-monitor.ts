import { acceptedConfig, acceptedMonitorName } from '../accepted-config.ts';
import type { MonitorsContext } from '../context.ts';
import type { MonitorsTables } from '../migrations.ts';
import type { MonitorRow } from '../monitor-rows.ts';
import { changeConfig } from '../store-config.ts';
import type { MonitorVerbs } from '../types.ts';
import { auditedChange, knownMonitor, viewMonitor } from './verb-context.ts';

export const updateMonitor =
  (context: MonitorsContext): MonitorVerbs['update'] =>
  async (actor, ref, change) => {
    const call = { eventName: 'UpdateMonitor', action: 'issues:Manage', ref, parameters: change } as const;
    return auditedChange(context, actor, call, async (project) => {
      const { name: givenName, ...wanted } = change;
      const nowMs = context.clock.nowMs();
      const row = await context.catalog.transaction<MonitorsTables, MonitorRow>(async (trx) => {
        const known = await knownMonitor(trx, ref);
        const config = acceptedConfig(wanted, known.config, nowMs);
        const name = acceptedMonitorName(givenName ?? known.name);
        return changeConfig(trx, known, { config, configuredBy: 'person', name, nowMs });
      });
      return viewMonitor(context, project, row);
    });
  };
