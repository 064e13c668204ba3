import type { LogStream } from '../../../logs/index.ts';
import { describeLimit, logGroupIdentifier, logGroupName, logStreamName, nextToken } from '../members.ts';
import type { Names } from '../names.ts';
import { chosenLogGroup, defineOperation, given, parameterInvalid } from '../operation.ts';
import { choice, flag, members } from '../shape.ts';

const input = members({
  logGroupName,
  logGroupIdentifier,
  logStreamNamePrefix: logStreamName,
  orderBy: choice('LogStreamName', 'LastEventTime'),
  descending: flag(),
  nextToken,
  limit: describeLimit,
});

export const describeLogStreams = defineOperation('DescribeLogStreams', input, async ({ logs }, call, request) => {
  const logGroup = chosenLogGroup(call.names, request);
  const byTime = request.orderBy === 'LastEventTime';
  if (byTime && request.logStreamNamePrefix !== undefined) {
    throw parameterInvalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const page = await logs.streams.list(call.actor, {
    logGroup,
    orderBy: byTime ? 'last-event' : 'name',
    descending: request.descending ?? false,
    limit: request.limit ?? 50,
    ...given({ prefix: request.logStreamNamePrefix, nextToken: request.nextToken }),
  });
  return {
    logStreams: page.items.map((stream) => describe(call.names, stream)),
    ...given({ nextToken: page.nextToken }),
  };
});

const describe = (names: Names, stream: LogStream): object => ({
  logStreamName: stream.name,
  creationTime: stream.createdMs,
  ...given({
    firstEventTimestamp: stream.firstEventMs,
    lastEventTimestamp: stream.lastEventMs,
    lastIngestionTime: stream.lastIngestMs,
  }),
  arn: names.logStreamArn(stream.logGroup, stream.name),
  storedBytes: stream.storedBytes,
});
