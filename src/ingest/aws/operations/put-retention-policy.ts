import { logGroupName } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { integer, members, required } from '../shape.ts';

const input = members({ logGroupName: required(logGroupName), retentionInDays: required(integer({ min: 1 })) });

export const putRetentionPolicy = defineOperation('PutRetentionPolicy', input, async ({ logs }, { actor }, request) => {
  await logs.groups.setRetention(actor, request.logGroupName, request.retentionInDays);
  return undefined;
});
