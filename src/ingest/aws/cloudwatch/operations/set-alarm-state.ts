import { alarmName, stateValue } from '../members.ts';
import { required, structure, text } from '../model/shapes.ts';
import { defineOperation } from '../operation.ts';

const input = structure({
  AlarmName: required(alarmName),
  StateValue: required(stateValue),
  StateReason: required(text({ max: 1023 })),
  StateReasonData: text({ max: 4000 }),
});

export const setAlarmState = defineOperation({
  name: 'SetAlarmState',
  words: 'validation',
  input,
  run: async ({ alarms }, { actor }, request) => {
    await alarms.setAlarmState(actor, {
      alarmName: request.AlarmName,
      stateValue: request.StateValue,
      stateReason: request.StateReason,
      stateReasonData: request.StateReasonData,
    });
  },
});
