import { eventsLimit, logGroupIdentifier, logGroupName, logStreamName, nextToken, timestamp } from '../members.ts';
import { chosenLogGroup, defineOperation, given } from '../operation.ts';
import { flag, members, required } from '../shape.ts';

const input = members({
  logGroupName,
  logGroupIdentifier,
  logStreamName: required(logStreamName),
  startTime: timestamp,
  endTime: timestamp,
  nextToken,
  limit: eventsLimit,
  startFromHead: flag(),
  unmask: flag(),
});

export const getLogEvents = defineOperation('GetLogEvents', input, async ({ logs }, call, request) => {
  const page = await logs.events.get(call.actor, {
    logGroup: chosenLogGroup(call.names, request),
    logStream: request.logStreamName,
    limit: request.limit ?? 10_000,
    startFromHead: request.startFromHead ?? false,
    ...given({ startMs: request.startTime, endMs: request.endTime, nextToken: request.nextToken }),
  });
  return {
    events: page.events.map((event) => ({
      timestamp: event.timeMs,
      message: event.body,
      ingestionTime: event.ingestTimeMs,
    })),
    nextForwardToken: page.nextForwardToken,
    nextBackwardToken: page.nextBackwardToken,
  };
});
