import { isFailure } from '../../../base/index.ts';
import type { LogGroup } from '../../../logs/index.ts';
import { AWS_LIMITS } from '../limits.ts';
import {
  accountIdentifiers,
  describeLimit,
  logGroupClass,
  logGroupIdentifier,
  logGroupName,
  nextToken,
} from '../members.ts';
import type { Names } from '../names.ts';
import { type Call, defineOperation, given, type OperationParts, parameterInvalid } from '../operation.ts';
import { flag, list, members, text } from '../shape.ts';
import { logGroupClassOf, storageClassOf } from '../storage-class.ts';

const input = members({
  accountIdentifiers,
  logGroupNamePrefix: logGroupName,
  logGroupNamePattern: text({ max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]*' }),
  nextToken,
  limit: describeLimit,
  includeLinkedAccounts: flag(),
  logGroupClass,
  logGroupIdentifiers: list(logGroupIdentifier, { min: 1, max: AWS_LIMITS.groupsNamed }),
});

export const describeLogGroups = defineOperation('DescribeLogGroups', input, async (parts, call, request) => {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = request;
  if (prefix !== undefined && pattern !== undefined) {
    throw parameterInvalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  if (request.logGroupIdentifiers !== undefined) {
    if (prefix !== undefined || pattern !== undefined || request.logGroupClass !== undefined) {
      throw parameterInvalid('LogGroup identifiers cannot be combined with another filter.');
    }
    const groups = await groupsNamed(parts, call, request.logGroupIdentifiers);
    return { logGroups: groups.map((group) => describe(parts, call.names, group)) };
  }
  if (request.logGroupClass === 'DELIVERY') return { logGroups: [] };
  const page = await parts.logs.groups.list(call.actor, {
    limit: request.limit ?? 50,
    ...given({ prefix, pattern, storageClass: storageClassOf(request.logGroupClass), nextToken: request.nextToken }),
  });
  return {
    logGroups: page.items.map((group) => describe(parts, call.names, group)),
    ...given({ nextToken: page.nextToken }),
  };
});

/** Names of groups that do not exist are passed over, as the service does with a filter. */
async function groupsNamed(
  { logs }: OperationParts,
  { actor, names }: Call,
  identifiers: readonly string[],
): Promise<readonly LogGroup[]> {
  const groups: LogGroup[] = [];
  for (const name of [...new Set(identifiers.map((identifier) => names.logGroupOf(identifier)))].sort()) {
    try {
      groups.push(await logs.groups.get(actor, name));
    } catch (error) {
      if (!isFailure(error) || error.code !== 'logs.group-not-found') throw error;
    }
  }
  return groups;
}

const describe = (parts: OperationParts, names: Names, group: LogGroup): object => ({
  logGroupName: group.name,
  creationTime: group.createdMs,
  ...(group.retentionDays === 0 ? {} : { retentionInDays: group.retentionDays }),
  metricFilterCount: parts.metricFilters?.count(group) ?? 0,
  arn: `${names.logGroupArn(group.name)}:*`,
  logGroupArn: names.logGroupArn(group.name),
  storedBytes: group.storedBytes,
  logGroupClass: logGroupClassOf(group.storageClass),
  deletionProtectionEnabled: group.deletionProtected,
});
