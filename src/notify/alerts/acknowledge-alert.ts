import { type Selectable, sql, type Transaction } from 'kysely';
import { Failure, newId } from '../../base/index.ts';
import { acceptedText } from '../accepted-input.ts';
import { auditedChange } from '../audited.ts';
import type { NotifyContext } from '../context.ts';
import { notified } from '../dispatch/plan-flush.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { GroupsTable, NotifyTables } from '../migrations.ts';
import { enqueue } from '../outbox/enqueue.ts';
import type { AlertVerbs } from '../types.ts';
import { toAlert } from './alert-rows.ts';
import { readAlert } from './get-alert.ts';
import { writeEvents } from './store-alerts.ts';

export const acknowledgeAlert =
  (context: NotifyContext): AlertVerbs['acknowledge'] =>
  async (actor, key, note = '') => {
    await context.authorize(actor, 'notify:Respond', { type: 'alert', name: key });
    acceptedText('the note', note, { min: 0, max: NOTIFY_LIMITS.commentCharsMax });
    const clean = context.redactor.text(note);
    await auditedChange(
      context,
      actor,
      { eventName: 'AcknowledgeAlert', resource: { type: 'alert', name: key }, parameters: { note: clean } },
      () =>
        context.inTurn(() =>
          context.catalog.transaction<NotifyTables, void>((trx) =>
            acknowledge(trx, { key, by: actor.name, note: clean, nowMs: context.clock.nowMs() }),
          ),
        ),
    );
    context.wake.now();
    return readAlert(context, key);
  };

interface Acknowledgement {
  readonly key: string;
  readonly by: string;
  readonly note: string;
  readonly nowMs: number;
}

async function acknowledge(trx: Transaction<NotifyTables>, given: Acknowledgement): Promise<void> {
  const { key, by, note, nowMs } = given;
  const row = await trx.selectFrom('notify_alerts').selectAll().where('key', '=', key).executeTakeFirst();
  if (row === undefined) throw new Failure(NOTIFY_FAILURES.alertNotFound, { key });
  if (row.state === 'resolved') throw new Failure(NOTIFY_FAILURES.alertResolved, { key });
  if (row.acknowledged_ms !== null) return;
  await trx
    .updateTable('notify_alerts')
    .set({ acknowledged_ms: nowMs, acknowledged_by: by, acknowledged_note: note })
    .where('key', '=', key)
    .execute();
  await trx.deleteFrom('notify_escalations').where('alert_key', '=', key).execute();
  await writeEvents(trx, [{ key, type: 'acknowledged', atMs: nowMs, by, detail: note }]);
  for (const group of await acknowledgedGroups(trx, key)) {
    if (group.thread === null) continue;
    const notification = {
      kind: 'acknowledged' as const,
      createdMs: nowMs,
      route: group.route,
      groupLabels: group.labels,
      alerts: [notified(toAlert(row))],
      firingCount: 1,
      resolvedCount: 0,
      isRepeat: false,
      isEscalation: false,
      acknowledgedBy: by,
    };
    const delivery = { id: newId(nowMs), channel: group.channel, groupId: group.id, thread: group.thread };
    await enqueue(trx, { ...delivery, notification, nowMs });
  }
}

/**
 * Groups that told of the alert and in which nothing is left unacknowledged, on channels where a machine listens:
 * PagerDuty stops calling people then. Mails and chats are for people, who are told enough.
 */
async function acknowledgedGroups(
  trx: Transaction<NotifyTables>,
  key: string,
): Promise<readonly Selectable<GroupsTable>[]> {
  const answer = await sql<Selectable<GroupsTable>>`
    SELECT g.* FROM notify_groups g JOIN notify_channels c ON c.name = g.channel
    WHERE c.settings->>'type' IN ('pagerduty', 'webhook')
      AND EXISTS (SELECT 1 FROM notify_members m WHERE m.group_id = g.id AND m.alert_key = ${key} AND m.told = 'firing')
      AND NOT EXISTS (
        SELECT 1 FROM notify_members m JOIN notify_alerts a ON a.key = m.alert_key
        WHERE m.group_id = g.id AND m.told = 'firing' AND a.state = 'firing' AND a.acknowledged_ms IS NULL
      )`.execute(trx);
  return answer.rows;
}
