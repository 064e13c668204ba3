import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/base/index.ts';
import type { MetricPoint } from '../../src/metrics/index.ts';
import { attribute, collector, encodeWith } from './otlp-encoder.ts';
import { LOGS_KEY, SENDER_KEY, type SignalServer, startSignalServer } from './signal-server.ts';

let server: SignalServer;
const heard: MetricPoint[] = [];
beforeAll(async () => {
  server = await startSignalServer();
  server.metrics.subscribe((points) => heard.push(...points));
});
afterAll(() => server.close());

const read = async (
  name: string,
  dimensions: Readonly<Record<string, string>>,
  statistic: string,
): Promise<readonly number[]> => {
  const nowMs = Date.now();
  const [series] = await server.metrics.query({
    queries: [
      {
        id: 'm1',
        type: 'metric',
        metric: { namespace: 'OTel', name, dimensions },
        statistic,
        periodSeconds: 3600,
        returnData: true,
      },
    ],
    fromMs: nowMs - HOUR_MS,
    toMs: nowMs + HOUR_MS,
  });
  // Over the turn of an hour there are two periods.
  return series?.values ?? [];
};

const nano = (offsetMs = 0): string => String(BigInt(Date.now() + offsetMs) * 1_000_000n);

interface Answer {
  readonly status: number;
  readonly partialSuccess?: { readonly rejectedDataPoints: string; readonly errorMessage: string };
}

const send = async (metrics: readonly unknown[], settings: SendSettings = {}): Promise<Answer> => {
  const { protobuf = false, key = SENDER_KEY, service = 'raw', url = server.url, attributes = [] } = settings;
  const request = {
    resourceMetrics: [
      {
        resource: { attributes: [attribute('service.name', { stringValue: service }), ...attributes] },
        scopeMetrics: [{ scope: { name: 'test' }, metrics }],
      },
    ],
  };
  const body = protobuf
    ? new Uint8Array(encodeWith(collector.metrics.v1.ExportMetricsServiceRequest, request))
    : JSON.stringify(request);
  const response = await fetch(`${url}/v1/metrics`, {
    method: 'POST',
    body,
    headers: {
      'content-type': protobuf ? 'application/x-protobuf' : 'application/json',
      authorization: `Bearer ${key}`,
    },
  });
  if (protobuf) return { status: response.status };
  return { status: response.status, ...((await response.json()) as object) };
};
interface SendSettings {
  readonly protobuf?: boolean;
  readonly key?: string;
  readonly service?: string;
  readonly url?: string;
  readonly attributes?: readonly unknown[];
}

const gauge = (name: string, value: unknown, more: object = {}): unknown => ({
  name,
  gauge: { dataPoints: [{ timeUnixNano: nano(), ...(value as object), ...more }] },
});

describe.each([
  ['protobuf', ProtobufExporter],
  ['JSON', JsonExporter],
] as const)('the OpenTelemetry metrics SDK with its %s exporter', (name, Exporter) => {
  it('stores counters as what was added, histograms with percentiles, and gauges', async () => {
    const service = `sdk-${name}`;
    const exporter = new Exporter({
      url: `${server.url}/v1/metrics`,
      headers: { authorization: `Bearer ${SENDER_KEY}` },
    });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({
      resource: resourceFromAttributes({ 'service.name': service, 'service.instance.id': 'pod-1' }),
      readers: [reader],
      views: [
        { instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } },
        {
          instrumentName: 'explicit',
          aggregation: {
            type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
            options: { boundaries: [10, 20, 50, 100], recordMinMax: true },
          },
        },
      ],
    });
    const meter = provider.getMeter('checkout');
    const requests = meter.createCounter('requests', { unit: '{request}' });
    const queue = meter.createUpDownCounter('queue');
    const explicit = meter.createHistogram('explicit', { unit: 'ms' });
    const exponential = meter.createHistogram('exponential', { unit: 's' });
    meter.createObservableGauge('load').addCallback((result) => result.observe(0.5));

    requests.add(3, { route: '/a' });
    queue.add(5);
    for (let value = 1; value <= 100; value += 1) {
      explicit.record(value);
      exponential.record(value / 10);
    }
    await provider.forceFlush();
    requests.add(4, { route: '/a' });
    queue.add(-2);
    exponential.record(50);
    await provider.forceFlush();
    await provider.shutdown();

    const dimensions = { 'service.name': service };
    // Two exports of the running total 3 and 7 are 3 and 4 that were added. The third, at shutdown, adds nothing.
    const added = heard.filter((point) => point.name === 'requests' && point.dimensions['service.name'] === service);
    expect(added.map(({ sum, unit }) => [sum, unit])).toEqual([
      [3, 'Count'],
      [4, 'Count'],
      [0, 'Count'],
    ]);
    expect(await read('requests', { ...dimensions, route: '/a' }, 'Sum')).toEqual([7]);
    expect(await read('queue', dimensions, 'Maximum')).toEqual([5]);
    expect(await read('queue', dimensions, 'Minimum')).toEqual([3]);
    expect(await read('load', dimensions, 'Average')).toEqual([0.5]);
    expect(await read('explicit', dimensions, 'SampleCount')).toEqual([100]);
    expect(await read('explicit', dimensions, 'Sum')).toEqual([5050]);
    const [p90 = 0] = await read('explicit', dimensions, 'p90');
    expect(Math.abs(p90 - 90)).toBeLessThan(5);
    expect(await read('exponential', dimensions, 'SampleCount')).toEqual([101]);
    const [p50 = 0] = await read('exponential', dimensions, 'p50');
    expect(Math.abs(p50 / 5.1 - 1)).toBeLessThan(0.05);
    const [p100 = 0] = await read('exponential', dimensions, 'p100');
    expect(Math.abs(p100 / 50 - 1)).toBeLessThan(0.05);
  });
});

describe('metrics over OTLP', () => {
  it('reads both encodings alike', async () => {
    const buckets = { offset: 3, bucketCounts: ['1', '0', '4'] };
    const time = { timeUnixNano: nano(), startTimeUnixNano: nano(-1000) };
    const metrics = [
      { name: 'double', unit: 'By', gauge: { dataPoints: [{ ...time, asDouble: 1.25, attributes: [] }] } },
      { name: 'int', gauge: { dataPoints: [{ ...time, asInt: '-7' }] } },
      { name: 'delta', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ ...time, asInt: '12' }] } },
      {
        name: 'bounds',
        histogram: {
          aggregationTemporality: 1,
          dataPoints: [
            { ...time, count: '6', sum: 21, min: 1, max: 9, bucketCounts: ['2', '0', '4'], explicitBounds: [2, 5] },
          ],
        },
      },
      {
        name: 'exponential',
        exponentialHistogram: {
          aggregationTemporality: 1,
          dataPoints: [
            { ...time, count: '8', sum: 60, scale: 1, zeroCount: '3', positive: buckets, negative: { offset: 0 } },
          ],
        },
      },
      {
        name: 'summary',
        unit: 's',
        summary: { dataPoints: [{ ...time, count: '4', sum: 2, quantileValues: [{ quantile: 0.5, value: 0.4 }] }] },
      },
    ];
    const from = heard.length;
    expect((await send(metrics, { service: 'twin' })).status).toBe(200);
    const json = heard.slice(from);
    expect((await send(metrics, { service: 'twin2', protobuf: true })).status).toBe(200);
    const protobuf = heard.slice(from + json.length);
    const plain = ({ name, sum, count, min, max, values, counts, unit, timeMs }: MetricPoint) => {
      return { name, sum, count, min, max, values, counts, unit, timeMs };
    };
    expect(protobuf.map(plain)).toEqual(json.map(plain));
    const of = (name: string) => json.find((point) => point.name === name);
    expect(of('double')).toMatchObject({ sum: 1.25, unit: 'Bytes' });
    expect(of('int')).toMatchObject({ sum: -7, min: -7 });
    expect(of('delta')).toMatchObject({ sum: 12 });
    expect(of('bounds')).toMatchObject({ sum: 21, count: 6, min: 1, max: 9, counts: [1, 1, 1, 1, 1, 1] });
    expect(of('bounds')?.values).toEqual([1.25, 1.75, 5.5, 6.5, 7.5, 8.5]);
    // Scale 1 has the base 2^0.5: bucket 3 is (2^1.5, 2^2] and bucket 5 (2^2.5, 2^3].
    expect(of('exponential')).toMatchObject({ sum: 60, count: 8, min: 0, max: 8, counts: [3, 1, 4] });
    expect(of('summary')).toMatchObject({ dimensions: { 'service.name': 'twin', quantile: '0.5' }, unit: 'Seconds' });
  });

  it('counts on from the last total, and over restarts of the sender', async () => {
    const nowMs = Date.now();
    const at = (offsetMs: number): string => String(BigInt(nowMs + offsetMs) * 1_000_000n);
    const total = async (value: number, startMs: number, timeMs: number): Promise<void> => {
      const dataPoints = [{ startTimeUnixNano: at(startMs), timeUnixNano: at(timeMs), asDouble: value }];
      const answer = await send([{ name: 'total', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } }]);
      expect(answer.partialSuccess).toBeUndefined();
    };
    const from = heard.length;
    // Began long before this process did: what it counted until now may be stored already.
    await total(1000, -3_600_000, -5000);
    await total(1010, -3_600_000, -4000);
    await total(1010, -3_600_000, -4500);
    await total(1025, -3_600_000, -3000);
    await total(4, -2500, -2000);
    await total(9, -2500, -1000);
    expect(heard.slice(from).map(({ sum }) => sum)).toEqual([10, 15, 4, 5]);
  });

  it('refuses single points by name and number, and keeps the others', async () => {
    const many = Array.from({ length: 31 }, (_, index) => attribute(`a${index}`, { stringValue: 'x' }));
    const answer = await send(
      [
        gauge('kept', { asDouble: 1 }),
        gauge('nan', { asDouble: 'NaN' }),
        gauge('infinite', { asDouble: 'Infinity' }),
        gauge('nothing', {}),
        gauge('ended', { flags: 1 }),
        gauge('old', { asDouble: 1 }, { timeUnixNano: nano(-15 * 24 * HOUR_MS) }),
        gauge('wide', { asDouble: 1 }, { attributes: many }),
      ],
      { service: 'refusals' },
    );
    expect(answer.partialSuccess?.rejectedDataPoints).toBe('5');
    expect(answer.partialSuccess?.errorMessage).toContain('3 because a value is not a finite number');
    expect(answer.partialSuccess?.errorMessage).toContain('more than two weeks in the past');
    expect(answer.partialSuccess?.errorMessage).toContain('more than 30 dimensions');
    expect(await read('kept', { 'service.name': 'refusals' }, 'Sum')).toEqual([1]);
    expect(server.counters.list().find(({ protocol }) => protocol === 'otlp-metrics')?.refusedRecords).toBe(5);
    expect(server.audited).toContain('PutMetricData 2');
  });

  it('masks secrets in dimensions before anything is kept of them', async () => {
    const secret = 'Zk9qLw3xT7vB';
    const point = {
      attributes: [attribute('token', { stringValue: secret }), attribute('route', { stringValue: '/x' })],
    };
    await send([gauge('masked', { asDouble: 1 }, point)], { service: 'secrets' });
    const listed = await server.metrics.listMetrics({ namespace: 'OTel', name: 'masked', limit: 10 });
    expect(listed.metrics).toHaveLength(1);
    expect(JSON.stringify(listed)).not.toContain(secret);
    expect(listed.metrics[0]?.dimensions.route).toBe('/x');
  });

  it('refuses keys without the right, unknown keys, and bytes that are no request', async () => {
    expect((await send([gauge('x', { asDouble: 1 })], { key: LOGS_KEY })).status).toBe(403);
    expect((await send([gauge('x', { asDouble: 1 })], { key: 'hf_nobody' })).status).toBe(401);
    const broken = await fetch(`${server.url}/v1/metrics`, {
      method: 'POST',
      body: new Uint8Array([10, 200, 1, 2, 3]),
      headers: { 'content-type': 'application/x-protobuf', authorization: `Bearer ${SENDER_KEY}` },
    });
    expect(broken.status).toBe(400);
  });

  it('names the limit of live series in a partial success, and goes on with those that are known', async () => {
    const small = await startSignalServer({ liveSeriesMax: 2, opened: server.opened });
    try {
      const one = (index: number) =>
        gauge('limited', { asDouble: 1 }, { attributes: [attribute('id', { stringValue: String(index) })] });
      const answer = await send([one(1), one(2), one(3), one(4), one(1)], { url: small.url });
      expect(answer.partialSuccess?.rejectedDataPoints).toBe('2');
      expect(answer.partialSuccess?.errorMessage).toContain('liveSeriesMax');
      expect((await small.metrics.listMetrics({ name: 'limited', limit: 10 })).metrics).toHaveLength(2);
    } finally {
      await small.close();
    }
  });
});
