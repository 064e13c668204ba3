import { alarmOfArn } from '../alarm-arn.ts';
import { resourceArn, tagList } from '../members.ts';
import { required, structure } from '../model/shapes.ts';
import { defineOperation } from '../operation.ts';
import { tagsByKey } from '../tags.ts';

export const tagResource = defineOperation({
  name: 'TagResource',
  words: 'parameter',
  input: structure({ ResourceARN: required(resourceArn), Tags: required(tagList) }),
  output: structure({}),
  run: async ({ alarms }, { actor, names }, request) => {
    await alarms.tagResource(actor, alarmOfArn(request.ResourceARN, names), tagsByKey(request.Tags) ?? {});
    return {};
  },
});
