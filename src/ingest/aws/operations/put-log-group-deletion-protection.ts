import { logGroupIdentifier } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { flag, members, required } from '../shape.ts';

const input = members({
  logGroupIdentifier: required(logGroupIdentifier),
  deletionProtectionEnabled: required(flag()),
});

export const putLogGroupDeletionProtection = defineOperation(
  'PutLogGroupDeletionProtection',
  input,
  async ({ logs }, { actor, names }, request) => {
    const logGroup = names.logGroupOf(request.logGroupIdentifier);
    await logs.groups.setDeletionProtection(actor, logGroup, request.deletionProtectionEnabled);
    return undefined;
  },
);
