import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';

/** Removes what ended long ago. Alerts that still fire stay, however old they are. */
export async function prune({ catalog, clock }: NotifyContext): Promise<void> {
  const beforeMs = clock.nowMs() - NOTIFY_LIMITS.keptMs;
  const db = catalog.db<NotifyTables>();
  await db.deleteFrom('notify_alerts').where('state', '=', 'resolved').where('seen_ms', '<', beforeMs).execute();
  await db.deleteFrom('notify_events').where('at_ms', '<', beforeMs).execute();
  await db.deleteFrom('notify_attempts').where('at_ms', '<', beforeMs).execute();
  await db.deleteFrom('notify_silences').where('until_ms', '<', beforeMs).execute();
  await db.deleteFrom('notify_deliveries').where('state', '!=', 'waiting').where('created_ms', '<', beforeMs).execute();
}
