import { compositeAlarm, compositeAlarmAnswer, metricAlarm, metricAlarmAnswer } from '../alarm-answers.ts';
import { alarmName, alarmNames, alarmTypes, maxRecords, nextToken, stateValue } from '../members.ts';
import { list, structure, text } from '../model/shapes.ts';
import { defineOperation } from '../operation.ts';

const input = structure({
  AlarmNames: alarmNames,
  AlarmNamePrefix: text({ min: 1, max: 255 }),
  AlarmTypes: alarmTypes,
  ChildrenOfAlarmName: alarmName,
  ParentsOfAlarmName: alarmName,
  StateValue: stateValue,
  ActionPrefix: text({ min: 1, max: 1024 }),
  MaxRecords: maxRecords,
  NextToken: nextToken,
});
const output = structure({
  CompositeAlarms: list(compositeAlarm),
  MetricAlarms: list(metricAlarm),
  NextToken: text(),
});

export const describeAlarms = defineOperation({
  name: 'DescribeAlarms',
  words: 'validation',
  input,
  output,
  run: async ({ alarms }, { actor, names }, request) => {
    const page = await alarms.describeAlarms(actor, {
      alarmNames: request.AlarmNames,
      alarmNamePrefix: request.AlarmNamePrefix,
      alarmTypes: request.AlarmTypes,
      childrenOfAlarmName: request.ChildrenOfAlarmName,
      parentsOfAlarmName: request.ParentsOfAlarmName,
      stateValue: request.StateValue,
      actionPrefix: request.ActionPrefix,
      maxRecords: request.MaxRecords,
      nextToken: request.NextToken,
    });
    return {
      CompositeAlarms: page.compositeAlarms.map((alarm) => compositeAlarmAnswer(alarm, names)),
      MetricAlarms: page.metricAlarms.map((alarm) => metricAlarmAnswer(alarm, names)),
      NextToken: page.nextToken,
    };
  },
});
