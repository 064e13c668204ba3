import { logGroupName } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { members, required } from '../shape.ts';

const input = members({ logGroupName: required(logGroupName) });

export const deleteLogGroup = defineOperation('DeleteLogGroup', input, async ({ logs }, { actor }, request) => {
  await logs.groups.remove(actor, request.logGroupName);
  return undefined;
});
