import { alarmOfArn } from '../alarm-arn.ts';
import { resourceArn, tagKey } from '../members.ts';
import { list, required, structure } from '../model/shapes.ts';
import { defineOperation } from '../operation.ts';

export const untagResource = defineOperation({
  name: 'UntagResource',
  words: 'parameter',
  input: structure({ ResourceARN: required(resourceArn), TagKeys: required(list(tagKey, { max: 50 })) }),
  output: structure({}),
  run: async ({ alarms }, { actor, names }, request) => {
    await alarms.untagResource(actor, alarmOfArn(request.ResourceARN, names), request.TagKeys);
    return {};
  },
});
