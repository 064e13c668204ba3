import { Failure, newId } from '../../base/index.ts';
import { acceptedMatchers, acceptedText, acceptedWhole, refuseInput } from '../accepted-input.ts';
import { auditedChange } from '../audited.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import type { SilenceVerbs } from '../types.ts';
import { toSilence } from './active-silences.ts';

export const createSilence =
  (context: NotifyContext): SilenceVerbs['create'] =>
  async (actor, request) => {
    const nowMs = context.clock.nowMs();
    await context.authorize(actor, 'notify:Respond', { type: 'silence', name: '*' });
    const matchers = acceptedMatchers('the silence', request.matchers, 1);
    const comment = acceptedText('the comment', request.comment, { min: 1, max: NOTIFY_LIMITS.commentCharsMax });
    const farMs = nowMs + NOTIFY_LIMITS.silenceMsMax;
    const fromMs = acceptedWhole('the start', request.fromMs ?? nowMs, { min: 0, max: farMs });
    const untilMs = acceptedWhole('the end', request.untilMs, { min: 0, max: farMs });
    if (untilMs <= Math.max(nowMs, fromMs)) throw refuseInput('the end', 'it is not later than now and the start');
    const row = {
      id: newId(nowMs),
      from_ms: fromMs,
      until_ms: untilMs,
      comment: context.redactor.text(comment),
      created_by: actor.name,
      created_ms: nowMs,
      expired_by: null,
    };
    const parameters = { matchers, fromMs, untilMs, comment: row.comment };
    const call = { eventName: 'CreateSilence', resource: { type: 'silence', name: row.id }, parameters };
    return auditedChange(context, actor, call, async () => {
      const db = context.catalog.db<NotifyTables>();
      const { count } = await db
        .selectFrom('notify_silences')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('until_ms', '>', nowMs)
        .executeTakeFirstOrThrow();
      const max = NOTIFY_LIMITS.silencesMax;
      if (count >= max) throw new Failure(NOTIFY_FAILURES.limitReached, { count, what: 'silences', max });
      await db
        .insertInto('notify_silences')
        .values({ ...row, matchers: JSON.stringify(matchers) })
        .execute();
      return toSilence({ ...row, matchers }, nowMs);
    });
  };
