import { logGroupName, tags } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { members, required } from '../shape.ts';

const input = members({ logGroupName: required(logGroupName), tags: required(tags) });

export const tagLogGroup = defineOperation('TagLogGroup', input, async ({ logs }, { actor }, request) => {
  await logs.groups.tag(actor, request.logGroupName, request.tags);
  return undefined;
});
