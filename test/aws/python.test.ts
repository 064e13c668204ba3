import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifySigV4 } from '../../src/access/index.ts';
import { type EdgeServer, KEY, REGION, startEdge } from './edge-server.ts';
import { createMemoryLogs } from './memory-logs.ts';

const has = (command: string, parameters: readonly string[]): boolean => spawnSync(command, parameters).status === 0;
const HAS_BOTO3 = has('python3', ['-c', 'import boto3']);
const HAS_CLI = has('aws', ['--version']);

let server: EdgeServer;
beforeAll(async () => {
  server = await startEdge(createMemoryLogs());
});
afterAll(() => server.close());

interface Output {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
const run = (command: string, parameters: readonly string[], input = ''): Promise<Output> =>
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
    child.stdin.end(input);
  });

const BOTO3 = `
import boto3, json, time
from botocore.exceptions import ClientError
logs = boto3.client('logs')
logs.create_log_group(logGroupName='/boto', tags={'team': 'a'})
logs.create_log_stream(logGroupName='/boto', logStreamName='s')
now = int(time.time() * 1000)
put = logs.put_log_events(logGroupName='/boto', logStreamName='s', logEvents=[
    {'timestamp': now - 1, 'message': 'erst \\u20ac \\U0001f600'}, {'timestamp': now + 86400000, 'message': 'later'}])
events = logs.get_log_events(logGroupName='/boto', logStreamName='s', startFromHead=True)['events']
groups = [g['logGroupName'] for page in logs.get_paginator('describe_log_groups').paginate() for g in page['logGroups']]
query = logs.start_query(logGroupName='/boto', startTime=0, endTime=now // 1000, queryString='fields @message')
results = logs.get_query_results(queryId=query['queryId'])
try:
    logs.create_log_group(logGroupName='/boto')
except logs.exceptions.ResourceAlreadyExistsException as e:
    again = e.response['Error']['Message']
try:
    boto3.client('logs', aws_secret_access_key='wrong', aws_access_key_id='${KEY.accessKeyId}').describe_log_groups()
except ClientError as e:
    wrong = e.response['Error']['Code']
print(json.dumps({'rejected': put['rejectedLogEventsInfo'], 'messages': [e['message'] for e in events], 'groups': groups,
  'status': results['status'], 'rows': len(results['results']), 'again': again, 'wrong': wrong,
  'request': put['ResponseMetadata']['RequestId']}))
`;

describe.skipIf(!HAS_BOTO3)('boto3', () => {
  it('writes, reads, queries and understands refusals', async () => {
    const { code, out, err } = await run('python3', ['-c', BOTO3]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toEqual({
      rejected: { tooNewLogEventStartIndex: 1 },
      messages: ['erst € 😀'],
      groups: ['/boto'],
      status: 'Complete',
      rows: 3,
      again: 'The specified log group already exists',
      wrong: 'InvalidSignatureException',
      request: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('signs what verification accepts, whatever path, query, headers and body', async () => {
    const script = `
import json, sys, random
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
rng = random.Random(20150830)
chars = "abcXYZ019-._~ %/!'()*+,;:=@$&"
word = lambda n, alphabet=chars: ''.join(rng.choice(alphabet) for _ in range(rng.randrange(n)))
from urllib.parse import quote
cases = []
for _ in range(300):
    path = '/' + quote(word(12), safe="/-._~!'()*,;:=@$&")
    pairs = sorted((quote('k%d' % i + word(4), safe='-_.~'), quote(word(8), safe='-_.~')) for i in range(rng.randrange(4)))
    url = 'http://localhost:1' + path + ('?' + '&'.join('%s=%s' % pair for pair in pairs) if pairs else '')
    body = bytes(rng.randrange(256) for _ in range(rng.randrange(40)))
    headers = {'Host': 'localhost:1', 'X-Amz-Target': 'T.' + word(5, 'ab'), 'Custom': ' a  ' + word(6, 'ab ') + ' '}
    request = AWSRequest(method=rng.choice(['GET', 'POST']), url=url, data=body, headers=headers)
    SigV4Auth(Credentials('${KEY.accessKeyId}', '${KEY.secretAccessKey}'), 'logs', '${REGION}').add_auth(request)
    cases.append({'method': request.method, 'target': url[len('http://localhost:1'):], 'headers': list(request.headers.items()), 'body': list(body)})
print(json.dumps(cases))
`;
    const { code, out, err } = await run('python3', ['-c', script]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const cases = JSON.parse(out) as {
      readonly method: string;
      readonly target: string;
      readonly headers: [string, string][];
      readonly body: number[];
    }[];
    expect(cases).toHaveLength(300);
    for (const sample of cases) {
      const verified = verifySigV4(
        { ...sample, body: Uint8Array.from(sample.body) },
        { nowMs: Date.now(), services: ['logs'], keyOf: async () => ({ secret: KEY.secretAccessKey }) },
      );
      await expect(verified, JSON.stringify(sample)).resolves.toBeDefined();
    }
  });
});

describe.skipIf(!HAS_CLI)('the AWS command line', () => {
  const aws = (...parameters: string[]): Promise<Output> => run('aws', ['logs', ...parameters, '--output', 'json']);

  it('writes and reads, and ends with an error for a refusal', async () => {
    expect(await aws('create-log-group', '--log-group-name', '/cli')).toMatchObject({ code: 0, err: '' });
    expect(await aws('create-log-stream', '--log-group-name', '/cli', '--log-stream-name', 's')).toMatchObject({
      code: 0,
    });
    const names = ['--log-group-name', '/cli', '--log-stream-name', 's'];
    const put = await aws('put-log-events', ...names, '--log-events', `timestamp=${Date.now()},message=hello`);
    expect(JSON.parse(put.out)).toHaveProperty('nextSequenceToken');
    const got = await aws('get-log-events', ...names);
    expect(JSON.parse(got.out)).toMatchObject({ events: [{ message: 'hello' }] });
    const found = await aws('filter-log-events', '--log-group-name', '/cli', '--filter-pattern', 'hello');
    expect(JSON.parse(found.out)).toMatchObject({ events: [{ message: 'hello', logStreamName: 's' }] });
    const refused = await aws('describe-export-tasks');
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('(UnknownOperationException)');
    expect(refused.err).toContain('DescribeExportTasks of CloudWatch Logs is not offered');
  });
});
