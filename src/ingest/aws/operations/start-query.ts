import { AWS_LIMITS } from '../limits.ts';
import { logGroupIdentifier, logGroupName, queryLanguage, timestamp } from '../members.ts';
import { type Call, defineOperation, given, parameterInvalid } from '../operation.ts';
import { integer, list, members, required, type Shape, text } from '../shape.ts';

const input = members({
  queryLanguage,
  logGroupName,
  logGroupNames: list(logGroupName),
  logGroupIdentifiers: list(logGroupIdentifier),
  startTime: required(timestamp),
  endTime: required(timestamp),
  queryString: required(text({ max: 10_000 })),
  limit: integer({ min: 1, max: AWS_LIMITS.queryRows }),
});
type Request = typeof input extends Shape<infer T> ? T : never;

export const startQuery = defineOperation('StartQuery', input, async ({ logs }, call, request) => {
  if (request.queryLanguage !== undefined && request.queryLanguage !== 'CWLI') {
    throw parameterInvalid(`The query language ${request.queryLanguage} is not offered; use CWLI.`);
  }
  const logGroups = chosenLogGroups(call, request);
  checkTimes(request);
  return logs.queries.start(call.actor, {
    query: request.queryString,
    logGroups,
    startMs: request.startTime * 1000,
    // The API's end is inclusive and in seconds: all of that second belongs to it.
    endMs: (request.endTime + 1) * 1000,
    ...given({ limit: request.limit }),
  });
});

function chosenLogGroups({ names }: Call, request: Request): readonly string[] {
  const { logGroupName: one, logGroupNames: some, logGroupIdentifiers: identifiers } = request;
  const lists = [one === undefined ? undefined : [one], some, identifiers].filter((list) => list !== undefined);
  if (lists.length === 0 && /^\s*SOURCE\b/i.test(request.queryString)) return [];
  const chosen = [...new Set((lists[0] ?? []).map((name) => names.logGroupOf(name)))];
  if (lists.length !== 1 || chosen.length === 0) {
    throw parameterInvalid(
      'Exactly one of the parameters logGroupName, logGroupNames and logGroupIdentifiers must be specified.',
    );
  }
  if (chosen.length > AWS_LIMITS.groupsNamed) {
    throw parameterInvalid(`A query can name at most ${AWS_LIMITS.groupsNamed} log groups.`);
  }
  return chosen;
}

function checkTimes(request: Request): void {
  if (request.startTime > AWS_LIMITS.querySeconds || request.endTime > AWS_LIMITS.querySeconds) {
    throw parameterInvalid('startTime and endTime are in seconds since 1970; these look like milliseconds.');
  }
  if (request.startTime > request.endTime) {
    throw parameterInvalid('The start time of the query must not be after its end time.');
  }
}
