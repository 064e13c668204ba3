import { logGroupName } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { members, required } from '../shape.ts';

const input = members({ logGroupName: required(logGroupName) });

export const listTagsLogGroup = defineOperation('ListTagsLogGroup', input, async ({ logs }, { actor }, request) => {
  const group = await logs.groups.get(actor, request.logGroupName);
  return { tags: group.tags };
});
