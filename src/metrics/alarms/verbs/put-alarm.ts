import { Failure } from '../../../base/index.ts';
import { METRICS_ALARMS_FAILURES } from '../failures.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from '../limits.ts';
import type { AlarmToPut } from '../put-batch.ts';
import { takeRecord, type VerbContext } from './verb-context.ts';

/**
 * Creates the alarm, or replaces the configuration of the one that has its name and keeps that one's state. Resolves
 * when that is durable.
 */
export async function putAlarm(
  context: VerbContext,
  checked: AlarmToPut['checked'],
  adapt: AlarmToPut['adapt'] = (change) => change,
): Promise<void> {
  const { registry, puts } = context;
  const { alarmName } = checked.definition;
  const count = registry.size() + puts.waiting() + 1;
  if (registry.get(alarmName) === undefined && count > LIMITS.alarmsMax) {
    throw new Failure(METRICS_ALARMS_FAILURES.tooMany, { what: 'alarms', count, max: LIMITS.alarmsMax });
  }
  const record = await puts.put({ checked, adapt });
  takeRecord(context, record);
  context.outbox.wake();
  const alarm = registry.get(alarmName);
  if (alarm !== undefined) context.evaluator.evaluate(alarm);
}
