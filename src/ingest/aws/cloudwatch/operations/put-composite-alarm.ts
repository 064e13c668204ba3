import { actions, alarmArn, alarmName, tagList } from '../members.ts';
import { flag, integer, required, structure, text } from '../model/shapes.ts';
import { defineOperation, parameterInvalid } from '../operation.ts';
import { tagsByKey } from '../tags.ts';

const input = structure({
  ActionsEnabled: flag(),
  AlarmActions: actions,
  AlarmDescription: text({ max: 1024 }),
  AlarmName: required(alarmName),
  AlarmRule: required(text({ min: 1, max: 10_240 })),
  InsufficientDataActions: actions,
  OKActions: actions,
  Tags: tagList,
  ActionsSuppressor: alarmArn,
  ActionsSuppressorWaitPeriod: integer(),
  ActionsSuppressorExtensionPeriod: integer(),
  ActionConfiguration: structure({}),
});

export const putCompositeAlarm = defineOperation({
  name: 'PutCompositeAlarm',
  words: 'validation',
  input,
  run: async ({ alarms }, { actor }, request) => {
    if (request.ActionConfiguration !== undefined) {
      throw parameterInvalid(
        'The parameter ActionConfiguration is not offered: tags of an alarm always become labels of its notifications.',
      );
    }
    await alarms.putCompositeAlarm(actor, {
      alarmName: request.AlarmName,
      alarmDescription: request.AlarmDescription,
      actionsEnabled: request.ActionsEnabled,
      okActions: request.OKActions,
      alarmActions: request.AlarmActions,
      insufficientDataActions: request.InsufficientDataActions,
      alarmRule: request.AlarmRule,
      actionsSuppressor: request.ActionsSuppressor,
      actionsSuppressorWaitPeriod: request.ActionsSuppressorWaitPeriod,
      actionsSuppressorExtensionPeriod: request.ActionsSuppressorExtensionPeriod,
      tags: tagsByKey(request.Tags),
    });
  },
});
