import { sql } from 'kysely';
import type { MonitorsContext } from './context.ts';
import { MONITORS_LIMITS as LIMITS } from './limits.ts';
import type { MonitorsTables } from './migrations.ts';

/** Removes runs that are older than they are kept, and those above the number of one environment. */
export async function sweepRuns({ catalog, clock }: Pick<MonitorsContext, 'catalog' | 'clock'>): Promise<void> {
  const db = catalog.db<MonitorsTables>();
  await db
    .deleteFrom('monitor_runs')
    .where('started_ms', '<', clock.nowMs() - LIMITS.keptMs)
    .where('timeout_ms', 'is', null)
    .execute();
  const crowded = await db
    .selectFrom('monitor_runs')
    .select(['monitor_id', 'environment'])
    .groupBy(['monitor_id', 'environment'])
    .having(sql<boolean>`count(*) > ${LIMITS.runsPerEnvironmentMax}`)
    .execute();
  for (const { monitor_id, environment } of crowded) {
    const oldest = await db
      .selectFrom('monitor_runs')
      .select('started_ms')
      .where('monitor_id', '=', monitor_id)
      .where('environment', '=', environment)
      .orderBy('started_ms', 'desc')
      .offset(LIMITS.runsPerEnvironmentMax)
      .limit(1)
      .executeTakeFirst();
    if (oldest === undefined) continue;
    await db
      .deleteFrom('monitor_runs')
      .where('monitor_id', '=', monitor_id)
      .where('environment', '=', environment)
      .where('started_ms', '<=', oldest.started_ms)
      .where('timeout_ms', 'is', null)
      .execute();
  }
}
