import { metricAlarm, metricAlarmAnswer } from '../alarm-answers.ts';
import { dimensions, dimensionsByName, metricName, namespace, statistic, unit } from '../members.ts';
import { integer, list, required, structure, text } from '../model/shapes.ts';
import { defineOperation } from '../operation.ts';

const input = structure({
  MetricName: required(metricName),
  Namespace: required(namespace),
  Statistic: statistic,
  ExtendedStatistic: text(),
  Dimensions: dimensions,
  Period: integer({ min: 1 }),
  Unit: unit,
});
const output = structure({ MetricAlarms: list(metricAlarm) });

export const describeAlarmsForMetric = defineOperation({
  name: 'DescribeAlarmsForMetric',
  words: 'validation',
  input,
  output,
  run: async ({ alarms }, { actor, names }, request) => {
    const found = await alarms.describeAlarmsForMetric(actor, {
      metricName: request.MetricName,
      namespace: request.Namespace,
      statistic: request.Statistic,
      extendedStatistic: request.ExtendedStatistic,
      dimensions: request.Dimensions === undefined ? undefined : dimensionsByName(request.Dimensions),
      period: request.Period,
      unit: request.Unit,
    });
    return { MetricAlarms: found.map((alarm) => metricAlarmAnswer(alarm, names)) };
  },
});
