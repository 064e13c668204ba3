import { alarmOfArn } from '../alarm-arn.ts';
import { resourceArn, tagList } from '../members.ts';
import { required, structure } from '../model/shapes.ts';
import { defineOperation } from '../operation.ts';

export const listTagsForResource = defineOperation({
  name: 'ListTagsForResource',
  words: 'parameter',
  input: structure({ ResourceARN: required(resourceArn) }),
  output: structure({ Tags: tagList }),
  run: async ({ alarms }, { actor, names }, request) => {
    const tags = await alarms.listTagsForResource(actor, alarmOfArn(request.ResourceARN, names));
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
});
