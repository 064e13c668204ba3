import { Failure, newId } from '../../../base/index.ts';
import { refuse } from '../accepted-values.ts';
import type { AlarmChange } from '../alarm-change.ts';
import type { AlarmRecord } from '../alarm-record.ts';
import { insertAlarm, insertHistory, insertOutbox, lockAlarms, updateAlarm } from '../alarm-rows.ts';
import type { AlarmDefinition, CheckedAlarm } from '../definition.ts';
import { METRICS_ALARMS_FAILURES } from '../failures.ts';
import { configurationItem } from '../history-items.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from '../limits.ts';
import type { AlarmsTables } from '../migrations.ts';
import { NOT_SUPPRESSED } from '../suppression.ts';
import { takeRecord, type VerbContext } from './verb-context.ts';

/**
 * Creates the alarm, or replaces the configuration of the one that has its name and keeps that one's state. `adapt`
 * may change what follows from the new configuration, such as suppression.
 */
export async function putAlarm(
  context: VerbContext,
  checked: CheckedAlarm<AlarmDefinition>,
  adapt: (change: AlarmChange) => AlarmChange = (change) => change,
): Promise<void> {
  const { catalog, clock, registry } = context;
  const { alarmName } = checked.definition;
  if (registry.get(alarmName) === undefined && registry.size() >= LIMITS.alarmsMax) {
    throw new Failure(METRICS_ALARMS_FAILURES.tooMany, {
      what: 'alarms',
      count: registry.size() + 1,
      max: LIMITS.alarmsMax,
    });
  }
  const nowMs = clock.nowMs();
  const record = await catalog.transaction<AlarmsTables, AlarmRecord>(async (trx) => {
    const [before] = await lockAlarms(trx, [alarmName]);
    if (before === undefined) {
      const created = newRecord(checked, nowMs);
      await insertAlarm(trx, created);
      await insertHistory(trx, created, [configurationItem('Create', created, context.arns, nowMs)]);
      return created;
    }
    if (before.definition.type !== checked.definition.type) {
      throw refuse('AlarmName', alarmName, `a name that no ${before.definition.type} has`);
    }
    const replaced: AlarmRecord = {
      ...before,
      definition: checked.definition,
      actionsEnabled: checked.actionsEnabled,
      configurationUpdatedMs: nowMs,
      // What was decided by the old configuration must not hold back what the new one decides.
      evaluatedEndMs: 0,
      revision: before.revision + 1,
    };
    const change = adapt({ before, after: replaced, history: [], outbox: [] });
    await updateAlarm(trx, change.after);
    await insertHistory(trx, change.after, [configurationItem('Update', change.after, context.arns, nowMs)]);
    await insertOutbox(trx, change.after, change.outbox, nowMs);
    return change.after;
  });
  takeRecord(context, record);
  context.outbox.wake();
  const alarm = registry.get(alarmName);
  if (alarm !== undefined) context.evaluator.evaluate(alarm);
}

const newRecord = (checked: CheckedAlarm<AlarmDefinition>, nowMs: number): AlarmRecord => ({
  id: newId(nowMs),
  name: checked.definition.alarmName,
  definition: checked.definition,
  actionsEnabled: checked.actionsEnabled,
  tags: checked.tags,
  configurationUpdatedMs: nowMs,
  stateValue: 'INSUFFICIENT_DATA',
  stateReason: 'Unchecked: Initial alarm creation',
  stateUpdatedMs: nowMs,
  stateTransitionedMs: nowMs,
  suppression: NOT_SUPPRESSED,
  isAlertOpen: false,
  evaluatedEndMs: 0,
  revision: 1,
});
