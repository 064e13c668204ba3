import { gzipSync } from 'node:zlib';
import { cbor } from '@smithy/core/cbor';
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signSigV4 } from '../../src/access/index.ts';
import type { MetricPoint, MetricStore } from '../../src/metrics/index.ts';
import { type CloudWatchServer, startCloudWatch } from './cloudwatch-server.ts';
import { KEY, REGION } from './edge-server.ts';
import { NO_ALARMS } from './no-alarms.ts';

const appended: MetricPoint[] = [];
const MEMORY: MetricStore = {
  append: async (points) => void appended.push(...points),
  subscribe: () => () => undefined,
  query: async () => [],
  listMetrics: async () => ({ metrics: [] }),
  namespaces: async () => [],
};
let server: CloudWatchServer;
beforeAll(async () => {
  server = await startCloudWatch({ metrics: MEMORY, alarms: NO_ALARMS });
});
afterAll(() => server.close());

type WireName = 'json' | 'cbor' | 'query';
interface Sent {
  readonly operation?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secret?: string;
  readonly service?: string;
  readonly unsigned?: boolean;
}
interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const PATHS = { json: '/', query: '/', cbor: '/service/GraniteServiceVersion20100801/operation/' };
const headersOf = (wire: WireName, operation: string): Record<string, string> => {
  if (wire === 'json') {
    return {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
    };
  }
  if (wire === 'cbor') return { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
  return { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
};

/** One call by hand, and what it was answered in the words of its wire. */
async function call(wire: WireName, body: string | Uint8Array, sent: Sent = {}): Promise<Refused> {
  const operation = sent.operation ?? 'PutMetricData';
  const path = wire === 'cbor' ? `${PATHS.cbor}${operation}` : PATHS[wire];
  const bytes = Buffer.from(body as Uint8Array);
  const headers = { host: `127.0.0.1:${server.port}`, ...headersOf(wire, operation), ...sent.headers };
  const signed = signSigV4(
    { method: 'POST', target: path, headers: Object.entries(headers), body: bytes },
    {
      accessKeyId: KEY.accessKeyId,
      secret: sent.secret ?? KEY.secretAccessKey,
      region: REGION,
      service: sent.service ?? 'monitoring',
    },
    Date.now(),
  );
  const response = await fetch(new URL(path, server.url), {
    method: 'POST',
    headers: { ...headers, ...(sent.unsigned === true ? {} : signed) },
    body: bytes,
  });
  const answer = Buffer.from(await response.arrayBuffer());
  return { status: response.status, ...readAnswer(wire, response, answer) };
}

function readAnswer(wire: WireName, response: Response, answer: Buffer): { code: string; message: string } {
  if (response.status === 200) return { code: 'accepted', message: '' };
  if (wire === 'query') {
    const parsed = new XMLParser().parse(answer.toString()) as {
      ErrorResponse: { Error: { Code: string; Message: string } };
    };
    return { code: parsed.ErrorResponse.Error.Code, message: parsed.ErrorResponse.Error.Message };
  }
  const body = (wire === 'json' ? JSON.parse(answer.toString()) : cbor.deserialize(answer)) as { message: string };
  if (wire === 'cbor') expect(response.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
  return { code: (response.headers.get('x-amzn-query-error') ?? '').split(';')[0] ?? '', message: body.message };
}

/** The same request in the three forms. */
const put = { Namespace: 'N', MetricData: [{ MetricName: 'm', Value: 1 }] };
const BODIES: Readonly<Record<WireName, string | Uint8Array>> = {
  json: JSON.stringify(put),
  cbor: cbor.serialize(put),
  query:
    'Action=PutMetricData&Version=2010-08-01&Namespace=N&MetricData.member.1.MetricName=m&MetricData.member.1.Value=1',
};

describe.each(['json', 'cbor', 'query'] as const)('the %s wire', (wire) => {
  const body = BODIES[wire];

  it('takes what is signed, plain and compressed', async () => {
    const before = appended.length;
    expect((await call(wire, body)).status).toBe(200);
    const compressed = gzipSync(body);
    expect((await call(wire, compressed, { headers: { 'content-encoding': 'gzip' } })).status).toBe(200);
    expect(appended.length - before).toBe(2);
  });

  it('refuses who is not known, or signs for another service', async () => {
    const before = appended.length;
    expect(await call(wire, body, { unsigned: true })).toMatchObject({
      status: 403,
      code: 'MissingAuthenticationToken',
    });
    expect(await call(wire, body, { secret: 'another' })).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    // A form that is signed for another service is not for this edge at all.
    if (wire !== 'query') {
      expect(await call(wire, body, { service: 'logs' })).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    }
    expect(appended.length).toBe(before);
  });

  it('refuses bombs, torn compression, bodies too long, and what is not of its form', async () => {
    const gzip = { headers: { 'content-encoding': 'gzip' } };
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    expect(await call(wire, bomb, gzip)).toMatchObject({ status: 413, code: 'RequestEntityTooLarge' });
    expect(await call(wire, 'no gzip', gzip)).toMatchObject({ status: 400, code: 'MalformedInput' });
    expect(await call(wire, body, { headers: { 'content-encoding': 'br' } })).toMatchObject({ code: 'MalformedInput' });
    expect((await call(wire, Buffer.alloc(5 * 1024 * 1024, 0x61))).status).toBe(413);
    const torn = wire === 'query' ? 'Action=PutMetricData&Namespace=%f' : Buffer.from('{"a');
    expect(await call(wire, torn)).toMatchObject({ status: 400, code: 'MalformedInput' });
    const deep = {
      json: '['.repeat(100_000),
      cbor: Buffer.alloc(100_000, 0x81),
      query: `Action=PutMetricData&${'a.'.repeat(50_000)}=1`,
    };
    expect(await call(wire, deep[wire])).toMatchObject({ status: 400, code: 'MalformedInput' });
  });

  it('refuses PutMetricData over a mebibyte, compressed or not', async () => {
    const long = 'x'.repeat(1_100_000);
    const padded = {
      json: JSON.stringify({ ...put, Ignored: long }),
      cbor: cbor.serialize({ ...put, Ignored: long }),
      query: `${String(BODIES.query)}&Ignored=${long}`,
    }[wire];
    const compressed = await call(wire, gzipSync(padded), { headers: { 'content-encoding': 'gzip' } });
    expect(compressed).toMatchObject({ status: 413, code: 'RequestEntityTooLarge' });
  });

  it('names operations that it has not', async () => {
    const asked = (operation: string) =>
      call(
        wire,
        wire === 'query' ? `Action=${operation}&Version=2010-08-01` : wire === 'json' ? '{}' : cbor.serialize({}),
        { operation },
      );
    expect(await asked('PutDashboard')).toMatchObject({
      status: 400,
      code: 'InvalidAction',
      message: expect.stringContaining('PutDashboard of CloudWatch is not offered'),
    });
    expect((await asked('Nonsense')).message).toContain('CloudWatch has no operation Nonsense');
  });
});

it('does not take what another edge or the console is asked for', async () => {
  const status = async (path: string, init: RequestInit) => (await fetch(new URL(path, server.url), init)).status;
  expect(await status('/', { method: 'GET' })).toBe(404);
  expect(
    await status('/', { method: 'POST', body: '{}', headers: { 'x-amz-target': 'Logs_20140328.PutLogEvents' } }),
  ).toBe(404);
  expect(await status('/service/Other/operation/PutMetricData', { method: 'POST' })).toBe(404);
  const forSqs = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/r/sqs/aws4_request',
  };
  expect(await status('/', { method: 'POST', body: 'Action=SendMessage', headers: forSqs })).toBe(404);
});

it('masks secrets in names and dimensions before anything is stored or audited', async () => {
  const secret = `AKIA${'Q3EGRZ7KNTPWX5LV'}`;
  const before = appended.length;
  const data = {
    MetricName: secret,
    Dimensions: [
      { Name: 'key', Value: secret },
      { Name: 'password', Value: 'hunter2hunter2' },
    ],
    Value: 1,
  };
  expect((await call('json', JSON.stringify({ Namespace: secret, MetricData: [data] }))).status).toBe(200);
  const stored = JSON.stringify([appended.slice(before), server.audited]);
  expect(stored).not.toContain(secret);
  expect(stored).not.toContain('hunter2');
  expect(stored).toContain('[redacted:');
});
