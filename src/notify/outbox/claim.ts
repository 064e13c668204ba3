import { type Selectable, sql } from 'kysely';
import type { Catalog } from '../../catalog/index.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { DeliveriesTable, NotifyTables } from '../migrations.ts';

export type Delivery = Selectable<DeliveriesTable>;

/**
 * Takes deliveries that are due, each under a lease: after a crash they are taken again when it has run out, or at the
 * next start. Deliveries of one group go one after the other, so that nothing is resolved before it fired.
 */
export async function claimDeliveries(
  catalog: Catalog,
  given: { readonly max: number; readonly busyChannels: readonly string[]; readonly nowMs: number },
): Promise<readonly Delivery[]> {
  const { max, busyChannels, nowMs } = given;
  const answer = await sql<Delivery>`
    UPDATE notify_deliveries SET lease_ms = ${nowMs + NOTIFY_LIMITS.leaseMs}, attempts = attempts + 1
    WHERE id IN (
      SELECT d.id FROM notify_deliveries d JOIN notify_channels c ON c.name = d.channel
      WHERE d.state = 'waiting' AND d.next_ms <= ${nowMs}
        AND (d.lease_ms IS NULL OR d.lease_ms <= ${nowMs})
        AND (c.paused_until_ms IS NULL OR c.paused_until_ms <= ${nowMs})
        AND NOT d.channel = ANY(${[...busyChannels]})
        AND NOT EXISTS (
          SELECT 1 FROM notify_deliveries earlier
          WHERE earlier.channel = d.channel AND earlier.group_id = d.group_id
            AND earlier.state = 'waiting' AND earlier.sequence < d.sequence
        )
      ORDER BY d.sequence LIMIT ${max} FOR UPDATE OF d SKIP LOCKED
    )
    RETURNING *`.execute(catalog.db<NotifyTables>());
  return [...answer.rows].sort((a, b) => a.sequence - b.sequence);
}

/** For the start: nobody else sends from this catalog, so what is leased was left by a process that is gone. */
export async function releaseLeases(catalog: Catalog): Promise<void> {
  const db = catalog.db<NotifyTables>();
  await db.updateTable('notify_deliveries').set({ lease_ms: null }).where('lease_ms', 'is not', null).execute();
}
