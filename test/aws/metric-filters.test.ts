import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteMetricFilterCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  type MetricTransformation,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/base/index.ts';
import { type EdgeServer, KEY, REGION, startEdge } from './edge-server.ts';
import { openRealParts, type RealParts } from './real-parts.ts';
import { refusal } from './sdk-session.ts';

const logGroupName = '/shop/web';
let parts: RealParts;
let server: EdgeServer;
let client: CloudWatchLogsClient;
beforeAll(async () => {
  parts = await openRealParts();
  server = await startEdge({ ...parts, ...parts.access });
  client = new CloudWatchLogsClient({ endpoint: server.url, region: REGION, credentials: KEY, maxAttempts: 1 });
  await newGroup(logGroupName);
});
afterAll(async () => {
  client?.destroy();
  await server?.close();
  await parts?.close();
});

async function newGroup(name: string): Promise<void> {
  await client.send(new CreateLogGroupCommand({ logGroupName: name }));
  await client.send(new CreateLogStreamCommand({ logGroupName: name, logStreamName: 's' }));
}
const put = (
  name: string,
  filterPattern: string,
  transformation: Partial<MetricTransformation>,
  group = logGroupName,
) =>
  client.send(
    new PutMetricFilterCommand({
      logGroupName: group,
      filterName: name,
      filterPattern,
      metricTransformations: [{ metricNamespace: 'Web', metricName: name, metricValue: '1', ...transformation }],
    }),
  );
const send = (messages: readonly string[], group = logGroupName) =>
  client.send(
    new PutLogEventsCommand({
      logGroupName: group,
      logStreamName: 's',
      logEvents: messages.map((message) => ({ timestamp: Date.now(), message })),
    }),
  );

async function read(
  name: string,
  dimensions: Readonly<Record<string, string>> = {},
  statistic = 'Sum',
  namespace = 'Web',
) {
  const metric = { namespace, name, dimensions };
  const [series] = await parts.metrics.query({
    queries: [{ id: 'a', type: 'metric', metric, statistic, periodSeconds: 60, returnData: true }],
    fromMs: Date.now() - 5 * MINUTE_MS,
    toMs: Date.now() + 5 * MINUTE_MS,
  });
  return series?.values.reduce((sum, value) => sum + value, 0);
}

it('makes points that are there when the records are acknowledged', async () => {
  await put('Errors', 'ERROR', {});
  await put('Latency', '{ $.ms >= 0 }', { metricValue: '$.ms', dimensions: { Path: '$.path' }, unit: 'Milliseconds' });
  await send(['ERROR one', 'fine', 'ERROR two', '{"ms":30,"path":"/cart"}', '{"ms":50,"path":"/cart"}', '{"ms":1}']);
  expect(await read('Errors')).toBe(2);
  expect(await read('Latency', { Path: '/cart' })).toBe(80);
  expect(await read('Latency', { Path: '/cart' }, 'SampleCount')).toBe(2);
});

it('makes dimensions of redacted records only, and takes metrics embedded in records', async () => {
  const secret = `AKIA${'Q3EGRZ7KNTPWX5LV'}`;
  await put('Keys', '{ $.key = * }', { dimensions: { Key: '$.key' } });
  await send([
    JSON.stringify({ key: secret }),
    JSON.stringify({
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [{ Namespace: 'Fn', Dimensions: [['name']], Metrics: [{ Name: 'cold', Unit: 'Count' }] }],
      },
      name: 'pay',
      cold: [1, 2, 3],
    }),
  ]);
  const { metrics } = await parts.metrics.listMetrics({ namespace: 'Web', name: 'Keys', limit: 10 });
  expect(metrics).toHaveLength(1);
  expect(JSON.stringify(metrics)).not.toContain(secret);
  expect(await read('cold', { name: 'pay' }, 'Sum', 'Fn')).toBe(6);
});

it('lists, counts, replaces and deletes, and remembers over a restart', async () => {
  const described = await client.send(new DescribeMetricFiltersCommand({ logGroupName, limit: 2 }));
  expect(described.metricFilters?.map(({ filterName }) => filterName)).toEqual(['Errors', 'Keys']);
  const next = await client.send(new DescribeMetricFiltersCommand({ logGroupName, nextToken: described.nextToken }));
  expect(next.metricFilters).toMatchObject([
    {
      filterName: 'Latency',
      filterPattern: '{ $.ms >= 0 }',
      logGroupName,
      metricTransformations: [{ metricValue: '$.ms', dimensions: { Path: '$.path' }, unit: 'Milliseconds' }],
    },
  ]);
  const byMetric = new DescribeMetricFiltersCommand({ metricName: 'Errors', metricNamespace: 'Web' });
  expect((await client.send(byMetric)).metricFilters).toHaveLength(1);
  const groups = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
  expect(groups.logGroups?.[0]?.metricFilterCount).toBe(3);
  await put('Errors', '"FATAL"', {});
  await client.send(new DeleteMetricFilterCommand({ logGroupName, filterName: 'Keys' }));
  await send(['ERROR three', 'FATAL one']);
  expect(await read('Errors')).toBe(3);
  const again = await parts.reopenFilters();
  const { filters } = await again.list(parts.admin, { logGroup: logGroupName, limit: 50 });
  expect(filters.map(({ name, pattern }) => [name, pattern])).toEqual([
    ['Errors', '"FATAL"'],
    ['Latency', '{ $.ms >= 0 }'],
  ]);
  await again.close();
});

it('forgets the filters of a group that is gone', async () => {
  await newGroup('/brief');
  await put('Old', 'x', {}, '/brief');
  await client.send(new DeleteLogGroupCommand({ logGroupName: '/brief' }));
  const all = await client.send(new DescribeMetricFiltersCommand({}));
  expect(all.metricFilters?.some(({ filterName }) => filterName === 'Old')).toBe(false);
  await newGroup('/brief');
  await send(['x'], '/brief');
  expect([
    await read('Old'),
    (await client.send(new DescribeMetricFiltersCommand({ logGroupName: '/brief' }))).metricFilters,
  ]).toEqual([0, []]);
});

it('switches a filter off when its dimensions take too many values, until it is put again', async () => {
  await newGroup('/many');
  await put('Ids', '{ $.id = * }', { dimensions: { Id: '$.id' } }, '/many');
  await send(
    Array.from({ length: 1_100 }, (_, id) => JSON.stringify({ id })),
    '/many',
  );
  expect(parts.metricFilters.status().disabled).toBe(1);
  await send(['{"id":5}'], '/many');
  expect(await read('Ids', { Id: '5' })).toBe(1);
  await put('Ids', '{ $.id = * }', { dimensions: { Id: '$.id' } }, '/many');
  await send(['{"id":5}'], '/many');
  expect(await read('Ids', { Id: '5' })).toBe(2);
});

it('tries a pattern on messages and shows what it reads from them', async () => {
  const tested = await client.send(
    new TestMetricFilterCommand({
      filterPattern: '[ip, user, ..., status=4*, bytes]',
      logEventMessages: ['1.2.3.4 bob "GET /" 404 7', '1.2.3.4 bob "GET /" 200 7'],
    }),
  );
  expect(tested.matches).toEqual([
    {
      eventNumber: 1,
      eventMessage: '1.2.3.4 bob "GET /" 404 7',
      extractedValues: { $ip: '1.2.3.4', $user: 'bob', $status: '404', $bytes: '7' },
    },
  ]);
  const json = await client.send(
    new TestMetricFilterCommand({ filterPattern: '{ $.a.b[0] = 1 }', logEventMessages: ['{"a":{"b":[1]}}'] }),
  );
  expect(json.matches?.[0]?.extractedValues).toEqual({ '$.a.b[0]': '1' });
});

it('refuses in the words of the service', async () => {
  expect(await refusal(put('Bad', '{ $.a = ', {}))).toMatch(/^InvalidParameterException: The filter pattern is wrong/);
  expect(await refusal(put('Bad', 'ERROR', { metricValue: '$.a' }))).toMatch(
    /^InvalidParameterException: MetricValue is not accepted/,
  );
  expect(await refusal(put('Bad', 'x', {}, '/none'))).toMatch(/^ResourceNotFoundException/);
  const gone = client.send(new DeleteMetricFilterCommand({ logGroupName, filterName: 'none' }));
  expect(await refusal(gone)).toBe('ResourceNotFoundException: The specified metric filter does not exist.');
  await newGroup('/full');
  for (let index = 0; index < 100; index += 1) await put(`f${index}`, 'x', {}, '/full');
  expect(await refusal(put('one-more', 'x', {}, '/full'))).toMatch(/^LimitExceededException/);
  expect(await refusal(put('f7', 'y', {}, '/full'))).toBe('accepted');
});
