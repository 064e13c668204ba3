import type { Actor } from '../../../access/index.ts';
import { acceptedAlarmName, refuse } from '../accepted-values.ts';
import type { AlarmRecord } from '../alarm-record.ts';
import { insertHistory, lockAlarms, updateAlarm } from '../alarm-rows.ts';
import { configurationItem } from '../history-items.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from '../limits.ts';
import type { AlarmsTables } from '../migrations.ts';
import { auditedChange, takeRecord, type VerbContext } from './verb-context.ts';

/** Names that do not exist are passed over, as CloudWatch does. */
export async function setActionsEnabled(
  context: VerbContext,
  actor: Actor,
  alarmNames: readonly string[],
  isEnabled: boolean,
): Promise<void> {
  if (alarmNames.length > LIMITS.deleteMax) {
    throw refuse('AlarmNames', `${alarmNames.length} names`, `at most ${LIMITS.deleteMax} names`);
  }
  const names = [...new Set(alarmNames.map(acceptedAlarmName))];
  const eventName = isEnabled ? 'EnableAlarmActions' : 'DisableAlarmActions';
  await auditedChange(context, actor, { eventName, names }, async () => {
    const nowMs = context.clock.nowMs();
    const changed = await context.catalog.transaction<AlarmsTables, readonly AlarmRecord[]>(async (trx) => {
      const records = await lockAlarms(trx, names);
      const others = records.filter((record) => record.actionsEnabled !== isEnabled);
      const after = others.map((record) => ({
        ...record,
        actionsEnabled: isEnabled,
        configurationUpdatedMs: nowMs,
        revision: record.revision + 1,
      }));
      for (const record of after) {
        await updateAlarm(trx, record);
        await insertHistory(trx, record, [configurationItem('Update', record, context.arns, nowMs)]);
      }
      return after;
    });
    for (const record of changed) takeRecord(context, record);
  });
}
