import type { AlarmsContext } from './context.ts';
import type { Evaluator } from './evaluator.ts';
import type { AlarmService } from './service.ts';
import { deleteAlarms } from './verbs/delete-alarms.ts';
import { describeAlarms, describeAlarmsForMetric } from './verbs/describe-alarms.ts';
import { describeAlarmHistory } from './verbs/describe-history.ts';
import { putCompositeAlarm } from './verbs/put-composite-alarm.ts';
import { putMetricAlarm } from './verbs/put-metric-alarm.ts';
import { setActionsEnabled } from './verbs/set-actions-enabled.ts';
import { setAlarmState } from './verbs/set-alarm-state.ts';
import { summarize } from './verbs/summarize.ts';
import { listTags, tagAlarm, untagAlarm } from './verbs/tag-alarm.ts';
import { viewAlarm } from './verbs/view-alarm.ts';

export function createAlarmService(context: AlarmsContext, evaluator: Evaluator): AlarmService {
  const verbs = { ...context, evaluator };
  return {
    putMetricAlarm: (actor, input) => putMetricAlarm(verbs, actor, input),
    putCompositeAlarm: (actor, input) => putCompositeAlarm(verbs, actor, input),
    describeAlarms: (actor, filter) => describeAlarms(verbs, actor, filter),
    describeAlarmsForMetric: (actor, filter) => describeAlarmsForMetric(verbs, actor, filter),
    describeAlarmHistory: (actor, filter) => describeAlarmHistory(verbs, actor, filter),
    deleteAlarms: (actor, alarmNames) => deleteAlarms(verbs, actor, alarmNames),
    setAlarmState: (actor, input) => setAlarmState(verbs, actor, input),
    enableAlarmActions: (actor, alarmNames) => setActionsEnabled(verbs, actor, alarmNames, true),
    disableAlarmActions: (actor, alarmNames) => setActionsEnabled(verbs, actor, alarmNames, false),
    tagResource: (actor, alarm, tags) => tagAlarm(verbs, actor, alarm, tags),
    untagResource: (actor, alarm, tagKeys) => untagAlarm(verbs, actor, alarm, tagKeys),
    listTagsForResource: (actor, alarm) => listTags(verbs, actor, alarm),
    view: (actor, request) => viewAlarm(verbs, actor, request),
    summary: (actor) => summarize(verbs, actor),
  };
}
