import type { Actor } from '../../../access/index.ts';
import { Failure } from '../../../base/index.ts';
import { acceptedAlarmName, refuse } from '../accepted-values.ts';
import { withPlanned } from '../alarm-change.ts';
import { insertHistory, insertOutbox, lockAlarms } from '../alarm-rows.ts';
import { METRICS_ALARMS_FAILURES } from '../failures.ts';
import { configurationItem } from '../history-items.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from '../limits.ts';
import type { AlarmsTables } from '../migrations.ts';
import { planRemoval } from '../plan-alert.ts';
import { auditedChange, type VerbContext } from './verb-context.ts';

export async function deleteAlarms(context: VerbContext, actor: Actor, alarmNames: readonly string[]): Promise<void> {
  if (alarmNames.length < 1 || alarmNames.length > LIMITS.deleteMax) {
    throw refuse('AlarmNames', `${alarmNames.length} names`, `1 to ${LIMITS.deleteMax} names`);
  }
  const names = [...new Set(alarmNames.map(acceptedAlarmName))];
  await auditedChange(context, actor, { eventName: 'DeleteAlarms', names }, async () => {
    refuseInUse(context, names);
    const nowMs = context.clock.nowMs();
    await context.catalog.transaction<AlarmsTables, void>(async (trx) => {
      const records = await lockAlarms(trx, names);
      const missing = names.find((name) => !records.some((record) => record.name === name));
      if (missing !== undefined) throw new Failure(METRICS_ALARMS_FAILURES.notFound, { alarmName: missing });
      if (records.filter((record) => record.definition.type === 'CompositeAlarm').length > 1) {
        throw refuse('AlarmNames', names, 'at most one composite alarm in one call');
      }
      await trx.deleteFrom('alarms').where('name', 'in', names).execute();
      for (const record of records) {
        await insertHistory(trx, record, [configurationItem('Delete', record, context.arns, nowMs)]);
        if (!record.isAlertOpen) continue;
        // Nobody would end the alert of an alarm that is gone.
        const change = { before: record, after: record, history: [], outbox: [] };
        await insertOutbox(trx, record, withPlanned(change, planRemoval(record, nowMs), nowMs).outbox, nowMs);
      }
    });
    for (const name of names) {
      context.registry.remove(name);
      context.evaluator.blind.remove(name);
    }
    context.outbox.wake();
  });
}

function refuseInUse(context: VerbContext, names: readonly string[]): void {
  for (const name of names) {
    const users = [...context.registry.parentsOf(name), ...context.registry.suppressedBy(name)];
    const parent = users.find((user) => !names.includes(user.record.name));
    if (parent === undefined) continue;
    throw new Failure(METRICS_ALARMS_FAILURES.inUse, { alarmName: name, parent: parent.record.name });
  }
}
