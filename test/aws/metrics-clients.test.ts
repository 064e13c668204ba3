import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListDashboardsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  paginateGetMetricData,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import { AwsJson1_0Protocol, AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/base/index.ts';
import { type CloudWatchServer, openMetrics, startCloudWatch } from './cloudwatch-server.ts';
import { KEY, REGION } from './edge-server.ts';
import { NO_ALARMS } from './no-alarms.ts';
import { refusal } from './sdk-session.ts';

let store: Awaited<ReturnType<typeof openMetrics>>;
let server: CloudWatchServer;
beforeAll(async () => {
  store = await openMetrics();
  server = await startCloudWatch({ metrics: store.metrics, alarms: NO_ALARMS });
});
afterAll(async () => {
  await server?.close();
  await store?.close();
});

const PROTOCOLS = { json: AwsJson1_0Protocol, cbor: AwsSmithyRpcV2CborProtocol, query: AwsQueryProtocol };
const clientOf = (wire: keyof typeof PROTOCOLS): CloudWatchClient =>
  new CloudWatchClient({
    endpoint: server.url,
    region: REGION,
    credentials: KEY,
    maxAttempts: 1,
    protocol: PROTOCOLS[wire],
    // With a chosen protocol the SDK compresses bodies over 10 KB but keeps the length that they had before.
    disableRequestCompression: wire !== 'json',
  });

describe.each(['json', 'cbor', 'query'] as const)('the AWS SDK over the %s wire', (wire) => {
  const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 10 * MINUTE_MS;
  const Namespace = `Shop/${wire}`;
  let client: CloudWatchClient;
  beforeAll(() => {
    client = clientOf(wire);
  });
  afterAll(() => client.destroy());

  it('gives back in statistics what was put, in every form of a datum', async () => {
    const Dimensions = [
      { Name: 'Service', Value: 'cart & <co> "é"'.replace('é', 'e') },
      { Name: 'Zone', Value: 'a' },
    ];
    await client.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [
          { MetricName: 'Latency', Dimensions, Timestamp: new Date(minute), Value: 12.5, Unit: 'Milliseconds' },
          { MetricName: 'Latency', Dimensions, Timestamp: new Date(minute + 999), Value: -3, Unit: 'Milliseconds' },
          {
            MetricName: 'Latency',
            Dimensions,
            Timestamp: new Date(minute + MINUTE_MS),
            Values: [1, 2, 4],
            Counts: [5, 3, 2],
            Unit: 'Milliseconds',
          },
          {
            MetricName: 'Latency',
            Dimensions,
            Timestamp: new Date(minute + 2 * MINUTE_MS),
            StatisticValues: { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 5 },
            Unit: 'Milliseconds',
          },
        ],
      }),
    );
    const { Label, Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace,
        MetricName: 'Latency',
        Dimensions,
        StartTime: new Date(minute),
        EndTime: new Date(minute + 3 * MINUTE_MS),
        Period: 60,
        Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'],
        ExtendedStatistics: ['p50'],
      }),
    );
    expect(Label).toBe('Latency');
    expect(Datapoints?.map((point) => ({ ...point, ExtendedStatistics: undefined }))).toEqual([
      {
        Timestamp: new Date(minute),
        SampleCount: 2,
        Sum: 9.5,
        Average: 4.75,
        Minimum: -3,
        Maximum: 12.5,
        Unit: 'Milliseconds',
      },
      {
        Timestamp: new Date(minute + MINUTE_MS),
        SampleCount: 10,
        Sum: 19,
        Average: 1.9,
        Minimum: 1,
        Maximum: 4,
        Unit: 'Milliseconds',
      },
      {
        Timestamp: new Date(minute + 2 * MINUTE_MS),
        SampleCount: 4,
        Sum: 10,
        Average: 2.5,
        Minimum: 1,
        Maximum: 5,
        Unit: 'Milliseconds',
      },
    ]);
    expect(Datapoints?.[1]?.ExtendedStatistics?.p50).toBeGreaterThanOrEqual(1);
    const listed = await client.send(new ListMetricsCommand({ Namespace, RecentlyActive: 'PT3H' }));
    expect(listed.Metrics).toEqual([{ Namespace, MetricName: 'Latency', Dimensions }]);
  });

  it('gives points of different units apart, and those of one unit where it is named', async () => {
    const put = { MetricName: 'Size', Timestamp: new Date(minute) };
    await client.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [
          { ...put, Value: 1, Unit: 'Megabytes' },
          { ...put, Value: 1024, Unit: 'Kilobytes' },
          { ...put, Value: 7 },
        ],
      }),
    );
    const ask = async (change: { readonly Unit?: 'Megabytes' | 'Bits' }) => {
      const { Datapoints = [] } = await client.send(
        new GetMetricStatisticsCommand({
          ...{ Namespace, MetricName: 'Size', Period: 60, Statistics: ['Sum'] },
          ...{ StartTime: new Date(minute), EndTime: new Date(minute + MINUTE_MS), ...change },
        }),
      );
      return Datapoints.map(({ Unit, Sum }) => [Unit, Sum]).sort((a, b) => String(a).localeCompare(String(b)));
    };
    expect(await ask({})).toEqual([
      ['Kilobytes', 1024],
      ['Megabytes', 1],
      ['None', 7],
    ]);
    expect(await ask({ Unit: 'Megabytes' })).toEqual([['Megabytes', 1]]);
    expect(await ask({ Unit: 'Bits' })).toEqual([]);
  });

  it('answers queries in both orders, page by page', async () => {
    const Metric = { Namespace, MetricName: 'Orders' };
    const MetricData = Array.from({ length: 9 }, (_, index) => ({
      MetricName: 'Orders',
      Timestamp: new Date(minute + index * MINUTE_MS),
      Value: index,
    }));
    await client.send(new PutMetricDataCommand({ Namespace, MetricData }));
    const request = {
      MetricDataQueries: [
        { Id: 'sum', MetricStat: { Metric, Period: 60, Stat: 'Sum' }, Label: 'orders' },
        { Id: 'most', MetricStat: { Metric, Period: 300, Stat: 'Maximum' } },
      ],
      StartTime: new Date(minute),
      EndTime: new Date(minute + 9 * MINUTE_MS),
    };
    const whole = await client.send(new GetMetricDataCommand({ ...request, ScanBy: 'TimestampAscending' }));
    expect(whole.MetricDataResults?.[0]).toMatchObject({ Id: 'sum', Label: 'orders', StatusCode: 'Complete' });
    expect(whole.MetricDataResults?.[0]?.Values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(whole.MetricDataResults?.[0]?.Timestamps?.[0]).toEqual(new Date(minute));
    const newest = await client.send(new GetMetricDataCommand(request));
    expect(newest.MetricDataResults?.[0]?.Values).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0]);
    const math = await client.send(
      new GetMetricDataCommand({
        ...request,
        MetricDataQueries: [
          { Id: 'sum', MetricStat: { Metric, Period: 60, Stat: 'Sum' }, ReturnData: false },
          { Id: 'twice', Expression: 'sum * 2', Label: 'twice' },
        ],
      }),
    );
    expect(math.MetricDataResults?.map(({ Id, Label, Values }) => [Id, Label, Values?.slice(0, 2)])).toEqual([
      ['twice', 'twice', [16, 14]],
    ]);
    const values: number[] = [];
    let pages = 0;
    for await (const page of paginateGetMetricData({ client }, { ...request, MaxDatapoints: 4 })) {
      pages += 1;
      for (const result of page.MetricDataResults ?? []) values.push(...(result.Values ?? []));
    }
    const maxima = newest.MetricDataResults?.[1]?.Values ?? [];
    expect([pages, values]).toEqual([Math.ceil((9 + maxima.length) / 4), [8, 7, 6, 5, 4, 3, 2, 1, 0, ...maxima]]);
  });

  it('lists more metrics than fit on a page, each once', async () => {
    for (const from of [0, 600]) {
      const MetricData = Array.from({ length: 600 }, (_, index) => ({
        MetricName: 'Many',
        Dimensions: [{ Name: 'Host', Value: `h${from + index}` }],
        Value: 1,
      }));
      await client.send(new PutMetricDataCommand({ Namespace: `Many/${wire}`, MetricData }));
    }
    const hosts: (string | undefined)[] = [];
    for await (const page of paginateListMetrics({ client }, { Namespace: `Many/${wire}` })) {
      expect(page.Metrics?.length).toBeLessThanOrEqual(500);
      hosts.push(...(page.Metrics ?? []).map((metric) => metric.Dimensions?.[0]?.Value));
    }
    expect([hosts.length, new Set(hosts).size]).toEqual([1200, 1200]);
    const one = await client.send(
      new ListMetricsCommand({ Namespace: `Many/${wire}`, Dimensions: [{ Name: 'Host', Value: 'h7' }] }),
    );
    expect(one.Metrics).toHaveLength(1);
  });

  it('names what it refuses with the code of the service', async () => {
    const wrong = (data: object) => client.send(new PutMetricDataCommand({ Namespace, MetricData: [data as never] }));
    const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => 'accepted',
        (error: { Error?: { Code?: string }; Code?: string; name: string }) =>
          error.Error?.Code ?? error.Code ?? error.name,
      );
    expect(await refusal(wrong({ MetricName: 'a', Value: Number.NaN }))).toContain(
      'The value NaN for parameter MetricData.member.1.Value is invalid.',
    );
    expect(await codeOf(wrong({ MetricName: 'a', Value: 1, StorageResolution: 30 }))).toMatch(/^InvalidParameterValue/);
    expect(await codeOf(wrong({ MetricName: 'a', Value: 1, Values: [1] }))).toMatch(/^InvalidParameterCombination/);
    expect(await codeOf(wrong({ Value: 1 }))).toMatch(/^Missing(Required)?Parameter/);
    expect(await codeOf(client.send(new ListMetricsCommand({ NextToken: 'bm90IGEgdG9rZW4' })))).toBe(
      'InvalidNextToken',
    );
    expect(await refusal(client.send(new ListDashboardsCommand({})))).toContain(
      'ListDashboards of CloudWatch is not offered',
    );
    expect(await codeOf(client.send(new DeleteAlarmsCommand({ AlarmNames: ['none'] })))).toMatch(/^ResourceNotFound/);
  });
});
