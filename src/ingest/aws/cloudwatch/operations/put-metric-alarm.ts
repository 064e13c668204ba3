import {
  actions,
  alarmName,
  dimensions,
  dimensionsByName,
  metricDataQueries,
  metricName,
  namespace,
  statistic,
  tagList,
  unit,
} from '../members.ts';
import { queryOf } from '../metric-query.ts';
import { choice, double, flag, integer, required, structure, text, type ValueOf } from '../model/shapes.ts';
import { defineOperation, parameterInvalid, parameterMissing } from '../operation.ts';
import { tagsByKey } from '../tags.ts';

const input = structure({
  AlarmName: required(alarmName),
  AlarmDescription: text({ max: 1024 }),
  ActionsEnabled: flag(),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  MetricName: metricName,
  Namespace: namespace,
  Statistic: statistic,
  ExtendedStatistic: text(),
  Dimensions: dimensions,
  Period: integer({ min: 1 }),
  Unit: unit,
  EvaluationPeriods: integer({ min: 1 }),
  DatapointsToAlarm: integer({ min: 1 }),
  Threshold: double(),
  ComparisonOperator: choice(
    'GreaterThanOrEqualToThreshold',
    'GreaterThanThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
    'LessThanLowerOrGreaterThanUpperThreshold',
    'LessThanLowerThreshold',
    'GreaterThanUpperThreshold',
  ),
  TreatMissingData: text({ min: 1, max: 255 }),
  EvaluateLowSampleCountPercentile: text({ min: 1, max: 255 }),
  Metrics: metricDataQueries,
  Tags: tagList,
  ThresholdMetricId: text({ min: 1, max: 255 }),
  EvaluationWindow: structure({ SlidingWindow: structure({}), WallClockWindow: structure({}) }),
  EvaluationCriteria: structure({}),
  EvaluationInterval: integer({ min: 10, max: 3600 }),
  WarmUpConfiguration: structure({}),
  ActionConfiguration: structure({}),
});

/** Members that change what an alarm does: taken and not heeded, they would make an alarm that lies. */
function refuseNotOffered(request: ValueOf<typeof input>): void {
  const notOffered = {
    EvaluationCriteria: [request.EvaluationCriteria, 'there are no alarms on PromQL here'],
    EvaluationInterval: [request.EvaluationInterval, 'there are no alarms on PromQL here'],
    WarmUpConfiguration: [request.WarmUpConfiguration, 'alarms are evaluated from their first data point on'],
    ActionConfiguration: [request.ActionConfiguration, 'tags of an alarm always become labels of its notifications'],
    'EvaluationWindow.WallClockWindow': [request.EvaluationWindow?.WallClockWindow, 'evaluation windows slide'],
  } as const;
  for (const [parameter, [value, reason]] of Object.entries(notOffered)) {
    if (value !== undefined) throw parameterInvalid(`The parameter ${parameter} is not offered: ${reason}.`);
  }
}

export const putMetricAlarm = defineOperation({
  name: 'PutMetricAlarm',
  words: 'validation',
  input,
  run: async ({ alarms }, { actor }, request) => {
    refuseNotOffered(request);
    // The model does not require these two, because alarms on PromQL have neither.
    if (request.EvaluationPeriods === undefined) throw parameterMissing('EvaluationPeriods');
    if (request.ComparisonOperator === undefined) throw parameterMissing('ComparisonOperator');
    if (request.Threshold !== undefined && !Number.isFinite(request.Threshold)) {
      throw parameterInvalid(`The value ${request.Threshold} for parameter Threshold is invalid.`);
    }
    await alarms.putMetricAlarm(actor, {
      alarmName: request.AlarmName,
      alarmDescription: request.AlarmDescription,
      actionsEnabled: request.ActionsEnabled,
      okActions: request.OKActions,
      alarmActions: request.AlarmActions,
      insufficientDataActions: request.InsufficientDataActions,
      metricName: request.MetricName,
      namespace: request.Namespace,
      statistic: request.Statistic,
      extendedStatistic: request.ExtendedStatistic,
      dimensions: request.Dimensions === undefined ? undefined : dimensionsByName(request.Dimensions),
      period: request.Period,
      unit: request.Unit,
      evaluationPeriods: request.EvaluationPeriods,
      datapointsToAlarm: request.DatapointsToAlarm,
      threshold: request.Threshold,
      comparisonOperator: request.ComparisonOperator,
      treatMissingData: request.TreatMissingData,
      evaluateLowSampleCountPercentile: request.EvaluateLowSampleCountPercentile,
      metrics: request.Metrics?.map((query, index) => queryOf(query, `Metrics.member.${index + 1}`)),
      thresholdMetricId: request.ThresholdMetricId,
      tags: tagsByKey(request.Tags),
    });
  },
});
