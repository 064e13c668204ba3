import { logGroupName, logStreamName } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { members, required } from '../shape.ts';

const input = members({ logGroupName: required(logGroupName), logStreamName: required(logStreamName) });

export const createLogStream = defineOperation('CreateLogStream', input, async ({ logs }, { actor }, request) => {
  await logs.streams.create(actor, request.logGroupName, request.logStreamName);
  return undefined;
});
