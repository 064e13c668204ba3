import { acceptedMatchers } from '../accepted-input.ts';
import { toAlert } from '../alerts/alert-rows.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import { compileMatchers } from '../routing/match.ts';
import type { SilenceVerbs } from '../types.ts';
import { loadActiveSilences } from './active-silences.ts';

/** Rows looked at: enough for every state that people can still read about. */
const LOOKED_AT_MAX = 10_000;

export const previewSilence =
  (context: NotifyContext): SilenceVerbs['preview'] =>
  async (actor, wanted) => {
    await context.authorize(actor, 'notify:Read', { type: 'alert', name: '*' });
    const test = compileMatchers(acceptedMatchers('the silence', wanted, 1));
    const db = context.catalog.db<NotifyTables>();
    const rows = await db
      .selectFrom('notify_alerts')
      .selectAll()
      .where('state', '=', 'firing')
      .orderBy('fired_ms', 'desc')
      .limit(LOOKED_AT_MAX)
      .execute();
    const silences = await loadActiveSilences(db, context.memory, context.clock.nowMs());
    return rows
      .map(toAlert)
      .filter(test)
      .slice(0, NOTIFY_LIMITS.listMax)
      .map((alert) => ({ ...alert, silencedBy: silences.idsFor(alert) }));
  };
