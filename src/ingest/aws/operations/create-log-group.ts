import { logGroupClass, logGroupName, tags } from '../members.ts';
import { defineOperation, given, parameterInvalid } from '../operation.ts';
import { flag, members, required, text } from '../shape.ts';
import { storageClassOf } from '../storage-class.ts';

const input = members({
  logGroupName: required(logGroupName),
  kmsKeyId: text({ max: 256 }),
  tags,
  logGroupClass,
  deletionProtectionEnabled: flag(),
});

export const createLogGroup = defineOperation('CreateLogGroup', input, async ({ logs }, { actor }, request) => {
  if (request.kmsKeyId !== undefined) {
    // Taking it in silence would let the sender believe that its own key protects the records.
    throw parameterInvalid('The parameter kmsKeyId is not offered: no key of AWS KMS can be used here.');
  }
  const storageClass = storageClassOf(request.logGroupClass);
  await logs.groups.create(actor, {
    name: request.logGroupName,
    // In this API a group whose creator says nothing of retention keeps for ever.
    retentionDays: 0,
    ...given({ storageClass, tags: request.tags, deletionProtected: request.deletionProtectionEnabled }),
  });
  return undefined;
});
