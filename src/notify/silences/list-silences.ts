import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import type { SilenceVerbs } from '../types.ts';
import { toSilence } from './active-silences.ts';

/** Those that hold or will hold first, then the ended ones, the latest first. */
export const listSilences =
  (context: NotifyContext): SilenceVerbs['list'] =>
  async (actor) => {
    await context.authorize(actor, 'notify:Read', { type: 'silence', name: '*' });
    const rows = await context.catalog
      .db<NotifyTables>()
      .selectFrom('notify_silences')
      .selectAll()
      .orderBy('until_ms', 'desc')
      .limit(NOTIFY_LIMITS.listMax)
      .execute();
    const nowMs = context.clock.nowMs();
    return rows.map((row) => toSilence(row, nowMs));
  };
