import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DAY_MS, MINUTE_MS, silentLog, systemClock } from '../src/base/index.ts';
import { createBodyAdmission, createIngestCounters, createIngestEdges } from '../src/ingest/index.ts';
import { createMetricStore, type MetricPoint, type MetricQuery } from '../src/metrics/index.ts';
import { createRedactor } from '../src/redact/index.ts';
import { openChdbTelemetry } from '../src/telemetry/drivers/chdb/index.ts';
import { collector, encodeWith } from '../test/ingest/otlp-encoder.ts';

/**
 * `npm run bench metrics`: points in, through the store alone and through OTLP over HTTP; memory of live series; the
 * reading of a day of 1,000 series by the minute. Prometheus reads the same day in the same run where it is installed
 * (`prometheus` and `promtool` in the PATH, or in the folder that PROMETHEUS_BIN names).
 */
const SERIES = 1000;
const DAY_POINTS = DAY_MS / MINUTE_MS;
const START_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;
const NAME = 'request_duration_ms';
const READINGS = 5;

const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-metrics-'));
const telemetry = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog() });
const newStore = () => createMetricStore({ telemetry, clock: systemClock, log: silentLog() });
const store = newStore();
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const line = (what: string, figure: string): void => console.log(`${what.padEnd(64)}${figure}`);
const rate = (points: number, seconds: number): string =>
  `${Math.round(points / seconds).toLocaleString('en')} points/s`;
const ms = (value: number): string => `${value.toFixed(0)} ms`;

try {
  console.log(`${os.cpus().length} cores, ${os.cpus()[0]?.model ?? ''}, Node ${process.version}\n`);
  await benchStore();
  await benchEdge();
  await benchMemory();
  await loadDay();
  await benchReading();
  await benchPrometheus();
} finally {
  await telemetry.close();
  await rm(folder, { recursive: true, force: true });
}
process.exit();

/** A value that is the same wherever it is asked for. */
function sampleOf(series: number, index: number): number {
  return ((series * 7919 + index * 104_729) % 10_007) / 10;
}

function pointOf(series: number, timeMs: number, value: number): MetricPoint {
  return {
    namespace: 'Bench',
    name: NAME,
    dimensions: { service: `service-${series % 20}`, instance: `10.0.${series >> 8}.${series & 255}` },
    unit: 'Milliseconds',
    timeMs,
    sum: value,
    count: 1,
    min: value,
    max: value,
    resolutionSeconds: 60,
  };
}

async function atOnce(count: number, parallel: number, work: (index: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return (performance.now() - started) / 1000;
}

async function benchStore(): Promise<void> {
  const calls = 500;
  const now = Date.now();
  const seconds = await atOnce(calls, 16, async (call) => {
    const timeMs = now - MINUTE_MS * 5 + call * 100;
    await store.append(Array.from({ length: SERIES }, (_, series) => pointOf(series, timeMs, sampleOf(series, call))));
  });
  line('store: calls of 1,000 points, 16 at once, all roll-ups durable', rate(calls * SERIES, seconds));
}

async function benchEdge(): Promise<void> {
  const edges = createIngestEdges({
    sink: () => Promise.reject(new Error('no logs')),
    signals: {
      metrics: store,
      traces: { append: () => Promise.resolve(), retentionDays: 30 },
      authorize: () => Promise.resolve(),
      audit: { count: () => undefined },
    },
    authenticateBearer: async () => ({
      type: 'key',
      id: 'bench',
      name: 'bench',
      roles: [],
      readableLogGroups: [],
      sourceIp: '',
      userAgent: '',
    }),
    redactor: createRedactor(),
    counters: createIngestCounters([]),
    admission: createBodyAdmission(),
    clock: systemClock,
    log: silentLog(),
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://edge');
    const context = { requestId: '', receivedMs: Date.now(), sourceIp: '', userAgent: '', url };
    void edges[0]?.handle(request, response, context);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const bodies = Array.from({ length: 200 }, (_, call) => otlpBody(call));
  const seconds = await atOnce(bodies.length, 12, async (call) => {
    const status = await post({ port, path: '/v1/metrics', agent }, bodies[call] ?? new Uint8Array());
    if (status !== 200) throw new Error(`the edge answered ${status}`);
  });
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
  line('OTLP/HTTP protobuf: requests of 1,000 gauges, 12 senders', rate(bodies.length * SERIES, seconds));
  line('', `${(bytes / seconds / 1e6).toFixed(1)} MB/s of bodies`);
  agent.destroy();
  server.close();
}

function otlpBody(call: number): Uint8Array {
  const timeUnixNano = String(BigInt(Date.now() - 60_000 + call * 100) * 1_000_000n);
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const dataPoints = Array.from({ length: SERIES }, (_, series) => ({
    timeUnixNano,
    asDouble: sampleOf(series, call),
    attributes: [
      attribute('instance', `10.0.${series >> 8}.${series & 255}`),
      attribute('route', `/api/${series % 20}`),
    ],
  }));
  return encodeWith(collector.metrics.v1.ExportMetricsServiceRequest, {
    resourceMetrics: [
      {
        resource: { attributes: [attribute('service.name', 'bench')] },
        scopeMetrics: [{ scope: { name: 'bench' }, metrics: [{ name: NAME, unit: 'ms', gauge: { dataPoints } }] }],
      },
    ],
  });
}

function post(to: { readonly port: number; readonly path: string; readonly agent: Agent }, body: Uint8Array) {
  return new Promise<number>((resolve, reject) => {
    const headers = {
      authorization: 'Bearer bench',
      'content-type': 'application/x-protobuf',
      'content-length': body.length,
    };
    const request = httpRequest({ host: '127.0.0.1', method: 'POST', headers, ...to }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function benchMemory(): Promise<void> {
  const live = 100_000;
  const fresh = newStore();
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const timeMs = Date.now();
  const seconds = await atOnce(live / 5000, 2, async (call) => {
    const points = Array.from({ length: 5000 }, (_, index) => pointOf(call * 5000 + index, timeMs, index));
    await fresh.append(points);
  });
  collectGarbage();
  const used = process.memoryUsage().heapUsed - before;
  line('memory of 100,000 live series', `${(used / 2 ** 20).toFixed(1)} MiB (${Math.round(used / live)} bytes each)`);
  line('their first points, names included', rate(live, seconds));
  // Still in use, so that it was not collected before it was measured.
  await fresh.namespaces();
}

async function loadDay(): Promise<void> {
  const perCall = 20;
  const seconds = await atOnce(DAY_POINTS / perCall, 4, async (call) => {
    const points: MetricPoint[] = [];
    for (let minute = call * perCall; minute < (call + 1) * perCall; minute += 1) {
      for (let series = 0; series < SERIES; series += 1) {
        points.push(pointOf(series, START_MS + minute * MINUTE_MS, sampleOf(series, minute)));
      }
    }
    await store.append(points);
  });
  line('a day of 1,000 series by the minute, in calls of 20,000 points', rate(DAY_POINTS * SERIES, seconds));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Microseconds of processor time that whoever answers has used so far: on a busy machine it says more than the wall. */
type CpuClock = () => Promise<number>;

async function ownCpu(): Promise<number> {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The processor time of another process; the kernel counts it in hundredths of a second. */
function cpuOf(pid: number): CpuClock {
  return async () => {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  };
}

/** The median of some readings, and the processor time of one on average. */
async function showReading(what: string, cpu: CpuClock, work: () => Promise<number>): Promise<void> {
  const spent: number[] = [];
  let points = 0;
  const cpuBefore = await cpu();
  for (let round = 0; round < READINGS; round += 1) {
    const started = performance.now();
    points = await work();
    spent.push(performance.now() - started);
  }
  const cpuMs = ((await cpu()) - cpuBefore) / READINGS / 1000;
  line(`  ${what}`, `${ms(median(spent))}, processor ${ms(cpuMs)}, ${points.toLocaleString('en')} values`);
}

async function benchReading(): Promise<void> {
  const ask = async (count: number, statistic: string, periodSeconds: number): Promise<number> => {
    const queries = Array.from({ length: count }, (_, series): MetricQuery => {
      const { namespace, name, dimensions } = pointOf(series, 0, 0);
      const metric = { namespace, name, dimensions };
      return { id: `m${series}`, type: 'metric', metric, statistic, periodSeconds, returnData: true };
    });
    const answer = await store.query({ queries, fromMs: START_MS, toMs: START_MS + DAY_MS });
    return answer.reduce((sum, { values }) => sum + values.length, 0);
  };
  const show = (what: string, count: number, statistic: string, periodSeconds: number): Promise<void> =>
    showReading(what, ownCpu, () => ask(count, statistic, periodSeconds));
  console.log('\nreading that day, median of 5, and processor time of one');
  await show('1 series, Average, 60 s', 1, 'Average', 60);
  await show('1,000 series, Average, 60 s', 1000, 'Average', 60);
  await show('1,000 series, Average, 300 s', 1000, 'Average', 300);
  await show('1,000 series, Maximum, 3600 s', 1000, 'Maximum', 3600);
  await show('100 series, p99, 60 s', 100, 'p99', 60);
  await show('1,000 series, p99, 3600 s', 1000, 'p99', 3600);
}

/** The name of a program, in the folder that was named or in the PATH. */
function program(name: string): string {
  return process.env.PROMETHEUS_BIN === undefined ? name : path.join(process.env.PROMETHEUS_BIN, name);
}

async function benchPrometheus(): Promise<void> {
  const data = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-prometheus-'));
  let server: ChildProcess | undefined;
  try {
    const text = path.join(data, 'day.txt');
    await writeOpenMetrics(text);
    const started = performance.now();
    const blocks = path.join(data, 'tsdb');
    const code = await run(program('promtool'), ['tsdb', 'create-blocks-from', 'openmetrics', text, blocks]);
    if (code !== 0) throw new Error(`promtool ended with ${code}`);
    console.log('\nPrometheus, the same day of 1,000 series');
    line('  promtool makes blocks from a file', rate(DAY_POINTS * SERIES, (performance.now() - started) / 1000));
    const port = await freePort();
    const config = path.join(data, 'prometheus.yml');
    await writeFile(config, 'global: {}\n');
    server = spawn(
      program('prometheus'),
      [`--config.file=${config}`, `--storage.tsdb.path=${blocks}`, `--web.listen-address=127.0.0.1:${port}`],
      { stdio: 'ignore' },
    );
    await untilReady(port);
    const ask = async (query: string, step: number): Promise<number> => {
      const url = new URL(`http://127.0.0.1:${port}/api/v1/query_range`);
      const end = START_MS / 1000 + 86_400 - step;
      for (const [key, value] of Object.entries({ query, start: START_MS / 1000, end, step }))
        url.searchParams.set(key, String(value));
      const body = (await (await fetch(url)).json()) as { data?: { result: { values: unknown[] }[] }; error?: string };
      if (body.data === undefined) throw new Error(body.error ?? 'no data');
      return body.data.result.reduce((sum, { values }) => sum + values.length, 0);
    };
    const cpu = cpuOf(server.pid ?? 0);
    const show = (what: string, query: string, step: number): Promise<void> =>
      showReading(what, cpu, () => ask(query, step));
    await show('1 series, 60 s', `${NAME}{instance="10.0.0.1"}`, 60);
    await show('1,000 series, 60 s', NAME, 60);
    await show('1,000 series, avg_over_time, 300 s', `avg_over_time(${NAME}[5m])`, 300);
    await show('1,000 series, max_over_time, 3600 s', `max_over_time(${NAME}[1h])`, 3600);
    await show('1,000 series, quantile_over_time 0.99, 3600 s', `quantile_over_time(0.99, ${NAME}[1h])`, 3600);
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    line('  resident memory', `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)} MiB`);
  } catch (error) {
    console.log(`\nPrometheus was left out: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    if (server !== undefined) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    await rm(data, { recursive: true, force: true });
  }
}

async function writeOpenMetrics(file: string): Promise<void> {
  const out = createWriteStream(file);
  out.write(`# TYPE ${NAME} gauge\n`);
  for (let series = 0; series < SERIES; series += 1) {
    const { dimensions } = pointOf(series, 0, 0);
    const labels = `{service="${dimensions.service}",instance="${dimensions.instance}"}`;
    let text = '';
    for (let minute = 0; minute < DAY_POINTS; minute += 1) {
      text += `${NAME}${labels} ${sampleOf(series, minute)} ${START_MS / 1000 + minute * 60}\n`;
    }
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end('# EOF\n');
  await once(out, 'finish');
}

async function run(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function untilReady(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const ready = await fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not become ready');
}
