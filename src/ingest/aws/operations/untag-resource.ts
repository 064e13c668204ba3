import { resourceArn, tagKey } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { list, members, required } from '../shape.ts';

const input = members({ resourceArn: required(resourceArn), tagKeys: required(list(tagKey, { max: 50 })) });

export const untagResource = defineOperation('UntagResource', input, async ({ logs }, { actor, names }, request) => {
  await logs.groups.untag(actor, names.logGroupOfArn(request.resourceArn), request.tagKeys);
  return undefined;
});
