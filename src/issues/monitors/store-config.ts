import type { Transaction } from 'kysely';
import { Failure } from '../../base/index.ts';
import { MONITORS_FAILURES } from './failures.ts';
import { rescheduled } from './judge-runs.ts';
import { MONITORS_LIMITS as LIMITS } from './limits.ts';
import type { MonitorsTables } from './migrations.ts';
import { type MonitorRow, readEnvironments, toEnvironment, writeEnvironment } from './monitor-rows.ts';
import type { Monitor, MonitorConfig } from './types.ts';

export function isSameConfig(one: MonitorConfig, other: MonitorConfig): boolean {
  const flat = ({ schedule, ...config }: MonitorConfig): string =>
    JSON.stringify([
      schedule.type,
      schedule.value,
      schedule.type === 'interval' ? schedule.unit : '',
      config.timezone,
      config.checkInMarginMinutes,
      config.maxRuntimeMinutes,
      config.failureThreshold,
      config.recoveryThreshold,
    ]);
  return flat(one) === flat(other);
}

/** Throws `monitors.too-many`. */
export async function guardMonitorCount(trx: Transaction<MonitorsTables>, projectId: string): Promise<void> {
  const { count } = await trx
    .selectFrom('monitors')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow();
  if (count < LIMITS.perProjectMax) return;
  throw new Failure(MONITORS_FAILURES.tooMany, { what: 'monitors of the project', max: LIMITS.perProjectMax });
}

export async function insertMonitor(
  trx: Transaction<MonitorsTables>,
  monitor: Pick<Monitor, 'projectId' | 'slug' | 'name' | 'config' | 'configuredBy'> & { readonly nowMs: number },
): Promise<MonitorRow> {
  return trx
    .insertInto('monitors')
    .values({
      project_id: monitor.projectId,
      slug: monitor.slug,
      name: monitor.name,
      config: JSON.stringify(monitor.config),
      configured_by: monitor.configuredBy,
      config_problem: null,
      is_muted: false,
      muted_until_ms: null,
      created_ms: monitor.nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Writes another configuration and expects runs by it from now on: a new schedule has missed nothing yet. */
export async function changeConfig(
  trx: Transaction<MonitorsTables>,
  monitor: MonitorRow,
  change: {
    readonly config: MonitorConfig;
    readonly configuredBy: Monitor['configuredBy'];
    readonly name?: string;
    readonly nowMs: number;
  },
): Promise<MonitorRow> {
  const changed = await trx
    .updateTable('monitors')
    .set({
      config: JSON.stringify(change.config),
      configured_by: change.configuredBy,
      config_problem: null,
      ...(change.name === undefined ? {} : { name: change.name }),
    })
    .where('id', '=', monitor.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (isSameConfig(change.config, monitor.config)) return changed;
  for (const row of await readEnvironments(trx, [monitor.id])) {
    const environment = rescheduled(toEnvironment(row), change.config, change.nowMs);
    await writeEnvironment(trx, changed, environment, row.told_as);
  }
  return changed;
}
