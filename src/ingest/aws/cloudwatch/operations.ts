import type { Operation } from './operation.ts';
import { deleteAlarms } from './operations/delete-alarms.ts';
import { describeAlarmHistory } from './operations/describe-alarm-history.ts';
import { describeAlarms } from './operations/describe-alarms.ts';
import { describeAlarmsForMetric } from './operations/describe-alarms-for-metric.ts';
import { disableAlarmActions } from './operations/disable-alarm-actions.ts';
import { enableAlarmActions } from './operations/enable-alarm-actions.ts';
import { getMetricData } from './operations/get-metric-data.ts';
import { getMetricStatistics } from './operations/get-metric-statistics.ts';
import { listMetrics } from './operations/list-metrics.ts';
import { listTagsForResource } from './operations/list-tags-for-resource.ts';
import { putCompositeAlarm } from './operations/put-composite-alarm.ts';
import { putMetricAlarm } from './operations/put-metric-alarm.ts';
import { putMetricData } from './operations/put-metric-data.ts';
import { setAlarmState } from './operations/set-alarm-state.ts';
import { tagResource } from './operations/tag-resource.ts';
import { untagResource } from './operations/untag-resource.ts';

/** Every operation of CloudWatch that is offered, by its name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [
    deleteAlarms,
    describeAlarmHistory,
    describeAlarms,
    describeAlarmsForMetric,
    disableAlarmActions,
    enableAlarmActions,
    getMetricData,
    getMetricStatistics,
    listMetrics,
    listTagsForResource,
    putCompositeAlarm,
    putMetricAlarm,
    putMetricData,
    setAlarmState,
    tagResource,
    untagResource,
  ].map((operation) => [operation.name, operation]),
);

/** Operations that CloudWatch has and Holdfast has not; they are refused by name. */
export const NOT_OFFERED: ReadonlySet<string> = new Set([
  'DeleteAlarmMuteRule',
  'DeleteAnomalyDetector',
  'DeleteDashboards',
  'DeleteInsightRules',
  'DeleteMetricStream',
  'DescribeAlarmContributors',
  'DescribeAnomalyDetectors',
  'DescribeInsightRules',
  'DisableInsightRules',
  'EnableInsightRules',
  'GetAlarmMuteRule',
  'GetDashboard',
  'GetInsightRuleReport',
  'GetMetricStream',
  'GetMetricWidgetImage',
  'GetOTelEnrichment',
  'ListAlarmMuteRules',
  'ListDashboards',
  'ListManagedInsightRules',
  'ListMetricStreams',
  'PutAlarmMuteRule',
  'PutAnomalyDetector',
  'PutDashboard',
  'PutInsightRule',
  'PutLogAlarm',
  'PutManagedInsightRules',
  'PutMetricStream',
  'StartMetricStreams',
  'StartOTelEnrichment',
  'StopMetricStreams',
  'StopOTelEnrichment',
]);
