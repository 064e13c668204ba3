import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudWatchServer, openMetrics, startCloudWatch } from './cloudwatch-server.ts';
import { KEY, REGION } from './edge-server.ts';
import { NO_ALARMS } from './no-alarms.ts';

/** The system's Python has the distribution's older boto3, which speaks the Query form only. */
const PYTHONS = ['python3', '/usr/bin/python3'].filter(
  (python) => spawnSync(python, ['-c', 'import boto3']).status === 0,
);
const HAS_CLI = spawnSync('aws', ['--version']).status === 0;

let store: Awaited<ReturnType<typeof openMetrics>>;
let server: CloudWatchServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-botocore-'));
  store = await openMetrics();
  server = await startCloudWatch({ metrics: store.metrics, alarms: NO_ALARMS });
});
afterAll(async () => {
  await server?.close();
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (
  command: string,
  parameters: readonly string[],
): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: '/nonexistent',
        AWS_ACCESS_KEY_ID: KEY.accessKeyId,
        AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
        AWS_DEFAULT_REGION: REGION,
        AWS_ENDPOINT_URL: server.url,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_MAX_ATTEMPTS: '1',
        ...(process.env.PYENV_ROOT === undefined ? {} : { PYENV_ROOT: process.env.PYENV_ROOT }),
      },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });

/**
 * botocore chooses the wire by the model of the service. The model is its own, copied with one protocol left in it
 * into a folder that botocore searches first, so that each wire is spoken by botocore's own code.
 */
const SCRIPT = `
import boto3, botocore.session, gzip, json, os, sys, datetime
from botocore.exceptions import ClientError
protocol, folder, namespace, url = sys.argv[1:5]
session = botocore.session.get_session()
loader = session.get_component('data_loader')
model = loader.load_service_model('cloudwatch', 'service-2')
offered = model['metadata'].get('protocols', [model['metadata']['protocol']])
if protocol not in offered:
    print(json.dumps({'offered': offered})); sys.exit(0)
model['metadata']['protocol'] = protocol
model['metadata']['protocols'] = [protocol]
place = os.path.join(folder, protocol, 'cloudwatch', '2010-08-01')
os.makedirs(place, exist_ok=True)
json.dump(model, open(os.path.join(place, 'service-2.json'), 'w'))
loader.search_paths.insert(0, os.path.join(folder, protocol))
loader._cache.clear()
sent = []
plain = lambda value: value.decode() if isinstance(value, bytes) else value
cw = boto3.Session(botocore_session=session).client('cloudwatch', endpoint_url=url)
assert cw.meta.service_model.resolved_protocol == protocol if hasattr(cw.meta.service_model, 'resolved_protocol') else cw.meta.service_model.protocol == protocol
cw.meta.events.register('before-send.cloudwatch.*', lambda request, **kw: sent.append([request.headers.get('Content-Type'), request.headers.get('Content-Encoding')]) and None)
minute = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0) - datetime.timedelta(minutes=5)
dims = [{'Name': 'Host', 'Value': 'web 1 & 2 <x>'}]
cw.put_metric_data(Namespace=namespace, MetricData=[
  {'MetricName': 'Load', 'Dimensions': dims, 'Timestamp': minute, 'Values': [1.5, 2.0], 'Counts': [2.0, 1.0], 'Unit': 'Percent', 'StorageResolution': 1}])
cw.put_metric_data(Namespace=namespace, MetricData=[
  {'MetricName': 'Big', 'Dimensions': [{'Name': 'Host', 'Value': 'h%d' % i}], 'Value': i} for i in range(400)])
stats = cw.get_metric_statistics(Namespace=namespace, MetricName='Load', Dimensions=dims, StartTime=minute,
  EndTime=minute + datetime.timedelta(minutes=1), Period=60, Statistics=['Sum', 'SampleCount', 'Maximum'], ExtendedStatistics=['p99'])
data = cw.get_metric_data(MetricDataQueries=[{'Id': 'a', 'MetricStat': {'Metric': {'Namespace': namespace, 'MetricName': 'Load', 'Dimensions': dims}, 'Period': 60, 'Stat': 'Average'}}],
  StartTime=minute, EndTime=minute + datetime.timedelta(minutes=1))['MetricDataResults'][0]
names = [m['MetricName'] for page in cw.get_paginator('list_metrics').paginate(Namespace=namespace) for m in page['Metrics']]
codes = []
def code(call):
    try: call(); codes.append('accepted')
    except ClientError as e: codes.append(e.response['Error']['Code'])
code(lambda: cw.put_metric_data(Namespace='AWS/Mine', MetricData=[{'MetricName': 'a', 'Value': 1}]))
code(lambda: cw.put_metric_data(Namespace=namespace, MetricData=[{'MetricName': 'a'}]))
code(lambda: cw.put_metric_data(Namespace=namespace, MetricData=[{'MetricName': 'a', 'Value': 1, 'Values': [1]}]))
code(lambda: cw.get_metric_data(MetricDataQueries=[{'Id': 'A', 'Expression': '1'}], StartTime=minute, EndTime=minute))
code(lambda: cw.list_dashboards())
code(lambda: session.create_client('cloudwatch', aws_access_key_id='${KEY.accessKeyId}', aws_secret_access_key='wrong', endpoint_url=url).list_metrics())
point = stats['Datapoints'][0]
print(json.dumps({'timestamp': point['Timestamp'] == minute, 'sum': point['Sum'], 'count': point['SampleCount'], 'max': point['Maximum'], 'p99': round(point['ExtendedStatistics']['p99'], 1),
  'unit': point['Unit'], 'values': [round(v, 6) for v in data['Values']], 'times': [t == minute for t in data['Timestamps']], 'status': data['StatusCode'], 'metrics': len(names), 'codes': codes, 'sent': plain(sent[0][0]).split(';')[0], 'compressed': plain(sent[1][1])}))
`;

const WIRES = {
  json: 'application/x-amz-json-1.0',
  'smithy-rpc-v2-cbor': 'application/cbor',
  query: 'application/x-www-form-urlencoded',
};

describe.skipIf(PYTHONS.length === 0).each(PYTHONS)('boto3 of %s', (python) => {
  it.each(Object.keys(WIRES) as (keyof typeof WIRES)[])('puts and reads over %s', async (protocol) => {
    const namespace = `Py${python.length}/${protocol}`;
    const { code, out, err } = await run(python, ['-c', SCRIPT, protocol, folder, namespace, server.url]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const seen = JSON.parse(out) as { readonly offered?: readonly string[] };
    // An older botocore has no other wire than these.
    if (seen.offered !== undefined) {
      expect(seen.offered).not.toContain(protocol);
      return;
    }
    expect(seen).toMatchObject({
      timestamp: true,
      sum: 5,
      count: 3,
      max: 2,
      p99: 2,
      unit: 'Percent',
      values: [1.666667],
      times: [true],
      status: 'Complete',
      metrics: 401,
      codes: [
        'InvalidParameterValue',
        'MissingParameter',
        'InvalidParameterCombination',
        'ValidationError',
        'InvalidAction',
        'SignatureDoesNotMatch',
      ],
      sent: WIRES[protocol],
      // The second request is long enough to be compressed by botocore of its own accord.
      compressed: 'gzip',
    });
  });
});

describe.skipIf(!HAS_CLI)('the AWS command line', () => {
  it('puts and lists', async () => {
    const put = await run('aws', [
      'cloudwatch',
      'put-metric-data',
      '--namespace',
      'Cli',
      '--metric-name',
      'Jobs',
      '--value',
      '3',
    ]);
    expect(put).toEqual({ code: 0, out: '', err: '' });
    const listed = await run('aws', ['cloudwatch', 'list-metrics', '--namespace', 'Cli', '--output', 'json']);
    expect(JSON.parse(listed.out)).toMatchObject({
      Metrics: [{ Namespace: 'Cli', MetricName: 'Jobs', Dimensions: [] }],
    });
  });
});
