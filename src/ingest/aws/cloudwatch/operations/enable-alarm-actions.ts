import { alarmNames } from '../members.ts';
import { required, structure } from '../model/shapes.ts';
import { defineOperation } from '../operation.ts';

const input = structure({ AlarmNames: required(alarmNames) });

export const enableAlarmActions = defineOperation({
  name: 'EnableAlarmActions',
  words: 'validation',
  input,
  run: async ({ alarms }, { actor }, request) => {
    await alarms.enableAlarmActions(actor, request.AlarmNames);
  },
});
