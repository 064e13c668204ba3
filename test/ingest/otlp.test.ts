import { gzipSync } from 'node:zlib';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeServer, KEY, READER_KEY, startEdgeServer } from './edge-server.ts';
import { attribute, collector, encodeWith, toProtobuf, wrap } from './otlp-encoder.ts';

let server: EdgeServer;
beforeAll(async () => {
  server = await startEdgeServer();
});
afterAll(() => server.close());

const nowNano = (): string => String(BigInt(Date.now()) * 1_000_000n);
const rowsOf = (group: string) => server.rows.filter((row) => row.logGroup === group);
const countOf = (protocol: string) => server.counters.list().find((count) => count.protocol === protocol);

interface Post {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string | undefined;
}
const post = (
  body: Uint8Array | string,
  { path = '/v1/logs', headers = {}, key = KEY }: Post = {},
): Promise<Response> =>
  fetch(server.url + path, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: {
      'content-type': typeof body === 'string' ? 'application/json' : 'application/x-protobuf',
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
  });

describe.each([
  [
    'protobuf',
    () => new ProtobufExporter({ url: `${server.url}/v1/logs`, headers: { authorization: `Bearer ${KEY}` } }),
  ],
  ['JSON', () => new JsonExporter({ url: `${server.url}/v1/logs`, headers: { authorization: `Bearer ${KEY}` } })],
] as const)('the OpenTelemetry SDK with its %s exporter', (name, createExporter) => {
  it('stores what it logs, masked, under the group of its service', async () => {
    const service = `sdk-${name}`;
    const exporter: LogRecordExporter = createExporter();
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': service, 'service.instance.id': 'pod-1', 'process.pid': 7 }),
      processors: [new BatchLogRecordProcessor({ exporter })],
    });
    const logger = provider.getLogger('checkout', '2.0');
    logger.emit({
      severityNumber: SeverityNumber.ERROR,
      severityText: 'ERROR',
      body: 'card declined',
      attributes: {
        attempts: 3,
        ratio: 0.25,
        retried: false,
        user: { id: 'u1' },
        tags: ['a', 'b'],
        password: 'hunter2!',
      },
    });
    logger.emit({ body: { event: 'login', ok: true }, eventName: 'login' });
    await provider.forceFlush();
    await provider.shutdown();
    const [first, second] = rowsOf(`/otlp/${service}`);
    expect(first).toMatchObject({
      logStream: 'pod-1',
      service,
      severityNumber: 17,
      severityText: 'ERROR',
      body: 'card declined',
      scopeName: 'checkout',
      scopeVersion: '2.0',
      resource: { 'service.name': service, 'process.pid': '7' },
      attributesString: { 'user.id': 'u1', tags: '["a","b"]' },
      attributesNumber: { attempts: 3, ratio: 0.25 },
      attributesBool: { retried: false },
    });
    expect(first?.attributesString.password).toMatch(/^\[redacted:/);
    expect(JSON.parse(second?.body ?? '')).toEqual({ event: 'login', ok: true });
    expect(second?.eventName).toBe('login');
    expect(Math.abs(Number(first?.timeNs ?? 0n) / 1e6 - Date.now())).toBeLessThan(60_000);
  });
});

describe('OTLP answers', () => {
  it('answers an accepted request empty, in the encoding it came in', async () => {
    const request = wrap([{ timeUnixNano: nowNano(), body: { stringValue: 'x' } }]);
    const protobuf = await post(toProtobuf(request));
    expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([200, 'application/x-protobuf']);
    expect((await protobuf.arrayBuffer()).byteLength).toBe(0);
    const json = await post(JSON.stringify(request));
    expect([json.status, json.headers.get('content-type'), await json.json()]).toEqual([200, 'application/json', {}]);
    const empty = await post(new Uint8Array(0));
    expect(empty.status).toBe(200);
  });

  it('acknowledges only after the store did, and in the order of the promise', async () => {
    const before = server.calls.length;
    await post(JSON.stringify(wrap([{ timeUnixNano: nowNano() }], {})), {
      headers: { 'x-holdfast-log-group': 'order' },
    });
    expect(server.calls.slice(before)).toEqual([
      'authenticate shipper',
      'authorize shipper logs:Write',
      'open order default',
      'append 1',
      'note order',
      'audit 1',
    ]);
  });

  it('takes gzip and deflate, and refuses what is not what it says', async () => {
    const body = toProtobuf(wrap([{ timeUnixNano: nowNano() }]));
    expect((await post(gzipSync(body), { headers: { 'content-encoding': 'gzip' } })).status).toBe(200);
    const wrong = await post(body, { headers: { 'content-encoding': 'gzip' } });
    expect(wrong.status).toBe(400);
    const unknown = await post(body, { headers: { 'content-encoding': 'snappy' } });
    expect([unknown.status, statusOf(await unknown.arrayBuffer())]).toEqual([415, expect.stringContaining('snappy')]);
  });

  it('reports expired and oversize records as partial success and stores the others', async () => {
    const records = [
      { timeUnixNano: nowNano(), body: { stringValue: 'kept' } },
      { timeUnixNano: '1', body: { stringValue: 'from 1970' } },
      { timeUnixNano: nowNano(), body: { stringValue: 'x'.repeat(2 * 1024 * 1024) } },
      {
        timeUnixNano: nowNano(),
        attributes: Array.from({ length: 10_000 }, (_, index) => attribute(`a${index}`, { boolValue: true })),
      },
    ];
    const headers = { 'x-aws-log-group': 'partial', 'x-aws-log-stream': 's' };
    const refusedBefore = countOf('otlp')?.refusedRecords ?? 0;
    const json = await post(JSON.stringify(wrap(records)), { headers });
    expect(json.status).toBe(200);
    const { partialSuccess } = (await json.json()) as { partialSuccess: Record<string, string> };
    expect(partialSuccess.rejectedLogRecords).toBe('3');
    expect(partialSuccess.errorMessage).toMatch(/longer than 1048576 bytes.*1000 attributes.*older than the retention/);
    expect(rowsOf('partial').map((row) => [row.logStream, row.body])).toEqual([['s', 'kept']]);
    expect(countOf('otlp')?.refusedRecords).toBe(refusedBefore + 3);
    const protobuf = Buffer.from(await (await post(toProtobuf(wrap(records)), { headers })).arrayBuffer());
    // partial_success (field 1) with rejected_log_records (field 1) = 3.
    expect(protobuf[0]).toBe(0x0a);
    expect(protobuf.includes(Buffer.from([0x08, 3]))).toBe(true);
  });

  it('refuses without a key, with an unknown key and without the permission, and stores nothing', async () => {
    const body = JSON.stringify(wrap([{ timeUnixNano: nowNano() }]));
    const before = server.rows.length;
    const none = await post(body, { key: '' });
    expect([none.status, none.headers.get('www-authenticate'), await codeOf(none)]).toEqual([
      401,
      'Bearer realm="holdfast"',
      16,
    ]);
    const unknown = await post(body, { key: 'hf_x_y' });
    expect([unknown.status, await codeOf(unknown)]).toEqual([401, 16]);
    const reader = await post(body, { key: READER_KEY });
    expect([reader.status, await codeOf(reader)]).toEqual([403, 7]);
    const basic = await post(body, { key: '', headers: { authorization: 'Basic YTpi' } });
    expect(basic.status).toBe(401);
    expect(server.rows.length).toBe(before);
  });

  it('refuses malformed bodies in the encoding of the request', async () => {
    const json = await post('{"resourceLogs":');
    expect([json.status, await codeOf(json)]).toEqual([400, 3]);
    const protobuf = await post(new Uint8Array([0x0a, 0xff]));
    expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
    expect(statusOf(await protobuf.arrayBuffer())).toContain('not valid OTLP protobuf');
    const type = await post('x', { headers: { 'content-type': 'text/xml' } });
    expect([type.status, await codeOf(type)]).toEqual([415, 3]);
    const get = await fetch(`${server.url}/v1/logs`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('asks to come back when the store is full, and hides the text of a defect', async () => {
    const body = JSON.stringify(wrap([{ timeUnixNano: nowNano() }]));
    server.failNextAppend('full');
    const full = await post(body);
    expect([full.status, full.headers.get('retry-after'), await codeOf(full)]).toEqual([503, '7', 14]);
    server.failNextAppend('defect');
    const defect = await post(body);
    const text = await defect.text();
    expect([defect.status, text.includes('hunter2')]).toEqual([500, false]);
    expect(text).toContain('r1');
  });

  it('declines spans and metric points as OTLP asks, and counts them', async () => {
    const traces = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }, { name: 'b' }] }] }] });
    const spans = await post(traces, { path: '/v1/traces' });
    expect(await spans.json()).toMatchObject({ partialSuccess: { rejectedSpans: '2' } });
    const metrics = encodeWith(collector.metrics.v1.ExportMetricsServiceRequest, {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ gauge: { dataPoints: [{ asInt: 1 }] } }] }] }],
    });
    const points = await post(metrics, { path: '/v1/metrics' });
    expect([points.status, statusOf(await points.arrayBuffer())]).toEqual([
      200,
      expect.stringContaining('metric data points are not kept'),
    ]);
    expect(countOf('otlp-traces')).toMatchObject({ records: 0, refusedRecords: 2 });
    expect(countOf('otlp-metrics')).toMatchObject({ records: 0, refusedRecords: 1 });
    expect((await post(traces, { path: '/v1/traces', key: '' })).status).toBe(401);
  });

  it('refuses a secret in the name of a group, and masks it in a service name', async () => {
    const secret = `AKIA${'QXZ7RTPLM2WKDHS5'}`;
    const request = wrap([{ timeUnixNano: nowNano() }], {
      attributes: [attribute('service.name', { stringValue: `job-${secret}` })],
    });
    const named = await post(JSON.stringify(request), { headers: { 'x-holdfast-log-group': `g-${secret}` } });
    const text = await named.text();
    expect([named.status, text.includes(secret)]).toEqual([400, false]);
    expect((await post(JSON.stringify(request))).status).toBe(200);
    const row = server.rows.at(-1);
    expect(row?.logGroup).toMatch(/^\/otlp\/job-_redacted/);
    expect(`${row?.logGroup} ${row?.service} ${JSON.stringify(row?.resource)}`).not.toContain(secret);
  });
});

const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { code: number }).code;
const statusOf = (body: ArrayBuffer): string => Buffer.from(body).toString('utf8');
