import { invariant } from '../../base/index.ts';
import type { NewHistoryItem } from './alarm-change.ts';
import {
  type AlarmArns,
  type AlarmRecord,
  asCompositeAlarm,
  asMetricAlarm,
  isCompositeRecord,
  isMetricRecord,
} from './alarm-record.ts';
import { reasonTime } from './state-reason.ts';

const WORDS = { Create: 'created', Update: 'updated', Delete: 'deleted' } as const;

/** The history item of a changed configuration, with CloudWatch's fields and the whole configuration. */
export function configurationItem(
  type: keyof typeof WORDS,
  record: AlarmRecord,
  arns: AlarmArns,
  nowMs: number,
): NewHistoryItem {
  return {
    type: 'ConfigurationUpdate',
    atMs: nowMs,
    summary: `Alarm "${record.name}" ${WORDS[type]}`,
    data: JSON.stringify({ version: '1.0', type, [`${WORDS[type]}Alarm`]: shownConfiguration(record, arns) }),
  };
}

function shownConfiguration(record: AlarmRecord, arns: AlarmArns): Readonly<Record<string, unknown>> {
  invariant(isMetricRecord(record) || isCompositeRecord(record), 'an alarm is a metric or a composite alarm');
  const {
    alarmConfigurationUpdatedMs,
    stateUpdatedMs,
    stateTransitionedMs: _transitioned,
    ...shown
  } = isMetricRecord(record) ? asMetricAlarm(record, arns) : asCompositeAlarm(record, arns);
  return {
    ...shown,
    alarmConfigurationUpdatedTimestamp: reasonTime(alarmConfigurationUpdatedMs),
    stateUpdatedTimestamp: reasonTime(stateUpdatedMs),
  };
}
