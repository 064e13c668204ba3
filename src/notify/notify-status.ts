import { sql } from 'kysely';
import type { NotifyContext } from './context.ts';
import type { NotifyTables } from './migrations.ts';
import { readRouting } from './routing/load-routing.ts';
import { isNoCanary, PROBE_CHANNEL } from './routing/probe-route.ts';
import { loadActiveSilences } from './silences/active-silences.ts';
import type { Notify } from './types.ts';

interface Counts {
  readonly firing: number;
  readonly acknowledged: number;
  readonly waiting: number;
  readonly oldest: number | null;
  readonly failing: readonly string[];
}

export const notifyStatus =
  (context: NotifyContext): Notify['status'] =>
  async (actor) => {
    await context.authorize(actor, 'notify:Read', { type: 'notify', name: '*' });
    const db = context.catalog.db<NotifyTables>();
    const answer = await sql<Counts>`SELECT
      (SELECT count(*) FROM notify_alerts WHERE state = 'firing' AND ${isNoCanary}) AS firing,
      (SELECT count(*) FROM notify_alerts WHERE state = 'firing' AND acknowledged_ms IS NOT NULL) AS acknowledged,
      (SELECT count(*) FROM notify_deliveries WHERE state = 'waiting') AS waiting,
      (SELECT min(created_ms) FROM notify_deliveries WHERE state = 'waiting') AS oldest,
      ARRAY(SELECT name FROM notify_channels WHERE failing_since_ms IS NOT NULL AND name <> ${PROBE_CHANNEL} ORDER BY name) AS failing`.execute(
      db,
    );
    const [counts] = answer.rows;
    const { routes, fallback } = await readRouting(db);
    const { loopMs } = context.memory;
    return {
      firing: counts?.firing ?? 0,
      acknowledged: counts?.acknowledged ?? 0,
      silenced: await countSilenced(context),
      waiting: counts?.waiting ?? 0,
      ...(counts === undefined || counts.oldest === null ? {} : { oldestWaitingMs: counts.oldest }),
      failingChannels: counts?.failing ?? [],
      ...(loopMs === undefined ? {} : { loopMs }),
      tellsAnybody: [...routes, fallback].some(({ channels }) => channels.length > 0),
    };
  };

/** Rows looked at; with more firing, the figure is of the newest. */
const LOOKED_AT_MAX = 10_000;

async function countSilenced({ catalog, memory, clock }: NotifyContext): Promise<number> {
  const db = catalog.db<NotifyTables>();
  const silences = await loadActiveSilences(db, memory, clock.nowMs());
  if (silences.count === 0) return 0;
  const rows = await db
    .selectFrom('notify_alerts')
    .select(['key', 'severity', 'source', 'labels'])
    .where('state', '=', 'firing')
    .where('acknowledged_ms', 'is', null)
    .orderBy('fired_ms', 'desc')
    .limit(LOOKED_AT_MAX)
    .execute();
  return rows.filter((row) => silences.untilMsFor(row) !== undefined).length;
}
