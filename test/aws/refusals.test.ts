import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeServer, KEY, startEdge } from './edge-server.ts';
import { createMemoryLogs } from './memory-logs.ts';
import { type RawCall, rawCall } from './raw-call.ts';

let server: EdgeServer;
const memory = createMemoryLogs();
beforeAll(async () => {
  server = await startEdge(memory);
  await rawCall(server.port, { operation: 'CreateLogGroup', body: { logGroupName: '/app' } });
  await rawCall(server.port, { operation: 'CreateLogStream', body: { logGroupName: '/app', logStreamName: 's' } });
});
afterAll(() => server.close());

const check = async (call: RawCall, status: number, type: string, message?: RegExp): Promise<void> => {
  const answer = await rawCall(server.port, call);
  expect([answer.status, answer.json.__type]).toEqual([status, type]);
  expect(answer.headers['x-amzn-errortype']).toBe(type);
  expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.headers['content-type']).toBe('application/x-amz-json-1.1');
  if (message !== undefined) expect(answer.json.message).toMatch(message);
};
const list = { operation: 'DescribeLogGroups', body: {} };

describe('a request that is not authentic', () => {
  it('without a signature', () => check({ ...list, unsigned: true }, 400, 'MissingAuthenticationTokenException'));
  it('with half a signature', () =>
    check(
      {
        ...list,
        tamper: ({ headers }) =>
          Object.assign(headers, { authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/logs/aws4_request' }),
      },
      400,
      'IncompleteSignatureException',
      /requires 'Signature' parameter\..*requires 'SignedHeaders' parameter\./,
    ));
  it('with a wrong secret is noted for its address', async () => {
    const before = server.failedKeys.length;
    const key = { ...KEY, secretAccessKey: 'guessed' };
    await check(
      { ...list, key },
      400,
      'InvalidSignatureException',
      /^The request signature we calculated does not match/,
    );
    expect(server.failedKeys.length).toBe(before + 1);
    expect(server.failedKeys.at(-1)?.sourceIp).toContain('127.0.0.1');
  });
  it('with an unknown key', async () => {
    const before = server.failedKeys.length;
    const key = { ...KEY, accessKeyId: 'nobody' };
    await check(
      { ...list, key },
      400,
      'UnrecognizedClientException',
      /^The security token included in the request is invalid\.$/,
    );
    expect(server.failedKeys.length).toBe(before + 1);
  });
  it('signed too long ago', () =>
    check(
      { ...list, signedAtMs: Date.now() - 600_000 },
      400,
      'InvalidSignatureException',
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
    ));
  it('signed in the future', () =>
    check(
      { ...list, signedAtMs: Date.now() + 600_000 },
      400,
      'InvalidSignatureException',
      /^Signature not yet current: .* \+ 5 min\.\)$/,
    ));
  it('with another body than was signed', () =>
    check(
      { ...list, tamper: (sent) => Object.assign(sent, { body: Buffer.from('{"limit":1}') }) },
      400,
      'InvalidSignatureException',
    ));
  it('with another operation than was signed', async () => {
    await check(
      {
        operation: 'DescribeLogGroups',
        body: { logGroupName: '/app' },
        tamper: ({ headers }) => Object.assign(headers, { 'x-amz-target': 'Logs_20140328.DeleteLogGroup' }),
      },
      400,
      'InvalidSignatureException',
    );
    const answer = await rawCall(server.port, list);
    expect(answer.text).toContain('"/app"');
  });
});

describe('a body that cannot be read', () => {
  const put = 'PutLogEvents';
  it('of no JSON', () => check({ operation: put, body: '{"a":' }, 400, 'SerializationException'));
  it('of JSON that is no structure', () => check({ operation: put, body: '[]' }, 400, 'SerializationException'));
  it('with a wrong type', () =>
    check(
      { operation: put, body: { logGroupName: 1 } },
      400,
      'SerializationException',
      /'logGroupName' is not a string/,
    ));
  it('of bytes that are not UTF-8', () =>
    check({ operation: put, body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 400, 'SerializationException'));
  it('that repeats nothing of what was sent', async () => {
    const answer = await rawCall(server.port, { operation: put, body: '{"message":"hunter2' });
    expect(answer.text).not.toContain('hunter2');
  });
  it('with a checksum of another body', () =>
    check({ ...list, headers: { 'x-amz-content-sha256': 'a'.repeat(64) } }, 400, 'InvalidSignatureException'));
  it('in an encoding that is not accepted', () =>
    check({ ...list, headers: { 'content-encoding': 'br' } }, 400, 'SerializationException'));
  it('that says gzip and is none', () =>
    check({ ...list, headers: { 'content-encoding': 'gzip' } }, 400, 'SerializationException'));
  it('that grows past the limit when it is unpacked', () =>
    check(
      { ...list, body: gzipSync(Buffer.alloc(64 * 1024 * 1024)), headers: { 'content-encoding': 'gzip' } },
      413,
      'RequestEntityTooLargeException',
    ));
  it('of 200 MB', () =>
    check(
      { operation: put, body: Buffer.alloc(200_000_000, 0x20) },
      413,
      'RequestEntityTooLargeException',
      /8388608 bytes/,
    ));
  it('of 200 MB that does not say its length', () =>
    check(
      {
        operation: put,
        body: Buffer.alloc(200_000_000, 0x20),
        tamper: ({ headers }) => Object.assign(headers, { 'transfer-encoding': 'chunked' }),
      },
      413,
      'RequestEntityTooLargeException',
    ));
});

describe('a request against the rules', () => {
  it('for an operation that is not offered is told its name', () =>
    check(
      { operation: 'StartLiveTail', body: {} },
      400,
      'UnknownOperationException',
      /StartLiveTail of CloudWatch Logs is not offered/,
    ));
  it('names every broken constraint at once', () =>
    check(
      { operation: 'CreateLogStream', body: { logGroupName: 'no spaces' } },
      400,
      'InvalidParameterException',
      /^2 validation errors detected: Value 'no spaces' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: .*; Value null at 'logStreamName' failed to satisfy constraint: Member must not be null$/,
    ));
  it('for a group that does not exist', () =>
    check(
      { operation: 'DeleteLogGroup', body: { logGroupName: 'none' } },
      400,
      'ResourceNotFoundException',
      /^The specified log group does not exist\.$/,
    ));
  it('for a group that exists already', () =>
    check(
      { operation: 'CreateLogGroup', body: { logGroupName: '/app' } },
      400,
      'ResourceAlreadyExistsException',
      /^The specified log group already exists$/,
    ));
  it('with a retention that is none of the choices', () =>
    check(
      { operation: 'PutRetentionPolicy', body: { logGroupName: '/app', retentionInDays: 2 } },
      400,
      'InvalidParameterException',
      /Member must satisfy enum value set: \[1, 3/,
    ));
  it('with a key of AWS KMS', () =>
    check(
      { operation: 'CreateLogGroup', body: { logGroupName: 'k', kmsKeyId: 'arn:x' } },
      400,
      'InvalidParameterException',
      /kmsKeyId/,
    ));
  it('with an ARN of another account', () =>
    check(
      { operation: 'ListTagsForResource', body: { resourceArn: 'arn:aws:logs:us-east-1:999999999999:log-group:/app' } },
      400,
      'InvalidParameterException',
      /999999999999/,
    ));
});

describe('what is accepted', () => {
  it('a body in gzip, signed as sent', async () => {
    const body = {
      logGroupName: '/app',
      logStreamName: 's',
      logEvents: [{ timestamp: Date.now(), message: 'zipped' }],
    };
    const answer = await rawCall(server.port, {
      operation: 'PutLogEvents',
      body: gzipSync(JSON.stringify(body)),
      headers: { 'content-encoding': 'gzip' },
    });
    expect([answer.status, Object.keys(answer.json)]).toEqual([200, ['nextSequenceToken']]);
  });
  it('answers nothing but its headers where the API answers nothing', async () => {
    const answer = await rawCall(server.port, { operation: 'DeleteRetentionPolicy', body: { logGroupName: '/app' } });
    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '0']);
  });
  it('leaves other targets and methods to others', async () => {
    const answer = await fetch(server.url, { method: 'POST', headers: { 'x-amz-target': 'Other_1.Put' } });
    expect(answer.status).toBe(404);
    expect((await fetch(server.url, { headers: { 'x-amz-target': 'Logs_20140328.DescribeLogGroups' } })).status).toBe(
      404,
    );
  });
});
