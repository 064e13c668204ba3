import { logGroupName } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { members, required } from '../shape.ts';

const input = members({ logGroupName: required(logGroupName) });

export const deleteRetentionPolicy = defineOperation(
  'DeleteRetentionPolicy',
  input,
  async ({ logs }, { actor }, request) => {
    await logs.groups.setRetention(actor, request.logGroupName, 0);
    return undefined;
  },
);
