import { spawnSync } from 'node:child_process';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, PutMetricFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AwsJson1_0Protocol, AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlarmsBody, MetricSeriesBody, MetricSeriesListBody } from '../../src/api/metrics-contract.ts';
import {
  ADMIN_KEY_ID,
  ADMIN_KEY_SECRET,
  ADMIN_TOKEN,
  api,
  holdfast,
  newFolder,
  type Program,
  removeFolder,
  runCommand,
  sendLines,
  startProgram,
  until,
} from '../harness/program.ts';

/** One start of the real program, and metrics put in by every kind of client: each finds what the others sent. */
let folder = '';
let program: Program;
let cloudwatch: CloudWatchClient;
const credentials = { accessKeyId: ADMIN_KEY_ID, secretAccessKey: ADMIN_KEY_SECRET };
const REGION = 'eu-central-1';
const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };

beforeAll(async () => {
  folder = await newFolder();
  program = await startProgram({ folder });
  cloudwatch = new CloudWatchClient({ region: REGION, endpoint: program.origin, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  cloudwatch?.destroy();
  await program?.stop();
  await removeFolder(folder);
});

interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic?: string;
}

const total = (values: readonly number[] = []): number => values.reduce((sum, value) => sum + value, 0);

/** The sum of the last ten minutes by GetMetricData and by the JSON API, which must be the same. */
async function found({ namespace, name, dimensions = {}, statistic = 'Sum' }: Wanted): Promise<number> {
  const nowMs = Date.now();
  const [fromMs, toMs] = [Math.floor(nowMs / 60_000) * 60_000 - 600_000, nowMs + 60_000];
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const MetricStat = { Metric: { Namespace: namespace, MetricName: name, Dimensions }, Period: 60, Stat: statistic };
  const data = await cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'm1', MetricStat }],
      StartTime: new Date(fromMs),
      EndTime: new Date(toMs),
    }),
  );
  const query = { id: 'm1', type: 'metric', metric: { namespace, name, dimensions }, statistic, periodSeconds: 60 };
  const body = { queries: [{ ...query, returnData: true }], fromMs, toMs };
  const json = await api<MetricSeriesListBody>(program, 'POST', '/metrics/query', { body });
  const values = total(data.MetricDataResults?.[0]?.Values);
  expect(total(json.body.series[0]?.values)).toBe(values);
  return values;
}

/** The same by the command line. */
async function foundByCommand({ namespace, name, dimensions = {}, statistic = 'Sum' }: Wanted): Promise<number> {
  const flags = Object.entries(dimensions).flatMap(([key, value]) => ['--dimension', `${key}=${value}`]);
  const args = ['metric', 'query', name, '--namespace', namespace, '--statistic', statistic, '--since', '9m', '--json'];
  const { stdout, stderr } = await holdfast(program, [...args, ...flags]);
  expect(stderr).toBe('');
  const [series] = JSON.parse(stdout) as readonly MetricSeriesBody[];
  return total(series?.values);
}

const stateOf = async (name: string): Promise<string | undefined> =>
  (await api<AlarmsBody>(program, 'GET', `/alarms?prefix=${encodeURIComponent(name)}`)).body.alarms[0]?.stateValue;
const becomes = (name: string, state: string): Promise<void> =>
  until(`${name} is in ${state}`, async () => (await stateOf(name)) === state, 15_000);
const RULE = { Period: 60, EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: 'GreaterThanThreshold' } as const;

describe.each([
  ['AWS JSON 1.0', AwsJson1_0Protocol],
  ['rpc-v2-cbor', AwsSmithyRpcV2CborProtocol],
  ['Query/XML', AwsQueryProtocol],
] as const)('the AWS SDK for JavaScript over %s', (wire, protocol) => {
  test('puts metrics, an alarm on them, and sees it in ALARM in its own region', async () => {
    const client = new CloudWatchClient({ region: REGION, endpoint: program.origin, credentials, protocol });
    const Namespace = `Sdk/${wire.replaceAll(' ', '')}`;
    const Dimensions = [{ Name: 'Host', Value: 'web <1> & 2' }];
    const AlarmName = `sdk ${wire}`;
    const watched = { Namespace, MetricName: 'Load', Dimensions, Statistic: 'Maximum' } as const;
    await client.send(new PutMetricAlarmCommand({ AlarmName, ...watched, ...RULE }));
    const MetricData = [{ MetricName: 'Load', Dimensions, Values: [2, 9], Counts: [3, 1] }];
    await client.send(new PutMetricDataCommand({ Namespace, MetricData }));
    expect(await found({ namespace: Namespace, name: 'Load', dimensions: { Host: 'web <1> & 2' } })).toBe(15);
    await becomes(AlarmName, 'ALARM');
    const [alarm] = (await client.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }))).MetricAlarms ?? [];
    expect(alarm?.AlarmArn).toMatch(new RegExp(`^arn:aws:cloudwatch:${REGION}:\\d{12}:alarm:${AlarmName}$`));
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace }));
    expect(Metrics).toEqual([{ Namespace, MetricName: 'Load', Dimensions }]);
    client.destroy();
  });

  test('is refused by name what an alarm would not heed', async () => {
    const client = new CloudWatchClient({ region: REGION, endpoint: program.origin, credentials, protocol });
    const put = async (change: object): Promise<string> =>
      client
        .send(
          new PutMetricAlarmCommand({
            ...{ AlarmName: 'refused', Namespace: 'N', MetricName: 'M', Statistic: 'Sum', ...RULE },
            ...change,
          }),
        )
        .then(
          () => 'accepted',
          (error: Error) => `${error.name}: ${error.message}`,
        );
    const Id = 'e1';
    const single = { MetricName: undefined, Namespace: undefined, Statistic: undefined, Period: undefined };
    expect(await put({ ...single, Metrics: [{ Id, Expression: 'm1 +' }] })).toMatch(
      /^Validation(Error|Exception): .*cannot be read/,
    );
    expect(await put({ ...single, Metrics: [{ Id, Expression: 'm1 + 1' }] })).toMatch(
      /^Validation(Error|Exception): .*"m1"/,
    );
    expect(await put({ Statistic: undefined, ExtendedStatistic: 'p101' })).toMatch(/^InvalidParameterValue/);
    const WallClockWindow = { Timezone: 'UTC' };
    expect(await put({ EvaluationWindow: { WallClockWindow } })).toMatch(
      /EvaluationWindow.WallClockWindow is not offered/,
    );
    const PromQLCriteria = { Query: 'up == 0' };
    expect(await put({ EvaluationCriteria: { PromQLCriteria } })).toMatch(/EvaluationCriteria is not offered/);
    expect(await put({ EvaluationInterval: 60 })).toMatch(/EvaluationInterval is not offered/);
    const WarmUpConfiguration = { WarmUpPeriodDurationInMinutes: 5 };
    expect(await put({ WarmUpConfiguration })).toMatch(/WarmUpConfiguration is not offered/);
    expect(await stateOf('refused')).toBeUndefined();
    client.destroy();
  });
});

const works = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const HAS_BOTO3 = works('python3', ['-c', 'import boto3']);
const awsEnv = (): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: program.origin,
  AWS_ACCESS_KEY_ID: ADMIN_KEY_ID,
  AWS_SECRET_ACCESS_KEY: ADMIN_KEY_SECRET,
  AWS_DEFAULT_REGION: REGION,
  AWS_PAGER: '',
});

/**
 * botocore chooses the wire by the model of the service: each wire is spoken by its own code, with the other protocols
 * taken out of a copy of the model.
 */
const PYTHON = `
import boto3, botocore.session, json, sys
session = botocore.session.get_session()
loader = session.get_component('data_loader')
model = loader.load_service_model('cloudwatch', 'service-2')
out = {}
for protocol in model['metadata'].get('protocols', [model['metadata']['protocol']]):
    model['metadata']['protocol'] = protocol
    model['metadata']['protocols'] = [protocol]
    session = botocore.session.get_session()
    session.get_component('data_loader')._cache[('load_service_model', 'cloudwatch', 'service-2', None)] = model
    session.get_component('data_loader').load_service_model = lambda *a, m=model, l=loader.load_service_model, **k: m if a[:2] == ('cloudwatch', 'service-2') else l(*a, **k)
    cw = boto3.Session(botocore_session=session).client('cloudwatch')
    sent = []
    cw.meta.events.register('before-send.cloudwatch.*', lambda request, **k: sent.append(request.headers.get('Content-Type')) and None)
    namespace, name = 'Boto3/' + protocol, 'boto3 ' + protocol
    cw.put_metric_alarm(AlarmName=name, Namespace=namespace, MetricName='Jobs', Statistic='Sum', Period=60, EvaluationPeriods=1,
      Threshold=5, ComparisonOperator='GreaterThanThreshold', Tags=[{'Key': 'severity', 'Value': 'low'}])
    cw.put_metric_data(Namespace=namespace, MetricData=[{'MetricName': 'Jobs', 'Value': 3}, {'MetricName': 'Jobs', 'Value': 4}])
    alarm = cw.describe_alarms(AlarmNames=[name])['MetricAlarms'][0]
    cw.set_alarm_state(AlarmName=name, StateValue='ALARM', StateReason='from boto3')
    history = cw.describe_alarm_history(AlarmName=name)['AlarmHistoryItems']
    try:
        cw.set_alarm_state(AlarmName='none', StateValue='OK', StateReason='r')
    except cw.exceptions.ResourceNotFound: missing = True
    first = sent[0].decode() if isinstance(sent[0], bytes) else sent[0]
    out[protocol] = {'wire': first.split(';')[0], 'arn': alarm['AlarmArn'], 'history': len(history) > 0, 'missing': missing,
      'tags': cw.list_tags_for_resource(ResourceARN=alarm['AlarmArn'])['Tags']}
print(json.dumps(out))`;
const CONTENT: Readonly<Record<string, string>> = {
  json: 'application/x-amz-json-1.0',
  'smithy-rpc-v2-cbor': 'application/cbor',
  query: 'application/x-www-form-urlencoded',
};

test.skipIf(!HAS_BOTO3)('boto3 puts metrics and alarms over every wire it has', async () => {
  const { code, stdout, stderr } = await runCommand('python3', ['-c', PYTHON], awsEnv());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const seen = JSON.parse(stdout) as Readonly<Record<string, Record<string, unknown>>>;
  expect(Object.keys(seen)).toContain('query');
  for (const [protocol, one] of Object.entries(seen)) {
    expect(one).toMatchObject({
      wire: CONTENT[protocol],
      arn: expect.stringMatching(new RegExp(`^arn:aws:cloudwatch:${REGION}:\\d{12}:alarm:boto3 ${protocol}$`)),
      history: true,
      missing: true,
      tags: [{ Key: 'severity', Value: 'low' }],
    });
    expect(await found({ namespace: `Boto3/${protocol}`, name: 'Jobs' })).toBe(7);
    await becomes(`boto3 ${protocol}`, 'ALARM');
  }
});

test.skipIf(!works('aws', ['--version']))('the AWS CLI puts metrics and an alarm, and reads both', async () => {
  const cli = async (...args: string[]): Promise<string> => {
    const result = await runCommand('aws', ['cloudwatch', ...args, '--output', 'json'], awsEnv());
    expect({ code: result.code, stderr: result.stderr.trim() }).toEqual({ code: 0, stderr: '' });
    return result.stdout;
  };
  const rule = ['--period', '60', '--evaluation-periods', '1', '--threshold', '5', '--statistic', 'Sum'];
  const alarm = ['--alarm-name', 'from the cli', '--comparison-operator', 'GreaterThanThreshold', ...rule];
  await cli('put-metric-alarm', '--namespace', 'Cli', '--metric-name', 'Jobs', ...alarm);
  await cli('put-metric-data', '--namespace', 'Cli', '--metric-name', 'Jobs', '--value', '6');
  await becomes('from the cli', 'ALARM');
  const described = JSON.parse(await cli('describe-alarms', '--alarm-names', 'from the cli')) as {
    readonly MetricAlarms: readonly { readonly StateValue: string }[];
  };
  expect(described.MetricAlarms[0]?.StateValue).toBe('ALARM');
  expect(await found({ namespace: 'Cli', name: 'Jobs' })).toBe(6);
});

describe.each([
  ['protobuf', ProtobufMetrics, ProtobufTraces],
  ['JSON', JsonMetrics, JsonTraces],
] as const)('the OpenTelemetry SDK over %s', (form, MetricExporter, TraceExporter) => {
  const service = `otel-${form.toLowerCase()}`;
  const resource = resourceFromAttributes({ 'service.name': service });

  test('delivers counters and histograms, on which an alarm fires', async () => {
    const alarm = {
      ...{ alarmName: `${service} orders`, namespace: 'OTel', metricName: 'orders', statistic: 'Sum' },
      ...{ dimensions: { 'service.name': service, shop: 'de' }, period: 60, evaluationPeriods: 1 },
      ...{ threshold: 10, comparisonOperator: 'GreaterThanThreshold' },
    };
    expect((await api(program, 'POST', '/alarms', { body: alarm })).status).toBe(204);
    const exporter = new MetricExporter({ url: `${program.origin}/v1/metrics`, headers });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ resource, readers: [reader] });
    const meter = provider.getMeter('shop');
    meter.createCounter('orders').add(12, { shop: 'de' });
    const histogram = meter.createHistogram('basket', { unit: 'By' });
    for (const value of [10, 20, 30]) histogram.record(value);
    await provider.forceFlush();
    await provider.shutdown();
    const dimensions = { 'service.name': service };
    expect(await found({ namespace: 'OTel', name: 'orders', dimensions: { ...dimensions, shop: 'de' } })).toBe(12);
    const basket = { namespace: 'OTel', name: 'basket', dimensions };
    expect(await found(basket)).toBe(60);
    expect(await found({ ...basket, statistic: 'SampleCount' })).toBe(3);
    await becomes(`${service} orders`, 'ALARM');
  });

  test('delivers spans, of which rate, errors and latency of a route are made', async () => {
    const exporter = new TraceExporter({ url: `${program.origin}/v1/traces`, headers });
    const provider = new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const tracer = provider.getTracer('http');
    // Inside of one minute, so that its percentile is over all of them.
    const startTime = Math.floor(Date.now() / 60_000) * 60_000 - 50_000;
    for (let index = 1; index <= 10; index += 1) {
      const attributes = { 'http.route': '/pay', 'http.request.method': 'POST' };
      const span = tracer.startSpan('POST /pay', { kind: SpanKind.SERVER, startTime, attributes });
      if (index === 10) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(startTime + index * 100);
    }
    await provider.forceFlush();
    await provider.shutdown();
    const dimensions = { service, route: 'POST /pay' };
    const read = (name: string, statistic = 'Sum') =>
      found({ namespace: 'Holdfast/Requests', name, dimensions, statistic });
    expect([await read('Requests'), await read('Errors')]).toEqual([10, 1]);
    expect(Math.abs((await read('Duration', 'p90')) / 900 - 1)).toBeLessThan(0.02);
  });
});

test('a log line becomes a metric by a filter or because it embeds one, and an alarm fires on it', async () => {
  const group = '/shop/web';
  await sendLines(program, group, [{ level: 'info', first: true }]);
  const logs = new CloudWatchLogsClient({ region: REGION, endpoint: program.origin, credentials });
  await logs.send(
    new PutMetricFilterCommand({
      logGroupName: group,
      filterName: 'slow',
      filterPattern: '{ $.ms > 1000 }',
      metricTransformations: [{ metricNamespace: 'Web', metricName: 'Slow', metricValue: '$.ms' }],
    }),
  );
  logs.destroy();
  const rule = { statistic: 'Maximum', period: 60, evaluationPeriods: 1, comparisonOperator: 'GreaterThanThreshold' };
  for (const [alarmName, namespace, metricName, dimensions] of [
    ['by filter', 'Web', 'Slow', {}],
    ['embedded', 'Fn', 'Cold', { name: 'pay' }],
  ] as const) {
    const body = { alarmName, namespace, metricName, dimensions, threshold: 4, ...rule };
    expect((await api(program, 'POST', '/alarms', { body })).status).toBe(204);
  }
  await sendLines(program, group, [
    { level: 'info', ms: 2500, path: '/cart' },
    { level: 'info', ms: 5, path: '/cart' },
    {
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [{ Namespace: 'Fn', Dimensions: [['name']], Metrics: [{ Name: 'Cold', Unit: 'Count' }] }],
      },
      name: 'pay',
      Cold: [1, 2, 5],
    },
  ]);
  expect(await found({ namespace: 'Web', name: 'Slow' })).toBe(2500);
  expect(await found({ namespace: 'Fn', name: 'Cold', dimensions: { name: 'pay' } })).toBe(8);
  await becomes('by filter', 'ALARM');
  await becomes('embedded', 'ALARM');
});

test('the command line finds what every client sent', async () => {
  const [sdk, boto, otel, span, line] = await Promise.all([
    foundByCommand({ namespace: 'Sdk/rpc-v2-cbor', name: 'Load', dimensions: { Host: 'web <1> & 2' } }),
    foundByCommand({ namespace: 'Boto3/query', name: 'Jobs' }),
    foundByCommand({ namespace: 'OTel', name: 'basket', dimensions: { 'service.name': 'otel-json' } }),
    foundByCommand({ namespace: 'Holdfast/Requests', name: 'Requests', dimensions: { service: 'otel-protobuf' } }),
    foundByCommand({ namespace: 'Web', name: 'Slow', statistic: 'Maximum' }),
  ]);
  expect([sdk, boto, otel, span, line]).toEqual([15, HAS_BOTO3 ? 7 : 0, 60, 10, 2500]);
  const { stdout } = await holdfast(program, ['alarm', 'list', '--json']);
  expect(stdout).toContain('"by filter"');
});
