import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/base/index.ts';
import { actorOf, SENDER_KEY, type SignalServer, startSignalServer } from './signal-server.ts';

let server: SignalServer;
beforeAll(async () => {
  server = await startSignalServer();
});
afterAll(() => server.close());

const reader = actorOf('reader');
const range = (): { readonly fromMs: number; readonly toMs: number } => ({
  fromMs: Date.now() - HOUR_MS,
  toMs: Date.now() + HOUR_MS,
});

const read = async (name: string, dimensions: Readonly<Record<string, string>>, statistic: string) => {
  const [series] = await server.metrics.query({
    queries: [
      {
        id: 'm1',
        type: 'metric',
        metric: { namespace: 'Holdfast/Requests', name, dimensions },
        statistic,
        periodSeconds: 3600,
        returnData: true,
      },
    ],
    ...range(),
  });
  return series?.values;
};

describe.each([
  ['protobuf', ProtobufExporter],
  ['JSON', JsonExporter],
] as const)('the OpenTelemetry trace SDK with its %s exporter', (name, Exporter) => {
  const service = `shop-${name}`;

  it('keeps its spans, masked, and makes metrics of its requests', async () => {
    const exporter = new Exporter({
      url: `${server.url}/v1/traces`,
      headers: { authorization: `Bearer ${SENDER_KEY}` },
    });
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': service }),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    const tracer = provider.getTracer('http', '1.0');
    const startMs = Date.now() - 60_000;
    const secret = 'Zk9qLw3xT7vB';
    const traceIds: string[] = [];
    for (let index = 0; index < 10; index += 1) {
      const root = tracer.startSpan('GET', {
        kind: SpanKind.SERVER,
        startTime: startMs,
        attributes: {
          'http.route': '/cart/{id}',
          'http.request.method': 'GET',
          'http.response.status_code': 200,
          secret,
        },
      });
      traceIds.push(root.spanContext().traceId);
      const inner = tracer.startSpan(
        'select',
        { kind: SpanKind.CLIENT, startTime: startMs + 1, links: [{ context: root.spanContext() }] },
        trace.setSpan(context.active(), root),
      );
      inner.addEvent('row', { size: 3 }, startMs + 1);
      inner.end(startMs + 2);
      if (index === 9)
        root.setStatus({ code: SpanStatusCode.ERROR, message: `postgres://shop:${secret}@db/shop does not answer` });
      root.end(startMs + 10 * (index + 1));
    }
    await provider.forceFlush();
    await provider.shutdown();

    const dimensions = { service, route: 'GET /cart/{id}' };
    expect(await read('Requests', dimensions, 'Sum')).toEqual([10]);
    expect(await read('Requests', { service }, 'Sum')).toEqual([10]);
    expect(await read('Errors', dimensions, 'Sum')).toEqual([1]);
    expect(await read('Duration', dimensions, 'p50')).toEqual([50]);
    expect(await read('Duration', dimensions, 'p99')).toEqual([100]);

    const spans = await server.traces.getTrace(reader, traceIds[9] ?? '');
    expect(spans.map((span) => [span.name, span.kind, span.route, span.status])).toEqual([
      ['GET', 'server', 'GET /cart/{id}', 'error'],
      ['select', 'client', 'select', 'unset'],
    ]);
    expect(
      JSON.stringify(spans, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain(secret);
    const [root, inner] = spans;
    expect(inner).toMatchObject({ parentSpanId: root?.spanId, scopeName: 'http', service });
    expect(inner?.events).toMatchObject([{ name: 'row', attributes: { size: '3' } }]);
    expect(inner?.links).toEqual([{ traceId: root?.traceId, spanId: root?.spanId }]);
    expect(root?.durationNs).toBe(100_000_000n);
    expect(root?.attributesNumber['http.response.status_code']).toBe(200);
  });

  it('finds traces by service, route, duration and status', async () => {
    const all = await server.traces.findTraces(reader, { ...range(), service, limit: 100 });
    expect(all).toHaveLength(10);
    expect(all[0]).toMatchObject({ service, route: 'GET /cart/{id}', spans: 2, services: [service] });
    const find = async (filter: object): Promise<readonly number[]> =>
      (await server.traces.findTraces(reader, { ...range(), service, limit: 100, ...filter })).map(
        ({ durationMs }) => durationMs,
      );
    expect(await find({ status: 'error' })).toEqual([100]);
    expect([...(await find({ durationMsMin: 85 }))].sort((a, b) => a - b)).toEqual([90, 100]);
    expect(await find({ route: 'GET /nowhere' })).toEqual([]);
    expect(await find({ limit: 3 })).toHaveLength(3);
    expect(await find({ fromMs: Date.now() - 30_000 })).toEqual([]);
  });
});

describe('traces', () => {
  it('are read by those who may, and each read leaves a record', async () => {
    const code = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => 'it succeeded',
        (error: unknown) => (error as { readonly code?: string }).code,
      );
    const id = 'a'.repeat(32);
    const before = server.audited.filter((one) => one === 'GetTrace').length;
    expect(await code(server.traces.getTrace(actorOf('sender'), id))).toBe('test.forbidden');
    expect(await code(server.traces.getTrace(reader, id))).toBe('traces.trace-missing');
    expect(await code(server.traces.getTrace(reader, 'x'))).toBe('traces.trace-id-invalid');
    expect(await code(server.traces.findTraces(reader, { fromMs: 2, toMs: 1, limit: 1 }))).toBe('traces.range-invalid');
    expect(server.audited.filter((one) => one === 'GetTrace').length - before).toBe(1);
  });

  it('counts a request once that its sender repeats', async () => {
    const startMs = Date.now() - 1000;
    const span = {
      traceId: 'ef'.repeat(16),
      spanId: '12'.repeat(8),
      name: 'GET /',
      kind: 2,
      startTimeUnixNano: String(BigInt(startMs) * 1_000_000n),
      endTimeUnixNano: String(BigInt(startMs + 20) * 1_000_000n),
    };
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'repeating' } }] };
    for (let time = 0; time < 3; time += 1) {
      const response = await fetch(`${server.url}/v1/traces`, {
        method: 'POST',
        body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span, span] }] }] }),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${SENDER_KEY}` },
      });
      expect(response.status).toBe(200);
    }
    expect(await read('Requests', { service: 'repeating' }, 'Sum')).toEqual([1]);
    expect(await read('Duration', { service: 'repeating' }, 'SampleCount')).toEqual([1]);
    expect(await server.traces.getTrace(reader, span.traceId)).toHaveLength(1);
  });

  it('refuses single spans by name and number', async () => {
    const nano = (ms: number): string => String(BigInt(ms) * 1_000_000n);
    const span = (change: object): object => ({
      traceId: 'ab'.repeat(16),
      spanId: 'cd'.repeat(8),
      name: 'work',
      kind: 1,
      startTimeUnixNano: nano(Date.now() - 1000),
      endTimeUnixNano: nano(Date.now()),
      ...change,
    });
    const spans = [
      span({}),
      span({ traceId: '0'.repeat(32) }),
      span({ spanId: 'short' }),
      span({ endTimeUnixNano: '5' }),
      span({ startTimeUnixNano: nano(Date.now() - 40 * 24 * HOUR_MS) }),
    ];
    const response = await fetch(`${server.url}/v1/traces`, {
      method: 'POST',
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [...spans, spans[0]] }] }] }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${SENDER_KEY}` },
    });
    expect(await response.json()).toMatchObject({ partialSuccess: { rejectedSpans: '4' } });
    // The span that was sent twice is one.
    expect(await server.traces.getTrace(reader, 'ab'.repeat(16))).toHaveLength(1);
  });
});
