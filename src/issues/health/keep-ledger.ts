import type { SessionHealthDeps } from './context.ts';
import type { IssuesHealthTables } from './migrations.ts';
import { createSessionLedger, emptyLedger, type SessionLedger } from './session-ledger.ts';

/**
 * Reads what the process before knew of open sessions. When that was killed, sessions that it took last are missing:
 * what began before now and is not known is then taken as counted.
 */
export async function openLedger({
  catalog,
  clock,
}: Pick<SessionHealthDeps, 'catalog' | 'clock'>): Promise<SessionLedger> {
  const db = catalog.db<IssuesHealthTables>();
  const nowMs = clock.nowMs();
  const row = await db.selectFrom('session_state').selectAll().where('id', '=', 1).executeTakeFirst();
  if (row === undefined) return createSessionLedger(emptyLedger(nowMs));
  // From the first session on that this process takes, what is stored is no longer all.
  await db.updateTable('session_state').set({ is_whole: false }).where('id', '=', 1).execute();
  return createSessionLedger({ horizonMs: row.is_whole ? row.horizon_ms : nowMs, entries: row.entries });
}

export async function saveLedger(
  { catalog }: Pick<SessionHealthDeps, 'catalog'>,
  ledger: SessionLedger,
  isWhole: boolean,
): Promise<void> {
  const { horizonMs, entries } = ledger.save();
  const row = { horizon_ms: horizonMs, is_whole: isWhole, entries };
  await catalog
    .db<IssuesHealthTables>()
    .insertInto('session_state')
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}
