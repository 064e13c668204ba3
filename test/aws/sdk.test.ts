import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeQueriesCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  GetLogRecordCommand,
  GetQueryResultsCommand,
  type InputLogEvent,
  ListLogGroupsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  type PutLogEventsCommandOutput,
  PutLogGroupDeletionProtectionCommand,
  PutRetentionPolicyCommand,
  paginateDescribeLogGroups,
  StartQueryCommand,
  StopQueryCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagLogGroupCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, DAY_MS, HOUR_MS } from '../../src/base/index.ts';
import { ACCOUNT, type EdgeServer, KEY, REGION, startEdge } from './edge-server.ts';
import { createMemoryLogs } from './memory-logs.ts';

// Stands still at the time of the start, so that the rules about age can be tested to the millisecond.
const clock = createManualClock(Date.now());
const NOW = clock.nowMs();
const memory = createMemoryLogs(clock);
let server: EdgeServer;
let client: CloudWatchLogsClient;
beforeAll(async () => {
  server = await startEdge({ ...memory, clock });
  client = new CloudWatchLogsClient({ endpoint: server.url, region: REGION, credentials: KEY, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

const refusal = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
};

let counter = 0;
let logGroupName = '';
const logStreamName = 'web/1';
beforeEach(async () => {
  counter += 1;
  logGroupName = `/shop/${counter}`;
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
});

const put = (logEvents: InputLogEvent[]): Promise<PutLogEventsCommandOutput> =>
  client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
const event = (ageMs: number, message = 'm'): InputLogEvent => ({ timestamp: NOW - ageMs, message });
const stored = async (): Promise<(string | undefined)[]> => {
  const page = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }));
  return (page.events ?? []).map((entry) => entry.message);
};

describe('log groups', () => {
  const arn = (): string => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logGroupName}`;

  it('are described with their numbers, class and names', async () => {
    await client.send(
      new CreateLogGroupCommand({
        logGroupName: `${logGroupName}/x`,
        logGroupClass: 'INFREQUENT_ACCESS',
        tags: { team: 'a' },
        deletionProtectionEnabled: true,
      }),
    );
    await client.send(new PutRetentionPolicyCommand({ logGroupName: `${logGroupName}/x`, retentionInDays: 30 }));
    const page = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    expect(page.logGroups).toEqual([
      {
        logGroupName,
        creationTime: NOW,
        metricFilterCount: 0,
        arn: `${arn()}:*`,
        logGroupArn: arn(),
        storedBytes: 0,
        logGroupClass: 'STANDARD',
        deletionProtectionEnabled: false,
      },
      expect.objectContaining({
        logGroupName: `${logGroupName}/x`,
        retentionInDays: 30,
        logGroupClass: 'INFREQUENT_ACCESS',
        deletionProtectionEnabled: true,
      }),
    ]);
    expect(await refusal(client.send(new DeleteLogGroupCommand({ logGroupName: `${logGroupName}/x` })))).toMatch(
      /^ValidationException: .*deletion protection/,
    );
    await client.send(
      new PutLogGroupDeletionProtectionCommand({
        logGroupIdentifier: `${arn()}/x`,
        deletionProtectionEnabled: false,
      }),
    );
    await client.send(new DeleteLogGroupCommand({ logGroupName: `${logGroupName}/x` }));
  });

  it('are paged, filtered by class, pattern and identifier', async () => {
    const names: (string | undefined)[] = [];
    for (const suffix of ['a', 'b', 'c']) {
      await client.send(new CreateLogGroupCommand({ logGroupName: `${logGroupName}/${suffix}` }));
    }
    const pages = paginateDescribeLogGroups({ client, pageSize: 2 }, { logGroupNamePrefix: logGroupName });
    for await (const page of pages) names.push(...(page.logGroups ?? []).map((group) => group.logGroupName));
    expect(names).toEqual(['', '/a', '/b', '/c'].map((suffix) => `${logGroupName}${suffix}`));
    const listed = await client.send(new ListLogGroupsCommand({ logGroupNamePattern: `^${logGroupName}/b|nothing` }));
    expect(listed.logGroups).toEqual([
      { logGroupName: `${logGroupName}/b`, logGroupArn: `${arn()}/b`, logGroupClass: 'STANDARD' },
    ]);
    const both = new DescribeLogGroupsCommand({ logGroupNamePrefix: 'a', logGroupNamePattern: 'b' });
    expect(await refusal(client.send(both))).toMatch(/^InvalidParameterException: .*mutually exclusive/);
    const named = await client.send(
      new DescribeLogGroupsCommand({ logGroupIdentifiers: [`${arn()}/c`, logGroupName, 'no-such-group'] }),
    );
    expect(named.logGroups?.map((group) => group.logGroupName)).toEqual([logGroupName, `${logGroupName}/c`]);
  });

  it('carry tags, reached by name and by ARN', async () => {
    await client.send(new TagLogGroupCommand({ logGroupName, tags: { a: '1', b: '2' } }));
    await client.send(new TagResourceCommand({ resourceArn: arn(), tags: { c: '3' } }));
    // The form with `:*`, which DescribeLogGroups gives as `arn`, is none that the API takes.
    const starred = client.send(new TagResourceCommand({ resourceArn: `${arn()}:*`, tags: { d: '4' } }));
    expect(await refusal(starred)).toMatch(/^InvalidParameterException: .* at 'resourceArn'/);
    await client.send(new UntagLogGroupCommand({ logGroupName, tags: ['a'] }));
    await client.send(new UntagResourceCommand({ resourceArn: arn(), tagKeys: ['b'] }));
    expect((await client.send(new ListTagsLogGroupCommand({ logGroupName }))).tags).toEqual({ c: '3' });
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn: arn() }))).tags).toEqual({ c: '3' });
    const found = await client.send(new ListLogGroupsCommand({ logGroupTags: [{ key: 'c', values: ['!4', '9'] }] }));
    expect(found.logGroups?.map((group) => group.logGroupName)).toEqual([logGroupName]);
    const missed = await client.send(new ListLogGroupsCommand({ logGroupTags: [{ key: 'c', values: ['*4', '1*'] }] }));
    expect(missed.logGroups).toEqual([]);
  });
});

describe('log streams', () => {
  it('are described in the order asked for', async () => {
    const page = await client.send(
      new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true }),
    );
    expect(page.logStreams).toEqual([
      {
        logStreamName,
        creationTime: NOW,
        arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logGroupName}:log-stream:${logStreamName}`,
        storedBytes: 0,
      },
    ]);
    expect(memory.calls.at(-1)).toBe('streams last-event true');
    const wrong = new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', logStreamNamePrefix: 'w' });
    expect(await refusal(client.send(wrong))).toBe(
      'InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix.',
    );
  });

  it('cannot be made twice, and are gone when deleted', async () => {
    expect(await refusal(client.send(new CreateLogStreamCommand({ logGroupName, logStreamName })))).toBe(
      'ResourceAlreadyExistsException: The specified log stream already exists',
    );
    await client.send(new DeleteLogStreamCommand({ logGroupName, logStreamName }));
    expect(await refusal(put([event(0)]))).toBe('ResourceNotFoundException: The specified log stream does not exist.');
  });
});

describe('PutLogEvents', () => {
  it('stores what it accepts, in order', async () => {
    const answer = await put([event(2, 'first'), event(1, 'zwölf €'), event(1, 'third')]);
    expect(answer.nextSequenceToken).toMatch(/^\d{56}$/);
    expect(answer.rejectedLogEventsInfo).toBeUndefined();
    expect(await stored()).toEqual(['first', 'zwölf €', 'third']);
  });

  it('ignores sequence tokens and entities', async () => {
    const answer = await client.send(
      new PutLogEventsCommand({
        logGroupName,
        logStreamName,
        logEvents: [event(0)],
        sequenceToken: 'stale',
        entity: { keyAttributes: { Type: 'Service', Name: 'shop' } },
      }),
    );
    expect(answer.rejectedEntityInfo).toBeUndefined();
  });

  it('refuses a batch that is out of order or spans more than 24 hours', async () => {
    expect(await refusal(put([event(1), event(2)]))).toBe(
      'InvalidParameterException: Log events in a single PutLogEvents request must be in chronological order.',
    );
    expect(await refusal(put([event(DAY_MS + 1), event(0)]))).toBe(
      'InvalidParameterException: The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
    expect(await refusal(put([event(DAY_MS), event(0)]))).toBe('accepted');
    expect(await stored()).toHaveLength(2);
  });

  it('leaves out events that are too old or too new and names them by index', async () => {
    const answer = await put([
      event(20 * DAY_MS, 'old'),
      event(14 * DAY_MS + 1, 'old'),
      event(0, 'kept'),
      event(-2 * HOUR_MS, 'kept'),
      event(-2 * HOUR_MS - 1, 'new'),
    ]);
    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 2, tooNewLogEventStartIndex: 4 });
    expect(await stored()).toEqual(['kept', 'kept']);
  });

  it('names events older than the retention of the group', async () => {
    await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }));
    const answer = await put([event(15 * DAY_MS), event(DAY_MS + 5), event(DAY_MS + 4), event(HOUR_MS, 'kept')]);
    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, expiredLogEventEndIndex: 3 });
    expect(await stored()).toEqual(['kept']);
  });

  it('accepts a batch of nothing but events that are left out, if the stream exists', async () => {
    expect((await put([event(-DAY_MS)])).rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 0 });
    logGroupName = 'none';
    expect(await refusal(put([event(-DAY_MS)]))).toBe(
      'ResourceNotFoundException: The specified log group does not exist.',
    );
  });

  it('takes 10,000 events and not one more', async () => {
    const many = Array.from({ length: 10_000 }, () => event(0, 'x'));
    expect(await refusal(put(many))).toBe('accepted');
    expect(await stored()).toHaveLength(10_000);
    expect(await refusal(put([...many, event(0)]))).toMatch(
      /^InvalidParameterException: 1 validation error detected: .* at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to 10000$/,
    );
    expect(await refusal(put([]))).toMatch(/at 'logEvents' .*greater than or equal to 1$/);
  });

  it('takes 1,048,576 bytes of UTF-8 with 26 for each event, and not one more', async () => {
    const half = 1_048_576 / 2 - 26;
    expect(await refusal(put([event(0, 'a'.repeat(half)), event(0, 'é'.repeat(half / 2))]))).toBe('accepted');
    expect(await refusal(put([event(0, 'a'.repeat(half)), event(0, `${'é'.repeat(half / 2)}a`)]))).toBe(
      'InvalidParameterException: Upload too large: 1048577 bytes exceeds limit of 1048576',
    );
    expect(await refusal(put([event(0, 'a'.repeat(1_048_550))]))).toBe('accepted');
    expect(await refusal(put([event(0, 'a'.repeat(1_048_551))]))).toBe(
      'InvalidParameterException: Log event too large: 1048577 bytes exceeds limit of 1048576',
    );
    // Every character becomes six in JSON: the largest body that is allowed.
    expect(await refusal(put([event(0, '\u0001'.repeat(1_048_550))]))).toBe('accepted');
  });

  it('takes NUL and lone surrogates, and refuses an empty message', async () => {
    expect(await refusal(put([event(0, 'a\u0000b\ud800c')]))).toBe('accepted');
    expect(await refusal(put([event(0, 'a'), event(0, '')]))).toMatch(
      /Value '' at 'logEvents\.2\.member\.message' failed to satisfy constraint: Member must have length greater than or equal to 1$/,
    );
  });

  it('counts what it accepted, left out and refused', async () => {
    const before = server.counters.list()[0];
    await put([event(0), event(-DAY_MS)]);
    await refusal(put([event(1), event(2)]));
    const after = server.counters.list()[0];
    expect((after?.records ?? 0) - (before?.records ?? 0)).toBe(1);
    expect((after?.refusedRecords ?? 0) - (before?.refusedRecords ?? 0)).toBe(1);
    expect((after?.refusedRequests ?? 0) - (before?.refusedRequests ?? 0)).toBe(1);
  });
});

describe('reading events', () => {
  it('pages a stream with tokens that end where they began', async () => {
    await put([event(3, 'a'), event(2, 'b'), event(1, 'c')]);
    const identifier = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logGroupName}`;
    const page = (nextToken?: string) =>
      client.send(
        new GetLogEventsCommand({
          logGroupIdentifier: identifier,
          logStreamName,
          limit: 2,
          startFromHead: true,
          nextToken,
        }),
      );
    const first = await page();
    expect(first.events?.map((entry) => entry.timestamp)).toEqual([NOW - 3, NOW - 2]);
    const second = await page(first.nextForwardToken);
    const third = await page(second.nextForwardToken);
    expect([second.events?.length, third.events?.length]).toEqual([1, 0]);
    expect(third.nextForwardToken).toBe(second.nextForwardToken);
  });

  it('wants a group by name or by identifier, not both', async () => {
    expect(await refusal(client.send(new GetLogEventsCommand({ logStreamName })))).toMatch(
      /^InvalidParameterException/,
    );
    const both = { logGroupName, logGroupIdentifier: logGroupName, logStreamName };
    expect(await refusal(client.send(new GetLogEventsCommand(both)))).toMatch(/mutually exclusive/);
  });

  it('filters many streams', async () => {
    await put([event(3, 'error one'), event(2, 'fine'), event(1, 'error two')]);
    const page = await client.send(new FilterLogEventsCommand({ logGroupName, filterPattern: 'error', limit: 1 }));
    expect(page).toMatchObject({
      events: [{ logStreamName, message: 'error one', timestamp: NOW - 3, eventId: 'e0', ingestionTime: NOW }],
      searchedLogStreams: [],
    });
    expect(page.nextToken).toBeDefined();
    const streams = { logStreamNames: ['a'], logStreamNamePrefix: 'b' };
    expect(await refusal(client.send(new FilterLogEventsCommand({ logGroupName, ...streams })))).toMatch(
      /^InvalidParameterException/,
    );
    expect(await refusal(client.send(new FilterLogEventsCommand({ logGroupName, filterPattern: '{' })))).toMatch(
      /^InvalidParameterException: The filter pattern is wrong at column 2/,
    );
  });

  it('gives a record its fields, and lets none of the body pass for its own', async () => {
    const { logRecord } = await client.send(new GetLogRecordCommand({ logRecordPointer: 'p' }));
    expect(logRecord).toEqual({
      '@log': `${ACCOUNT}:/app`,
      '@logStream': 's',
      '@timestamp': '1700000000123',
      '@ingestionTime': '1700000000200',
      '@message': '{"level":"info","http":{"status":200},"@log":"forged"}',
      '@ptr': 'p',
      level: 'info',
      'http.status': '200',
      retries: '3',
      service: 'shop',
      severity: 'INFO',
      severityNumber: '9',
    });
  });
});

describe('queries', () => {
  const start = (overrides: object = {}) =>
    client.send(
      new StartQueryCommand({
        logGroupName,
        startTime: 100,
        endTime: 200,
        queryString: 'fields n',
        limit: 5,
        ...overrides,
      }),
    );

  it('run over a range of whole seconds and answer rows of named values', async () => {
    const { queryId } = await start();
    const request = { query: 'fields n', logGroups: [logGroupName], startMs: 100_000, endMs: 201_000, limit: 5 };
    expect(memory.calls.at(-1)).toBe(`start ${JSON.stringify(request)}`);
    const results = await client.send(new GetQueryResultsCommand({ queryId }));
    expect(results.status).toBe('Complete');
    expect(results.results?.slice(0, 2)).toEqual([
      [
        { field: '@timestamp', value: '2023-11-14 22:13:20.000' },
        { field: 'n', value: '1.5' },
        { field: '@ptr', value: 'p0' },
      ],
      [
        { field: '@timestamp', value: '2023-11-14 22:13:21.000' },
        { field: 'n', value: '2' },
        { field: 'missing', value: 'here' },
        { field: '@ptr', value: 'p1' },
      ],
    ]);
    expect(results.statistics).toMatchObject({ recordsMatched: 3, recordsScanned: 10, bytesScanned: 1000 });
    const page = await client.send(new GetQueryResultsCommand({ queryId, maxItems: 2 }));
    const rest = await client.send(new GetQueryResultsCommand({ queryId, maxItems: 2, nextToken: page.nextToken }));
    expect([page.results?.length, rest.results?.length, rest.nextToken]).toEqual([2, 1, undefined]);
    const foreign = new GetQueryResultsCommand({ queryId, nextToken: Buffer.from('1 other').toString('base64url') });
    expect(await refusal(client.send(foreign))).toBe('InvalidParameterException: The specified nextToken is invalid.');
    expect(await refusal(client.send(new StopQueryCommand({ queryId })))).toMatch(/has already ended/);
    const described = await client.send(new DescribeQueriesCommand({ logGroupName }));
    expect(described.queries?.[0]).toMatchObject({ queryId: 'query-0', status: 'Complete', queryString: 'fields n' });
  });

  it('take names, several names or ARNs, but only one of them', async () => {
    const arn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logGroupName}`;
    expect(await refusal(start({ logGroupName: undefined, logGroupIdentifiers: [arn] }))).toBe('accepted');
    expect(await refusal(start({ logGroupName: undefined, logGroupNames: [logGroupName] }))).toBe('accepted');
    expect(await refusal(start({ logGroupNames: [logGroupName] }))).toMatch(/^InvalidParameterException: Exactly one/);
    expect(await refusal(start({ logGroupName: undefined }))).toMatch(/^InvalidParameterException: Exactly one/);
    expect(await refusal(start({ logGroupName: 'none' }))).toMatch(/^ResourceNotFoundException/);
  });

  it('refuse milliseconds, a range turned round, and other languages', async () => {
    expect(await refusal(start({ endTime: NOW }))).toMatch(/look like milliseconds/);
    expect(await refusal(start({ startTime: 300 }))).toMatch(/must not be after/);
    expect(await refusal(start({ queryLanguage: 'SQL' }))).toMatch(/SQL is not offered/);
    expect(await refusal(client.send(new GetQueryResultsCommand({ queryId: 'none' })))).toBe(
      'ResourceNotFoundException: The specified query does not exist.',
    );
  });
});
