import { spawnSync } from 'node:child_process';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  GetQueryResultsCommand,
  PutLogEventsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADMIN_KEY_ID,
  ADMIN_KEY_SECRET,
  ADMIN_TOKEN,
  holdfast,
  newFolder,
  type Program,
  query,
  removeFolder,
  runCommand,
  startProgram,
} from '../harness/program.ts';

let folder = '';
let program: Program;
let aws: CloudWatchLogsClient;
const works = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const hasAwsCli = works('aws', ['--version']);
const hasBoto3 = works('python3', ['-c', 'import boto3']);

beforeAll(async () => {
  folder = await newFolder();
  program = await startProgram({ folder });
  const credentials = { accessKeyId: ADMIN_KEY_ID, secretAccessKey: ADMIN_KEY_SECRET };
  aws = new CloudWatchLogsClient({ region: 'eu-central-1', endpoint: program.origin, credentials });
});
afterAll(async () => {
  aws.destroy();
  await program.stop();
  await removeFolder(folder);
});

/** The awaited cells of one column, found through StartQuery as the AWS SDK asks it. */
async function startQuery(group: string, queryString: string): Promise<readonly Record<string, string>[]> {
  const nowS = Math.floor(Date.now() / 1000);
  const { queryId } = await aws.send(
    new StartQueryCommand({ logGroupName: group, queryString, startTime: nowS - 3600, endTime: nowS + 60 }),
  );
  for (;;) {
    const { status, results } = await aws.send(new GetQueryResultsCommand({ queryId }));
    if (status === 'Complete') {
      return (results ?? []).map((row) =>
        Object.fromEntries(row.map(({ field, value }) => [field ?? '', value ?? ''])),
      );
    }
    expect(['Scheduled', 'Running']).toContain(status);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.each([
  ['protobuf', ProtobufExporter],
  ['JSON', JsonExporter],
] as const)(
  'the OpenTelemetry JS SDK delivers over %s, with scope, severity, ids and typed attributes kept',
  async (form, Exporter) => {
    const service = `shop-${form.toLowerCase()}`;
    const exporter = new Exporter({
      url: `${program.origin}/v1/logs`,
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': service, 'host.name': 'web-1' }),
      processors: [new SimpleLogRecordProcessor({ exporter })],
    });
    provider.getLogger('checkout', '2.1.0').emit({
      severityNumber: SeverityNumber.WARN,
      severityText: 'WARN',
      body: 'payment took long',
      attributes: { 'http.route': '/pay', duration_ms: 1250.5, retried: true },
    });
    await provider.forceFlush();
    await provider.shutdown();
    const group = `/otlp/${service}`;
    const { rows } = await query(
      program,
      'fields @message, severityText, service, duration_ms, retried, `http.route` | filter duration_ms > 1000',
      [group],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      '@message': 'payment took long',
      severityText: 'WARN',
      service,
      'http.route': '/pay',
    });
    expect(Number(rows[0]?.duration_ms)).toBe(1250.5);
    expect((await query(program, 'filter duration_ms > 2000', [group])).rows).toHaveLength(0);
    expect(await startQuery(group, 'stats count(*) as n by `http.route`')).toEqual([{ 'http.route': '/pay', n: '1' }]);
  },
);

test('the AWS SDK for JavaScript delivers, reads back, filters and queries', async () => {
  const place = { logGroupName: '/aws/sdk', logStreamName: 'js' };
  await aws.send(new CreateLogGroupCommand({ logGroupName: place.logGroupName }));
  await aws.send(new CreateLogStreamCommand(place));
  const timestamp = Date.now();
  const logEvents = [0, 1, 2].map((index) => ({
    timestamp: timestamp + index,
    message: JSON.stringify({ level: 'info', index, latency: index * 100 }),
  }));
  const put = await aws.send(new PutLogEventsCommand({ ...place, logEvents }));
  expect(put.rejectedLogEventsInfo).toBeUndefined();
  const { events } = await aws.send(new GetLogEventsCommand({ ...place, startFromHead: true }));
  expect(events?.map((event) => event.message)).toEqual(logEvents.map((event) => event.message));
  const filtered = await aws.send(
    new FilterLogEventsCommand({ logGroupName: '/aws/sdk', filterPattern: '{ $.index >= 1 }' }),
  );
  expect(filtered.events).toHaveLength(2);
  expect(await startQuery('/aws/sdk', 'filter latency >= 100 | stats sum(latency) as total')).toEqual([
    { total: '300' },
  ]);
});

test.skipIf(!hasAwsCli)('the AWS CLI delivers with nothing set but the endpoint and the key', async () => {
  const env = {
    AWS_ENDPOINT_URL: program.origin,
    AWS_ACCESS_KEY_ID: ADMIN_KEY_ID,
    AWS_SECRET_ACCESS_KEY: ADMIN_KEY_SECRET,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_PAGER: '',
  };
  const cli = async (...args: string[]): Promise<string> => {
    const result = await runCommand('aws', ['logs', ...args], env);
    expect(result.stderr.trim()).toBe('');
    return result.stdout;
  };
  await cli('create-log-group', '--log-group-name', '/aws/cli');
  await cli('create-log-stream', '--log-group-name', '/aws/cli', '--log-stream-name', 's');
  const events = JSON.stringify([{ timestamp: Date.now(), message: 'hello from the command line' }]);
  await cli('put-log-events', '--log-group-name', '/aws/cli', '--log-stream-name', 's', '--log-events', events);
  expect(await cli('filter-log-events', '--log-group-name', '/aws/cli', '--filter-pattern', 'hello')).toContain(
    'hello from the command line',
  );
  expect((await query(program, 'filter @message like /command/', ['/aws/cli'])).rows).toHaveLength(1);
});

test.skipIf(!hasBoto3)('boto3 delivers and queries', async () => {
  const script = `
import boto3, time, json
c = boto3.client('logs', endpoint_url='${program.origin}', region_name='us-east-1',
  aws_access_key_id='${ADMIN_KEY_ID}', aws_secret_access_key='${ADMIN_KEY_SECRET}')
c.create_log_group(logGroupName='/aws/boto3', tags={'team': 'core'})
c.create_log_stream(logGroupName='/aws/boto3', logStreamName='s')
c.put_log_events(logGroupName='/aws/boto3', logStreamName='s', logEvents=[{'timestamp': int(time.time()*1000), 'message': 'from boto3'}])
try:
  c.create_log_group(logGroupName='/aws/boto3')
except c.exceptions.ResourceAlreadyExistsException: pass
q = c.start_query(logGroupName='/aws/boto3', startTime=int(time.time())-3600, endTime=int(time.time())+60, queryString='fields @message')['queryId']
while True:
  r = c.get_query_results(queryId=q)
  if r['status'] == 'Complete': break
  time.sleep(0.05)
print(json.dumps([[f['value'] for f in row if f['field'] == '@message'] for row in r['results']]))`;
  const result = await runCommand('python3', ['-c', script]);
  expect(result.stderr).toBe('');
  expect(JSON.parse(result.stdout)).toEqual([['from boto3']]);
});

test('the command line lists groups, shows promises, explains masks, and tells failures with a code', async () => {
  expect((await holdfast(program, ['logs', 'groups', 'list'])).stdout).toContain('/aws/sdk');
  expect((await holdfast(program, ['trust', 'show'])).stdout).toMatch(
    /M1 .*Central logs[\s\S]*of 17 promises are proven/,
  );
  const masked = await holdfast(program, ['redact', '--explain', 'login password=hunter2hunter2']);
  expect(masked.stdout).toMatch(/^login password=\[redacted:[a-z0-9-]+:14\]/);
  const malformed = await holdfast(program, ['logs', 'query', 'fields @message | fliter x = 1']);
  expect(malformed.code).toBe(2);
  expect(malformed.stderr).toMatch(/hint: .*\[logs\.query-malformed\]/);
  const away = await runCommand(process.execPath, ['bin/holdfast', 'trust', 'show'], {
    HOLDFAST_URL: 'http://127.0.0.1:1',
    HOLDFAST_KEY: ADMIN_TOKEN,
  });
  expect(away.code).toBe(7);
  const wrongKey = await runCommand(process.execPath, ['bin/holdfast', 'trust', 'show'], {
    HOLDFAST_URL: program.origin,
    HOLDFAST_KEY: `${ADMIN_TOKEN}x`,
  });
  expect(wrongKey.code).toBe(3);
});
