import type { CompositeAlarm, MetricAlarm } from '../../../metrics/index.ts';
import type { Names } from '../names.ts';
import { inRegionOf } from './alarm-arn.ts';
import { actions, dimensionPairs, dimensions, metricDataQueries, stateValue, statistic, unit } from './members.ts';
import { dataQueryOf, unitOf } from './metric-query.ts';
import { double, flag, integer, structure, text, time, type ValueOf } from './model/shapes.ts';

export const metricAlarm = structure({
  AlarmName: text(),
  AlarmArn: text(),
  AlarmDescription: text(),
  AlarmConfigurationUpdatedTimestamp: time(),
  ActionsEnabled: flag(),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  StateValue: stateValue,
  StateReason: text(),
  StateReasonData: text(),
  StateUpdatedTimestamp: time(),
  MetricName: text(),
  Namespace: text(),
  Statistic: statistic,
  Dimensions: dimensions,
  Period: integer(),
  Unit: unit,
  EvaluationPeriods: integer(),
  Threshold: double(),
  ComparisonOperator: text(),
  ExtendedStatistic: text(),
  TreatMissingData: text(),
  EvaluateLowSampleCountPercentile: text(),
  DatapointsToAlarm: integer(),
  Metrics: metricDataQueries,
  EvaluationState: text(),
  StateTransitionedTimestamp: time(),
});

export const compositeAlarm = structure({
  ActionsEnabled: flag(),
  AlarmActions: actions,
  AlarmArn: text(),
  AlarmConfigurationUpdatedTimestamp: time(),
  AlarmDescription: text(),
  AlarmName: text(),
  AlarmRule: text(),
  InsufficientDataActions: actions,
  OKActions: actions,
  StateReason: text(),
  StateReasonData: text(),
  StateUpdatedTimestamp: time(),
  StateValue: stateValue,
  StateTransitionedTimestamp: time(),
  ActionsSuppressedBy: text(),
  ActionsSuppressedReason: text(),
  ActionsSuppressor: text(),
  ActionsSuppressorWaitPeriod: integer(),
  ActionsSuppressorExtensionPeriod: integer(),
});

const ofBoth = (alarm: MetricAlarm | CompositeAlarm, names: Names) => ({
  AlarmName: alarm.alarmName,
  AlarmArn: inRegionOf(names, alarm.alarmArn),
  AlarmDescription: alarm.alarmDescription,
  AlarmConfigurationUpdatedTimestamp: alarm.alarmConfigurationUpdatedMs,
  ActionsEnabled: alarm.actionsEnabled,
  OKActions: alarm.okActions,
  AlarmActions: alarm.alarmActions,
  InsufficientDataActions: alarm.insufficientDataActions,
  StateValue: alarm.stateValue,
  StateReason: inRegionOf(names, alarm.stateReason),
  StateReasonData: alarm.stateReasonData === undefined ? undefined : inRegionOf(names, alarm.stateReasonData),
  StateUpdatedTimestamp: alarm.stateUpdatedMs,
  StateTransitionedTimestamp: alarm.stateTransitionedMs,
});

export const metricAlarmAnswer = (alarm: MetricAlarm, names: Names): ValueOf<typeof metricAlarm> => ({
  ...ofBoth(alarm, names),
  MetricName: alarm.metricName,
  Namespace: alarm.namespace,
  Statistic: alarm.statistic,
  // An alarm on math has no dimensions of its own; the service answers an empty list.
  Dimensions: dimensionPairs(alarm.dimensions ?? {}),
  Period: alarm.period,
  Unit: unitOf(alarm.unit),
  EvaluationPeriods: alarm.evaluationPeriods,
  Threshold: alarm.threshold,
  ComparisonOperator: alarm.comparisonOperator,
  ExtendedStatistic: alarm.extendedStatistic,
  TreatMissingData: alarm.treatMissingData,
  EvaluateLowSampleCountPercentile: alarm.evaluateLowSampleCountPercentile,
  DatapointsToAlarm: alarm.datapointsToAlarm,
  Metrics: alarm.metrics?.map(dataQueryOf),
  EvaluationState: alarm.evaluationState,
});

export const compositeAlarmAnswer = (alarm: CompositeAlarm, names: Names): ValueOf<typeof compositeAlarm> => ({
  ...ofBoth(alarm, names),
  AlarmRule: alarm.alarmRule,
  ActionsSuppressedBy: alarm.actionsSuppressedBy,
  ActionsSuppressedReason: alarm.actionsSuppressedReason,
  ActionsSuppressor: alarm.actionsSuppressor,
  ActionsSuppressorWaitPeriod: alarm.actionsSuppressorWaitPeriod,
  ActionsSuppressorExtensionPeriod: alarm.actionsSuppressorExtensionPeriod,
});
