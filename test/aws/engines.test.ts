import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeQueriesCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  GetLogGroupFieldsCommand,
  GetLogRecordCommand,
  GetQueryResultsCommand,
  MalformedQueryException,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/base/index.ts';
import { ACCOUNT, type EdgeServer, KEY, REGION, startEdge } from './edge-server.ts';
import { openRealParts, type RealParts } from './real-parts.ts';
import { refusal } from './sdk-session.ts';

const logGroupName = '/shop/orders';
const logStreamName = 'web-1';
let parts: RealParts;
let server: EdgeServer;
let client: CloudWatchLogsClient;
const clientOf = (credentials: { accessKeyId: string; secretAccessKey: string }): CloudWatchLogsClient =>
  new CloudWatchLogsClient({ endpoint: server.url, region: REGION, credentials, maxAttempts: 1 });
const now = Date.now();

beforeAll(async () => {
  parts = await openRealParts();
  server = await startEdge({ ...parts, ...parts.access });
  client = clientOf(KEY);
  await client.send(new CreateLogGroupCommand({ logGroupName, tags: { team: 'shop' } }));
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = Array.from({ length: 30 }, (_, index) => ({
    timestamp: now - 60_000 + index * 1000,
    message: JSON.stringify({ level: index % 3 === 0 ? 'error' : 'info', ms: index, user: { id: `u${index % 2}` } }),
  }));
  await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
});
afterAll(async () => {
  client?.destroy();
  await server?.close();
  await parts?.close();
});

async function query(queryString: string) {
  const { queryId } = await client.send(
    new StartQueryCommand({
      logGroupName,
      startTime: Math.floor(now / 1000) - 3600,
      endTime: Math.floor(now / 1000) + 60,
      queryString,
    }),
  );
  for (;;) {
    const results = await client.send(new GetQueryResultsCommand({ queryId }));
    if (results.status !== 'Scheduled' && results.status !== 'Running') return { queryId, ...results };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('over the real engines', () => {
  it('reads back what it wrote, paged both ways', async () => {
    const first = await client.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, limit: 20 }),
    );
    expect(first.events?.map((event) => event.timestamp)).toEqual(
      Array.from({ length: 20 }, (_, index) => now - 60_000 + index * 1000),
    );
    const second = await client.send(
      new GetLogEventsCommand({
        logGroupName,
        logStreamName,
        startFromHead: true,
        limit: 20,
        nextToken: first.nextForwardToken,
      }),
    );
    expect(second.events).toHaveLength(10);
    const end = await client.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, nextToken: second.nextForwardToken }),
    );
    expect([end.events, end.nextForwardToken]).toEqual([[], second.nextForwardToken]);
  });

  it('bounds GetLogEvents by an exclusive end and FilterLogEvents by an inclusive one', async () => {
    const range = { startTime: now - 60_000, endTime: now - 58_000 };
    const got = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName, ...range }));
    expect(got.events).toHaveLength(2);
    const filtered = await client.send(new FilterLogEventsCommand({ logGroupName, ...range }));
    expect(filtered.events).toHaveLength(3);
    // Clients send the largest 64-bit integer for "no end".
    const all = await client.send(new FilterLogEventsCommand({ logGroupName, endTime: Number.MAX_SAFE_INTEGER }));
    expect(all.events).toHaveLength(30);
  });

  it('filters by pattern, page by page', async () => {
    const found: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName,
          filterPattern: '{ $.level = "error" && $.ms > 5 }',
          limit: 3,
          nextToken,
        }),
      );
      found.push(...(page.events ?? []).map((event) => event.message));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(found.map((message) => (JSON.parse(message ?? '{}') as { ms: number }).ms)).toEqual([
      6, 9, 12, 15, 18, 21, 24, 27,
    ]);
    expect(await refusal(client.send(new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.a = ' })))).toMatch(
      /^InvalidParameterException: The filter pattern is wrong at column \d+/,
    );
  });

  it('answers queries, and gives the record behind a pointer', async () => {
    const stats = await query('stats count(*) as n, avg(ms) as mean by level | sort level asc');
    expect(stats.status).toBe('Complete');
    expect(stats.results).toEqual([
      [
        { field: 'level', value: 'error' },
        { field: 'n', value: '10' },
        { field: 'mean', value: '13.5' },
      ],
      [
        { field: 'level', value: 'info' },
        { field: 'n', value: '20' },
        { field: 'mean', value: '15' },
      ],
    ]);
    expect(stats.statistics).toMatchObject({ recordsScanned: 30, recordsMatched: 30, logGroupsScanned: 1 });
    const rows = await query('fields @timestamp, @message | filter level = "error" | sort @timestamp desc | limit 2');
    expect(rows.results?.map((row) => row.map((cell) => cell.field))).toEqual([
      ['@timestamp', '@message', '@ptr'],
      ['@timestamp', '@message', '@ptr'],
    ]);
    const [timestamp, , pointer] = rows.results?.[0] ?? [];
    expect(timestamp?.value).toBe(new Date(now - 33_000).toISOString().replace('T', ' ').replace('Z', ''));
    const { logRecord } = await client.send(new GetLogRecordCommand({ logRecordPointer: pointer?.value }));
    expect(logRecord).toMatchObject({
      '@log': logGroupName,
      '@logStream': logStreamName,
      '@timestamp': String(now - 33_000),
      level: 'error',
      ms: '27',
      'user.id': 'u1',
    });
    expect(await refusal(client.send(new StopQueryCommand({ queryId: rows.queryId })))).toMatch(
      /^InvalidParameterException/,
    );
    const queries = await client.send(new DescribeQueriesCommand({ logGroupName, status: 'Complete' }));
    expect(queries.queries?.[0]).toMatchObject({ queryId: rows.queryId, logGroupName, status: 'Complete' });
    expect(await refusal(client.send(new GetLogRecordCommand({ logRecordPointer: 'none' })))).toMatch(
      /^InvalidParameterException/,
    );
  });

  it('points at the mistake in a query', async () => {
    const wrong = client.send(
      new StartQueryCommand({ logGroupName, startTime: 1, endTime: 2, queryString: 'fields @message | bogus 1' }),
    );
    const error = await wrong.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(MalformedQueryException);
    const { location } = (error as MalformedQueryException).queryCompileError ?? {};
    expect(location).toEqual({ startCharOffset: 18, endCharOffset: 23 });
  });

  it('counts the fields of a group', async () => {
    const { logGroupFields } = await client.send(new GetLogGroupFieldsCommand({ logGroupName, time: now - 60_000 }));
    expect(logGroupFields).toEqual(
      expect.arrayContaining([
        { name: '@message', percent: 100 },
        { name: 'level', percent: 100 },
        { name: 'user.id', percent: 100 },
      ]),
    );
    const longAgo = new GetLogGroupFieldsCommand({ logGroupName, time: now - DAY_MS });
    expect((await client.send(longAgo)).logGroupFields).toEqual([]);
    expect(await refusal(client.send(new GetLogGroupFieldsCommand({ logGroupName: 'none' })))).toMatch(
      /^ResourceNotFoundException/,
    );
  });

  it('masks secrets and keeps what text may not hold out of the store', async () => {
    const stream = { logGroupName, logStreamName: 'secrets' };
    await client.send(new CreateLogStreamCommand(stream));
    const secret = `AKIA${'Q3EGRZ7KNTPWX5LV'}`;
    await client.send(
      new PutLogEventsCommand({
        ...stream,
        logEvents: [{ timestamp: Date.now(), message: `aws_access_key_id=${secret} nul=\u0000 half=\ud800 end` }],
      }),
    );
    const { events } = await client.send(new GetLogEventsCommand(stream));
    expect(events?.[0]?.message).not.toContain(secret);
    expect(events?.[0]?.message).toContain('nul=\u2400 half=\ufffd end');
  });

  it('leaves out what is older than the retention, and takes a full batch', async () => {
    const group = { logGroupName: '/short' };
    await client.send(new CreateLogGroupCommand(group));
    expect(
      (await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/short' }))).logGroups?.[0],
    ).not.toHaveProperty('retentionInDays');
    await client.send(new CreateLogStreamCommand({ ...group, logStreamName }));
    await client.send(new PutRetentionPolicyCommand({ ...group, retentionInDays: 1 }));
    expect(await refusal(client.send(new PutRetentionPolicyCommand({ ...group, retentionInDays: 2 })))).toMatch(
      /at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: \[1, 3, 5, 7/,
    );
    const at = Date.now();
    const mixed = await client.send(
      new PutLogEventsCommand({
        ...group,
        logStreamName,
        logEvents: [
          { timestamp: at - 15 * DAY_MS, message: 'too old' },
          { timestamp: at - DAY_MS - 60_000, message: 'expired' },
          { timestamp: at - DAY_MS / 2, message: 'kept' },
        ],
      }),
    );
    expect(mixed.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, expiredLogEventEndIndex: 2 });
    const many = Array.from({ length: 10_000 }, () => ({ timestamp: at, message: 'x'.repeat(78) }));
    await client.send(new PutLogEventsCommand({ ...group, logStreamName, logEvents: many }));
    const page = await client.send(new GetLogEventsCommand({ ...group, logStreamName, startFromHead: true }));
    expect(page.events?.[0]?.message).toBe('kept');
    const huge = { timestamp: at, message: 'y'.repeat(1_048_550) };
    expect(await refusal(client.send(new PutLogEventsCommand({ ...group, logStreamName, logEvents: [huge] })))).toBe(
      'accepted',
    );
    const streams = await client.send(new DescribeLogStreamsCommand({ ...group, orderBy: 'LastEventTime' }));
    expect(streams.logStreams?.[0]).toMatchObject({ logStreamName, lastEventTimestamp: at });
    await client.send(new DeleteLogGroupCommand(group));
    expect((await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/short' }))).logGroups).toEqual([]);
  });

  it('refuses every token that is not its own', async () => {
    const wrong = 'bm90IGEgdG9rZW4';
    const calls = [
      client.send(new DescribeLogGroupsCommand({ nextToken: wrong })),
      client.send(new DescribeLogStreamsCommand({ logGroupName, nextToken: wrong })),
      client.send(new GetLogEventsCommand({ logGroupName, logStreamName, nextToken: wrong })),
      client.send(new FilterLogEventsCommand({ logGroupName, nextToken: wrong })),
      client.send(new DescribeQueriesCommand({ nextToken: wrong })),
    ];
    for (const call of calls) {
      expect(await refusal(call)).toBe('InvalidParameterException: The specified nextToken is invalid.');
    }
  });
});

describe('with real keys', () => {
  it('lets a key of the role sender write and not read', async () => {
    const made = await parts.access.keys.create(parts.admin, { name: 'agent', roles: ['sender'] });
    const sender = clientOf(made);
    await sender.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'agent' }));
    const logEvents = [{ timestamp: Date.now(), message: 'from the agent' }];
    await sender.send(new PutLogEventsCommand({ logGroupName, logStreamName: 'agent', logEvents }));
    expect(await refusal(sender.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'agent' })))).toMatch(
      new RegExp(
        `^AccessDeniedException: User: arn:aws:iam::${ACCOUNT}:user/agent is not authorized to perform: logs:GetLogEvents because no identity-based policy allows the logs:GetLogEvents action \\(the key needs logs:Read on `,
      ),
    );
    expect(await refusal(sender.send(new DeleteLogGroupCommand({ logGroupName })))).toMatch(/^AccessDeniedException/);
    await parts.access.keys.revoke(parts.admin, made.key.id);
    expect(
      await refusal(sender.send(new PutLogEventsCommand({ logGroupName, logStreamName: 'agent', logEvents }))),
    ).toBe('UnrecognizedClientException: The security token included in the request is invalid.');
    sender.destroy();
  });

  it('refuses a key that has expired', async () => {
    const expiresMs = Date.now() + 1500;
    const made = await parts.access.keys.create(parts.admin, { name: 'short', roles: ['sender'], expiresMs });
    const sender = clientOf(made);
    await expect
      .poll(() => refusal(sender.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))), {
        timeout: 10_000,
      })
      .toBe('UnrecognizedClientException: The security token included in the request is invalid.');
    sender.destroy();
  });
});
