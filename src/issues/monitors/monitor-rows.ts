import type { Kysely, Selectable, Transaction } from 'kysely';
import { MINUTE_MS } from '../../base/index.ts';
import type { Project } from '../types.ts';
import type { Run } from './judge-runs.ts';
import type { MonitorEnvironmentsTable, MonitorRunsTable, MonitorsTable, MonitorsTables } from './migrations.ts';
import type { CheckInState, Monitor, MonitorConfig, MonitorEnvironment } from './types.ts';

export type MonitorRow = Selectable<MonitorsTable>;
export type EnvironmentRow = Selectable<MonitorEnvironmentsTable>;
export type RunRow = Selectable<MonitorRunsTable>;

export const toEnvironment = (row: EnvironmentRow): MonitorEnvironment => ({
  environment: row.environment,
  // Written by this area alone, from the same union.
  state: row.state as MonitorEnvironment['state'],
  isFailing: row.is_failing,
  ...(row.failing_since_ms === null ? {} : { failingSinceMs: row.failing_since_ms }),
  failuresInRow: row.failures_in_row,
  successesInRow: row.successes_in_row,
  ...(row.last_check_in_ms === null ? {} : { lastCheckInMs: row.last_check_in_ms }),
  ...(row.next_expected_ms === null ? {} : { nextExpectedMs: row.next_expected_ms }),
});

export const toRun = (row: RunRow): Run => ({
  id: row.id,
  environment: row.environment,
  state: row.state as CheckInState,
  startedMs: row.started_ms,
  ...(row.ended_ms === null ? {} : { endedMs: row.ended_ms }),
  ...(row.duration_ms === null ? {} : { durationMs: row.duration_ms }),
  ...(row.expected_ms === null ? {} : { expectedMs: row.expected_ms }),
  ...(row.timeout_ms === null ? {} : { timeoutMs: row.timeout_ms }),
  ...(row.release === null ? {} : { release: row.release }),
  ...(row.trace_id === null ? {} : { traceId: row.trace_id }),
});

export const toMonitor = (row: MonitorRow, project: Project, environments: readonly EnvironmentRow[]): Monitor => ({
  projectId: row.project_id,
  projectSlug: project.slug,
  slug: row.slug,
  name: row.name,
  config: row.config,
  configuredBy: row.configured_by === 'sdk' ? 'sdk' : 'person',
  ...(row.config_problem === null ? {} : { configProblem: row.config_problem }),
  isMuted: row.is_muted,
  ...(row.muted_until_ms === null ? {} : { mutedUntilMs: row.muted_until_ms }),
  createdMs: row.created_ms,
  environments: environments.map(toEnvironment),
});

export const readMonitor = (
  db: Kysely<MonitorsTables>,
  ref: { readonly projectId: string; readonly slug: string },
): Promise<MonitorRow | undefined> =>
  db
    .selectFrom('monitors')
    .selectAll()
    .where('project_id', '=', ref.projectId)
    .where('slug', '=', ref.slug)
    .executeTakeFirst();

export const readEnvironments = (
  db: Kysely<MonitorsTables>,
  monitorIds: readonly number[],
): Promise<readonly EnvironmentRow[]> =>
  monitorIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('monitor_environments')
        .selectAll()
        .where('monitor_id', 'in', [...monitorIds])
        .orderBy('environment')
        .execute();

/** `toldAs`: the key of its alert while one is open at notify. */
export async function writeEnvironment(
  trx: Transaction<MonitorsTables>,
  monitor: { readonly id: number; readonly config: MonitorConfig },
  environment: MonitorEnvironment,
  toldAs: string | null,
): Promise<void> {
  const next = environment.nextExpectedMs;
  const row = {
    monitor_id: monitor.id,
    environment: environment.environment,
    state: environment.state,
    is_failing: environment.isFailing,
    failing_since_ms: environment.failingSinceMs ?? null,
    failures_in_row: environment.failuresInRow,
    successes_in_row: environment.successesInRow,
    last_check_in_ms: environment.lastCheckInMs ?? null,
    next_expected_ms: next ?? null,
    deadline_ms: next === undefined ? null : next + monitor.config.checkInMarginMinutes * MINUTE_MS,
    told_as: toldAs,
  };
  const { monitor_id: _monitor, environment: _environment, ...changed } = row;
  await trx
    .insertInto('monitor_environments')
    .values(row)
    .onConflict((conflict) => conflict.columns(['monitor_id', 'environment']).doUpdateSet(changed))
    .execute();
}

export async function writeRuns(
  trx: Transaction<MonitorsTables>,
  monitorId: number,
  changed: { readonly runs: readonly Run[]; readonly removed: readonly string[] },
): Promise<void> {
  const { runs, removed } = changed;
  if (removed.length > 0) {
    await trx.deleteFrom('monitor_runs').where('monitor_id', '=', monitorId).where('id', 'in', removed).execute();
  }
  for (const run of runs) {
    const row = {
      state: run.state,
      started_ms: run.startedMs,
      ended_ms: run.endedMs ?? null,
      duration_ms: run.durationMs ?? null,
      expected_ms: run.expectedMs ?? null,
      timeout_ms: run.timeoutMs ?? null,
      release: run.release ?? null,
      trace_id: run.traceId ?? null,
    };
    await trx
      .insertInto('monitor_runs')
      .values({ monitor_id: monitorId, id: run.id, environment: run.environment, ...row })
      .onConflict((conflict) => conflict.columns(['monitor_id', 'id']).doUpdateSet(row))
      .execute();
  }
}
