import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { ADMIN_TOKEN, startProgram } from '../test/harness/program.ts';
import { bigEvent, distinctEvent, envelopeOf, smallEvent } from './error-events.ts';

/**
 * `npm run bench errors [-- --small 20000 --big 4000 --storm 10000]`: the whole path of an event. It counts once it was
 * accepted, processed and is found by a query, with the queue drained. Then a storm of distinct messages, with what it
 * told people. HOLDFAST_BENCH_ORIGIN and HOLDFAST_BENCH_PID name a program that runs already.
 */
const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const SENDERS = argument('senders', 16);
const GZIP_FROM_BYTES = 32 * 1024;
const HOUR_MS = 3_600_000;

const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-errors-'));
const running = process.env.HOLDFAST_BENCH_ORIGIN;
const program =
  running === undefined
    ? await startProgram({ folder, env: { HOLDFAST_PROBE_CADENCE_SECONDS: '86400', HOLDFAST_NOTIFY_LOOPBACK: 'true' } })
    : { origin: running, pid: Number(process.env.HOLDFAST_BENCH_PID), stop: async () => 0 };
const agent = new http.Agent({ keepAlive: true, maxSockets: SENDERS });

const line = (what: string, figure: string): void => console.log(`${what.padEnd(64)}${figure}`);

async function api<T>(method: string, at: string, body?: object): Promise<T> {
  const response = await fetch(`${program.origin}/api/v1${at}`, {
    method,
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${at} answered ${response.status}: ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

interface Target {
  readonly id: string;
  readonly slug: string;
  readonly path: string;
}

async function newProject(name: string): Promise<Target> {
  const slug = `${name}-${Date.now().toString(36)}`;
  const made = await api<{ project: { id: string }; key: { dsn: string; publicKey: string } }>('POST', '/projects', {
    name,
    slug,
    platform: 'node',
  });
  const { id } = made.project;
  await api('PATCH', `/projects/${id}`, { settings: { limitsPerMinute: { error: 10_000_000 } } });
  const query = `sentry_version=7&sentry_key=${made.key.publicKey}&sentry_client=sentry.javascript.node%2F11.12.0`;
  return { id, slug, path: `/api/${id}/envelope/?${query}` };
}

function post(to: Target, body: Buffer): Promise<{ readonly status: number; readonly ms: number }> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const isBig = body.length > 0 && body[0] === 0x1f;
    const { hostname, port } = new URL(program.origin);
    const headers = { 'Content-Length': body.length, ...(isBig ? { 'Content-Encoding': 'gzip' } : {}) };
    const request = http.request({ hostname, port, path: to.path, method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode ?? 0, ms: performance.now() - started }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Sends all of it and resolves to what each answer took; what is refused for load is sent again and counted. */
async function sendAll(
  to: Target,
  count: number,
  make: (index: number) => object,
): Promise<{ readonly answersMs: readonly number[]; readonly refused: number }> {
  const answersMs: number[] = [];
  let refused = 0;
  let next = 0;
  // Bodies are made ahead in portions, so that making them is not measured as waiting for the server.
  const sender = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      const envelope = envelopeOf(make(index));
      const body = envelope.length >= GZIP_FROM_BYTES ? gzipSync(envelope) : envelope;
      for (;;) {
        const { status, ms } = await post(to, body);
        if (status === 200) {
          answersMs.push(ms);
          break;
        }
        if (status !== 429 && status !== 503) throw new Error(`answered ${status}`);
        refused += 1;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return { answersMs, refused };
}

/** Processor seconds that the program has used: of all its threads, and of the one that runs JavaScript. */
async function cpuSeconds(): Promise<{ readonly all: number; readonly main: number }> {
  const of = async (file: string): Promise<number> => {
    const stat = (await readFile(file, 'utf8')).replace(/^.*\) /, '').split(' ');
    return (Number(stat[11]) + Number(stat[12])) / 100;
  };
  const { pid } = program;
  return { all: await of(`/proc/${pid}/stat`), main: await of(`/proc/${pid}/task/${pid}/stat`) };
}

async function residentMiB(): Promise<{ readonly now: number; readonly most: number }> {
  const status = await readFile(`/proc/${program.pid}/status`, 'utf8');
  const of = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
  return { now: of('VmRSS'), most: of('VmHWM') };
}

async function untilDrained(): Promise<void> {
  for (;;) {
    const { queued } = await api<{ queued: number }>('GET', '/issue-pipeline');
    if (queued === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What lists of issues say of the project: the sum of all events that a query finds. */
async function queryable(of: Target): Promise<{ readonly events: number; readonly issues: number }> {
  let events = 0;
  let issues = 0;
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({
      project: of.id,
      query: '',
      fromMs: String(Date.now() - 24 * HOUR_MS),
      toMs: String(Date.now() + HOUR_MS),
      limit: '100',
      ...(cursor === undefined ? {} : { cursor }),
    });
    const page = await api<{ issues: { events: number }[]; next?: string }>('GET', `/issues?${query}`);
    for (const listed of page.issues) events += listed.events;
    issues += page.issues.length;
    cursor = page.next;
  } while (cursor !== undefined);
  return { events, issues };
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

async function run(what: string, count: number, make: (index: number) => object): Promise<Target> {
  const target = await newProject(what.split(' ')[0] ?? 'bench');
  const bytes = envelopeOf(make(0)).length;
  const cpuBefore = await cpuSeconds();
  const started = performance.now();
  const { answersMs, refused } = await sendAll(target, count, make);
  const acceptedSeconds = (performance.now() - started) / 1000;
  await untilDrained();
  const seconds = (performance.now() - started) / 1000;
  const cpu = await cpuSeconds();
  const found = await queryable(target);
  const memory = await residentMiB();
  console.log(`\n${count.toLocaleString('en')} ${what}, ${(bytes / 1000).toFixed(1)} kB each, ${SENDERS} senders`);
  line('  accepted, processed and queryable, queue drained', `${Math.round(count / seconds)} events/s`);
  line('  accepted alone', `${Math.round(count / acceptedSeconds)} events/s`);
  line('  found by a query', `${found.events} events in ${found.issues} issues`);
  line(
    '  answers: median, p95, longest',
    `${percentile(answersMs, 0.5).toFixed(0)}, ${percentile(answersMs, 0.95).toFixed(0)}, ${percentile(answersMs, 1).toFixed(0)} ms`,
  );
  if (refused > 0) line('  refused for load and sent again', String(refused));
  const each = (spent: number): string => `${((spent / count) * 1000).toFixed(2)} ms`;
  line(
    '  processor time of an event: all threads, main thread',
    `${each(cpu.all - cpuBefore.all)}, ${each(cpu.main - cpuBefore.main)}`,
  );
  line('  resident memory: now, most', `${memory.now}, ${memory.most} MiB`);
  if (found.events !== count) throw new Error(`${count} events were sent and ${found.events} are found`);
  return target;
}

/** A receiver of notifications that keeps what each said. */
async function startReceiver(): Promise<{
  readonly url: string;
  readonly bodies: string[];
  readonly close: () => void;
}> {
  const bodies: string[] = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      bodies.push(text);
      response.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, bodies, close: () => server.close() };
}

async function storm(count: number): Promise<void> {
  const receiver = await startReceiver();
  const name = `bench-${Date.now().toString(36)}`;
  await api('POST', '/channels', { name, type: 'webhook', url: receiver.url });
  const routing = await api<{ routes: object[]; fallback: object }>('GET', '/routes');
  await api('POST', '/routes', { ...routing, fallback: { ...routing.fallback, channels: [name] } });
  await run('storm of distinct messages', count, distinctEvent);
  await new Promise((resolve) => setTimeout(resolve, 40_000));
  const told = receiver.bodies.length;
  line('  notifications within 40 s after it', String(told));
  receiver.close();
}

try {
  console.log(
    `${os.cpus().length} cores, ${os.cpus()[0]?.model ?? ''}, Node ${process.version}, ` +
      `load before ${os.loadavg()[0]?.toFixed(1)}; sender and program share the machine`,
  );
  await run('warming up', 500, smallEvent);
  const small = argument('small', 20_000);
  if (small > 0) await run('small events', small, smallEvent);
  const big = argument('big', 4_000);
  if (big > 0) await run('big events', big, bigEvent);
  const stormy = argument('storm', 10_000);
  if (stormy > 0) await storm(stormy);
} finally {
  agent.destroy();
  await program.stop();
  await rm(folder, { recursive: true, force: true });
}
