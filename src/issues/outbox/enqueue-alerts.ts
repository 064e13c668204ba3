import type { Transaction } from 'kysely';
import { newId } from '../../base/index.ts';
import type { AlertInput } from '../../notify/index.ts';
import type { IssuesOutboxTables } from './migrations.ts';

/**
 * Puts alerts into the outbox, in the transaction of what they tell of: either both are durable or neither is. Each
 * gets the id by which notify knows a second telling of it.
 */
export async function enqueueAlerts<Tables extends IssuesOutboxTables>(
  trx: Transaction<Tables>,
  alerts: readonly Omit<AlertInput, 'id'>[],
  nowMs: number,
): Promise<void> {
  if (alerts.length === 0) return;
  const rows = alerts.map((alert) => ({
    key: alert.key,
    alert: JSON.stringify({ ...alert, id: newId(nowMs) }),
    created_ms: nowMs,
  }));
  // The outbox is the same table whatever other tables the transaction knows of.
  const outbox = trx as unknown as Transaction<IssuesOutboxTables>;
  await outbox.insertInto('issue_outbox').values(rows).execute();
}
