import { sql, type Transaction } from 'kysely';
import { Failure } from '../../base/index.ts';
import { toAlert } from '../alerts/alert-rows.ts';
import { auditedChange } from '../audited.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import type { NotifyTables } from '../migrations.ts';
import { type AlertTest, compileMatchers } from '../routing/match.ts';
import type { SilenceVerbs } from '../types.ts';
import { toSilence } from './active-silences.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Ends a silence now. What it held back is looked at at once, and told when it still fires. */
export const expireSilence =
  (context: NotifyContext): SilenceVerbs['expire'] =>
  async (actor, id) => {
    await context.authorize(actor, 'notify:Respond', { type: 'silence', name: id });
    const nowMs = context.clock.nowMs();
    const call = { eventName: 'ExpireSilence', resource: { type: 'silence', name: id } };
    const silence = await auditedChange(context, actor, call, () =>
      context.inTurn(() =>
        context.catalog.transaction<NotifyTables, ReturnType<typeof toSilence>>(async (trx) => {
          if (!UUID.test(id)) throw new Failure(NOTIFY_FAILURES.silenceNotFound, { id });
          const row = await trx.selectFrom('notify_silences').selectAll().where('id', '=', id).executeTakeFirst();
          if (row === undefined) throw new Failure(NOTIFY_FAILURES.silenceNotFound, { id });
          if (row.until_ms <= nowMs) throw new Failure(NOTIFY_FAILURES.silenceEnded, { id });
          const ended = { until_ms: nowMs, expired_by: actor.name };
          await trx.updateTable('notify_silences').set(ended).where('id', '=', id).execute();
          await lookAgain(trx, compileMatchers(row.matchers), nowMs);
          return toSilence({ ...row, ...ended }, nowMs);
        }),
      ),
    );
    context.wake.now();
    return silence;
  };

/** Makes due what the silence may have held back; what another one holds back still is found out by the flush. */
async function lookAgain(trx: Transaction<NotifyTables>, test: AlertTest, nowMs: number): Promise<void> {
  const rows = await trx.selectFrom('notify_alerts').selectAll().where('state', '=', 'firing').execute();
  const keys = rows
    .map(toAlert)
    .filter(test)
    .map(({ key }) => key);
  await sql`UPDATE notify_groups SET due_ms = ${nowMs} WHERE id IN
    (SELECT group_id FROM notify_members WHERE alert_key = ANY(${keys}))`.execute(trx);
  await sql`UPDATE notify_escalations SET due_ms = LEAST(due_ms, since_ms) WHERE alert_key = ANY(${keys})`.execute(trx);
}
