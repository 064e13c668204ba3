import type { Kysely, Transaction } from 'kysely';
import type { Downtime } from './judge-runs.ts';
import { MONITORS_LIMITS as LIMITS } from './limits.ts';
import type { MonitorsTables } from './migrations.ts';

const ALIVE = 'alive';

/** When a process last noted that it hears check-ins. */
export async function readAliveMs(db: Kysely<MonitorsTables>): Promise<number | undefined> {
  const row = await db.selectFrom('monitor_clock').select('at_ms').where('name', '=', ALIVE).executeTakeFirst();
  return row?.at_ms;
}

export async function writeAlive(db: Kysely<MonitorsTables>, nowMs: number): Promise<void> {
  await db
    .insertInto('monitor_clock')
    .values({ name: ALIVE, at_ms: nowMs })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ at_ms: nowMs }))
    .execute();
}

/**
 * Notes a downtime and that it is over, at once: a crash between the two would count the time as one in which check-ins
 * were heard.
 */
export async function writeDowntime(trx: Transaction<MonitorsTables>, downtime: Downtime): Promise<void> {
  const { fromMs, toMs } = downtime;
  await trx
    .insertInto('monitor_downtimes')
    .values({ from_ms: fromMs, to_ms: toMs })
    .onConflict((conflict) => conflict.column('from_ms').doUpdateSet({ to_ms: toMs }))
    .execute();
  await trx
    .deleteFrom('monitor_downtimes')
    .where('to_ms', '<', toMs - LIMITS.downtimeKeptMs)
    .execute();
  await writeAlive(trx, toMs);
}

export async function readDowntimes(db: Kysely<MonitorsTables>): Promise<readonly Downtime[]> {
  const rows = await db.selectFrom('monitor_downtimes').selectAll().orderBy('from_ms').execute();
  return rows.map((row) => ({ fromMs: row.from_ms, toMs: row.to_ms }));
}
