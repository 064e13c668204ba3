import {
  type CloudWatchLogsClient,
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
import { ACCOUNT, REGION } from './edge-server.ts';
import { event, logStreamName, NOW, refusal, type SdkSession, startSdkSession } from './sdk-session.ts';

let session: SdkSession;
let client: CloudWatchLogsClient;
let logGroupName = '';
beforeAll(async () => {
  session = await startSdkSession();
  client = session.client;
});
afterAll(() => session.close());
beforeEach(async () => {
  logGroupName = await session.newGroup();
});

const put = (logEvents: InputLogEvent[]) => session.put(logGroupName, logEvents);

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
    expect(session.calls.at(-1)).toBe('streams last-event true');
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
      '@log': '/app',
      '@logStream': 's',
      '@timestamp': '1700000000123',
      '@ingestionTime': '1700000000200',
      '@message': '{"level":"info","http":{"status":200},"@log":"forged"}',
      '@ptr': 'p',
      level: 'info',
      'http.status': '200',
      retries: '3',
      service: 'shop',
      severityText: 'INFO',
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
    expect(session.calls.at(-1)).toBe(`start ${JSON.stringify(request)}`);
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
