import {
  eventsLimit,
  filterPattern,
  logGroupIdentifier,
  logGroupName,
  logStreamName,
  nextToken,
  timestamp,
} from '../members.ts';
import { chosenLogGroup, defineOperation, given, parameterInvalid } from '../operation.ts';
import { flag, list, members } from '../shape.ts';

const input = members({
  logGroupName,
  logGroupIdentifier,
  logStreamNames: list(logStreamName, { min: 1, max: 100 }),
  logStreamNamePrefix: logStreamName,
  startTime: timestamp,
  endTime: timestamp,
  filterPattern,
  nextToken,
  limit: eventsLimit,
  interleaved: flag(),
  unmask: flag(),
  startFromHead: flag(),
});

export const filterLogEvents = defineOperation('FilterLogEvents', input, async ({ logs }, call, request) => {
  if (request.logStreamNames !== undefined && request.logStreamNamePrefix !== undefined) {
    throw parameterInvalid('LogStream names and LogStream name prefix are mutually exclusive parameters.');
  }
  const page = await logs.events.filter(call.actor, {
    logGroup: chosenLogGroup(call.names, request),
    limit: request.limit ?? 10_000,
    startFromHead: request.startFromHead ?? true,
    ...given({
      logStreams: request.logStreamNames,
      logStreamPrefix: request.logStreamNamePrefix,
      filterPattern: request.filterPattern,
      startMs: request.startTime,
      // Inclusive in this operation, unlike in GetLogEvents.
      endMs: request.endTime === undefined ? undefined : request.endTime + 1,
      nextToken: request.nextToken,
    }),
  });
  return {
    events: page.events.map((event) => ({
      logStreamName: event.logStream,
      timestamp: event.timeMs,
      message: event.body,
      ingestionTime: event.ingestTimeMs,
      eventId: event.eventId,
    })),
    // The service stopped filling this list in 2019 and still sends it.
    searchedLogStreams: [],
    ...given({ nextToken: page.nextToken }),
  };
});
