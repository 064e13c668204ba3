import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsJson1_0Protocol, AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlarmEngine } from '../../src/metrics/index.ts';
import type { AlertInput } from '../../src/notify/index.ts';
import { type CloudWatchServer, startCloudWatch } from './cloudwatch-server.ts';
import { ACCOUNT, KEY, REGION } from './edge-server.ts';
import { openRealParts, type RealParts } from './real-parts.ts';
import { refusal } from './sdk-session.ts';

const raised: AlertInput[] = [];
let parts: RealParts;
let engine: AlarmEngine;
let server: CloudWatchServer;
beforeAll(async () => {
  parts = await openRealParts();
  engine = await parts.openAlarms(raised);
  const { accessKeyForSigning, noteFailedKey, authorize } = parts.access;
  server = await startCloudWatch({
    metrics: parts.metrics,
    alarms: engine.service,
    accessKeyForSigning,
    noteFailedKey,
    authorize,
  });
});
afterAll(async () => {
  await server?.close();
  await engine?.close();
  await parts?.close();
});

const PROTOCOLS = { json: AwsJson1_0Protocol, cbor: AwsSmithyRpcV2CborProtocol, query: AwsQueryProtocol };
type WireName = keyof typeof PROTOCOLS;
const clientOf = (wire: WireName, credentials: { accessKeyId: string; secretAccessKey: string } = KEY) =>
  new CloudWatchClient({
    endpoint: server.url,
    region: REGION,
    credentials,
    maxAttempts: 1,
    protocol: PROTOCOLS[wire],
    disableRequestCompression: true,
  });

describe.each(['json', 'cbor', 'query'] as const)('alarms over the %s wire', (wire) => {
  let client: CloudWatchClient;
  const AlarmName = `${wire} load > 5 & rising`;
  const AlarmArn = `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${AlarmName}`;
  const Dimensions = [{ Name: 'Host', Value: wire }];
  const definition: PutMetricAlarmCommandInput = {
    AlarmName,
    AlarmDescription: 'too much <load>',
    Namespace: 'Hosts',
    MetricName: 'Load',
    Dimensions,
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: ['holdfast:notify'],
    Tags: [{ Key: 'team', Value: 'core' }],
  };
  beforeAll(async () => {
    client = clientOf(wire);
    await client.send(new PutMetricAlarmCommand(definition));
  });
  afterAll(() => client.destroy());

  it('gives back the definition that was put', async () => {
    const { MetricAlarms, CompositeAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
    const { Tags, ...put } = definition;
    expect(MetricAlarms).toHaveLength(1);
    expect(MetricAlarms?.[0]).toMatchObject({ ...put, AlarmArn, ActionsEnabled: true, OKActions: [] });
    expect(MetricAlarms?.[0]?.AlarmConfigurationUpdatedTimestamp).toBeInstanceOf(Date);
    expect(CompositeAlarms).toEqual([]);
    const ofMetric = await client.send(
      new DescribeAlarmsForMetricCommand({ Namespace: 'Hosts', MetricName: 'Load', Dimensions }),
    );
    expect(ofMetric.MetricAlarms?.map((alarm) => alarm.AlarmName)).toEqual([AlarmName]);
    expect((await client.send(new ListTagsForResourceCommand({ ResourceARN: AlarmArn }))).Tags).toEqual(Tags);
  });

  it('goes into ALARM on the arrival of a point, tells it once, and keeps its history', async () => {
    const MetricData = [{ MetricName: 'Load', Dimensions, Value: 9 }];
    await client.send(new PutMetricDataCommand({ Namespace: 'Hosts', MetricData }));
    await engine.settled();
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
    expect(MetricAlarms?.[0]?.StateValue).toBe('ALARM');
    expect(JSON.parse(MetricAlarms?.[0]?.StateReasonData ?? '')).toMatchObject({ threshold: 5 });
    expect(raised.filter((alert) => alert.title.includes(AlarmName) && alert.state === 'firing')).toHaveLength(1);
    const { AlarmHistoryItems } = await client.send(
      new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'StateUpdate', ScanBy: 'TimestampAscending' }),
    );
    expect(AlarmHistoryItems?.at(-1)?.HistorySummary).toMatch(/to ALARM/);
    expect(AlarmHistoryItems?.at(-1)?.AlarmType).toBe('MetricAlarm');
  });

  it('takes math, composites, states by hand, switches, tags and deletion', async () => {
    const mathName = `${wire}-math`;
    const Metrics = [
      {
        Id: 'm1',
        MetricStat: { Metric: { Namespace: 'Hosts', MetricName: 'Quiet', Dimensions }, Period: 60, Stat: 'Average' },
        ReturnData: false,
      },
      { Id: 'twice', Expression: 'm1 * 2', Label: 'twice the load', ReturnData: true },
    ];
    // Without points and with missing data ignored, no evaluation takes back the state that is set by hand.
    const rule = {
      EvaluationPeriods: 1,
      Threshold: 1e6,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'ignore',
    } as const;
    await client.send(new PutMetricAlarmCommand({ AlarmName: mathName, Metrics, ...rule }));
    await client.send(
      new PutCompositeAlarmCommand({
        AlarmName: `${wire}-all`,
        AlarmRule: `ALARM("${mathName}") AND NOT OK("${mathName}")`,
      }),
    );
    await client.send(new SetAlarmStateCommand({ AlarmName: mathName, StateValue: 'ALARM', StateReason: 'by hand' }));
    await engine.settled();
    const both = await client.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: `${wire}-`, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    );
    expect(both.MetricAlarms?.[0]?.Metrics).toMatchObject(Metrics);
    expect(both.CompositeAlarms?.[0]).toMatchObject({ AlarmName: `${wire}-all`, StateValue: 'ALARM' });
    await client.send(new DisableAlarmActionsCommand({ AlarmNames: [mathName] }));
    const named = new DescribeAlarmsCommand({ AlarmNames: [mathName] });
    expect((await client.send(named)).MetricAlarms?.[0]?.ActionsEnabled).toBe(false);
    await client.send(new EnableAlarmActionsCommand({ AlarmNames: [mathName] }));
    await client.send(new TagResourceCommand({ ResourceARN: AlarmArn, Tags: [{ Key: 'tier', Value: '1' }] }));
    await client.send(new UntagResourceCommand({ ResourceARN: AlarmArn, TagKeys: ['team'] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: AlarmArn }));
    expect(Tags).toEqual([{ Key: 'tier', Value: '1' }]);
    const names: (string | undefined)[] = [];
    for await (const page of paginateDescribeAlarms({ client, pageSize: 1 }, { AlarmNamePrefix: wire })) {
      names.push(...(page.MetricAlarms ?? []).map((alarm) => alarm.AlarmName));
    }
    expect([names.length, new Set(names)]).toEqual([2, new Set([AlarmName, mathName])]);
    await client.send(new DeleteAlarmsCommand({ AlarmNames: [`${wire}-all`] }));
    await client.send(new DeleteAlarmsCommand({ AlarmNames: [mathName] }));
    expect((await client.send(named)).MetricAlarms).toEqual([]);
  });

  it('refuses in the words of the service', async () => {
    const wrong = (change: Partial<PutMetricAlarmCommandInput>): Promise<unknown> =>
      client.send(new PutMetricAlarmCommand({ ...definition, AlarmName: 'wrong', ...change }));
    expect(await refusal(wrong({ ComparisonOperator: 'Above' as never }))).toMatch(
      /^Validation(Error|Exception): 1 validation error detected: Value 'Above' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set/,
    );
    expect(await refusal(wrong({ Statistic: undefined }))).not.toBe('accepted');
    expect(await refusal(wrong({ Period: 7 }))).toMatch(/^InvalidParameterValue/);
    const none = new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'r' });
    expect(await refusal(client.send(none))).toMatch(/^ResourceNotFound/);
    const torn = new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'r', StateReasonData: '{' });
    expect(await refusal(client.send(torn))).toMatch(/^InvalidFormat/);
    expect(await refusal(client.send(new DescribeAlarmsCommand({ MaxRecords: 101 })))).toMatch(
      /^Validation(Error|Exception)/,
    );
    expect(await refusal(client.send(new DescribeAlarmsCommand({ NextToken: 'dG9ybg' })))).toMatch(/^InvalidNextToken/);
    const far = new ListTagsForResourceCommand({ ResourceARN: AlarmArn.replace(ACCOUNT, '999999999999') });
    expect(await refusal(client.send(far))).toMatch(/^ResourceNotFoundException/);
  });
});

it('lets a key of the role sender put metrics and nothing else', async () => {
  const made = await parts.access.keys.create(parts.admin, { name: 'agent', roles: ['sender'] });
  const sender = clientOf('json', made);
  const MetricData = [{ MetricName: 'm', Value: 1 }];
  expect(await refusal(sender.send(new PutMetricDataCommand({ Namespace: 'Agent', MetricData })))).toBe('accepted');
  expect(await refusal(sender.send(new DescribeAlarmsCommand({})))).toMatch(/^AccessDenied.*cloudwatch:DescribeAlarms/);
  sender.destroy();
});
