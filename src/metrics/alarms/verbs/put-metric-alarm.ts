import type { Actor } from '../../../access/index.ts';
import { checkMetricAlarm } from '../check-metric-alarm.ts';
import type { MetricAlarmInput } from '../service.ts';
import { putAlarm } from './put-alarm.ts';
import { auditedChange, type VerbContext } from './verb-context.ts';

export const putMetricAlarm = (context: VerbContext, actor: Actor, input: MetricAlarmInput): Promise<void> =>
  auditedChange(
    context,
    actor,
    { eventName: 'PutMetricAlarm', names: [String(input.alarmName)], parameters: { ...input } },
    async () => putAlarm(context, checkMetricAlarm(input)),
  );
