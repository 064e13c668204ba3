import type { Actor } from '../../../access/index.ts';
import { acceptedAlarmName, acceptedOneOf, acceptedText, refuse } from '../accepted-values.ts';
import { type AlarmChange, changeState, withActions } from '../alarm-change.ts';
import { isCompositeRecord } from '../alarm-record.ts';
import { insertHistory, insertOutbox, lockAlarms, updateAlarm } from '../alarm-rows.ts';
import { isWatched } from '../context.ts';
import { suppressorOf } from '../evaluate-alarm.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from '../limits.ts';
import type { AlarmsTables } from '../migrations.ts';
import type { SetAlarmStateInput } from '../service.ts';
import { stepSuppression } from '../suppression.ts';
import { auditedChange, knownAlarm, takeRecord, type VerbContext } from './verb-context.ts';

/** Gives an alarm a state until its next evaluation, with the actions that a change to it has. */
export async function setAlarmState(context: VerbContext, actor: Actor, input: SetAlarmStateInput): Promise<void> {
  const name = acceptedAlarmName(input.alarmName);
  await auditedChange(
    context,
    actor,
    { eventName: 'SetAlarmState', names: [name], parameters: { ...input } },
    async () => {
      const state = {
        value: acceptedOneOf('StateValue', input.stateValue, ['OK', 'ALARM', 'INSUFFICIENT_DATA']),
        reason: acceptedText('StateReason', input.stateReason, { min: 0, max: LIMITS.stateReasonLengthMax }),
        reasonData: acceptedReasonData(input.stateReasonData),
      };
      knownAlarm(context, name);
      const nowMs = context.clock.nowMs();
      const record = await context.catalog.transaction<AlarmsTables, AlarmChange['after'] | undefined>(async (trx) => {
        const [before] = await lockAlarms(trx, [name]);
        if (before === undefined) return undefined;
        const changed = changeState(before, { ...state, nowMs, evaluatedEndMs: 0 });
        const change = before.stateValue === state.value ? changed : withSuppressedActions(context, changed, nowMs);
        await updateAlarm(trx, change.after);
        await insertHistory(trx, change.after, change.history);
        await insertOutbox(trx, change.after, change.outbox, nowMs);
        return change.after;
      });
      if (record === undefined) knownAlarm(context, name);
      else takeRecord(context, record);
      context.outbox.wake();
    },
  );
}

function withSuppressedActions(context: VerbContext, change: AlarmChange, nowMs: number): AlarmChange {
  const about = { isWatched: isWatched(context, change.after.name), nowMs };
  const plan = context.registry.get(change.after.name)?.plan;
  if (plan?.type !== 'composite' || !isCompositeRecord(change.after)) return withActions(change, about);
  const suppressor = suppressorOf(context, change.after, plan);
  const step = stepSuppression(change.before.suppression, { type: 'composite-changed' }, { nowMs, suppressor });
  const moved = { ...change, after: { ...change.after, suppression: step.suppression } };
  return step.act ? withActions(moved, about) : moved;
}

function acceptedReasonData(json: string | undefined): string | undefined {
  if (json === undefined) return undefined;
  const text = acceptedText('StateReasonData', json, { min: 0, max: LIMITS.stateReasonDataLengthMax });
  try {
    JSON.parse(text);
  } catch {
    throw refuse('StateReasonData', json, 'JSON');
  }
  return text;
}
