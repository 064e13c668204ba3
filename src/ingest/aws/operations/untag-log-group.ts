import { logGroupName, tagKey } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { list, members, required } from '../shape.ts';

const input = members({ logGroupName: required(logGroupName), tags: required(list(tagKey, { min: 1, max: 50 })) });

export const untagLogGroup = defineOperation('UntagLogGroup', input, async ({ logs }, { actor }, request) => {
  await logs.groups.untag(actor, request.logGroupName, request.tags);
  return undefined;
});
