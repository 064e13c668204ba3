import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRedactor } from '../src/redact/index.ts';
import { ADMIN_TOKEN, type Program, startProgram } from '../test/harness/program.ts';
import { makeLogRows, needleOf } from './log-rows.ts';
import { otlpBody } from './otlp-body.ts';

/**
 * `npm run bench logs [-- --rows 2000000]`: the whole path of a log (HTTP in, decoded, redacted, durable, acknowledged)
 * beside a bare insert of the same rows into chDB in the same run, then queries over what was stored.
 */
const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const ROWS = argument('rows', 2_000_000);
const BATCH = argument('batch', 4000);
const SENDERS = argument('senders', 12);
const CHUNK = 200_000;

interface Ingest {
  readonly seconds: number;
  readonly rows: number;
  readonly bytes: number;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: SENDERS });

function post(program: Program, body: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${ADMIN_TOKEN}`,
      'Content-Type': 'application/x-protobuf',
      'Content-Length': body.length,
    };
    const request = http.request(
      { host: '127.0.0.1', port: program.port, path: '/v1/logs', method: 'POST', agent, headers },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Sends every body, retrying what is refused for load, and resolves when all are acknowledged. */
async function sendAll(program: Program, bodies: readonly Uint8Array[]): Promise<void> {
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < bodies.length) {
      const body = bodies[next] ?? new Uint8Array();
      next += 1;
      for (let status = await post(program, body); status !== 200; status = await post(program, body)) {
        if (status !== 429 && status !== 503) throw new Error(`answered ${status}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

async function ingest(program: Program, startNs: bigint): Promise<Ingest> {
  let seconds = 0;
  let bytes = 0;
  for (let first = 0; first < ROWS; first += CHUNK) {
    // Bodies are made before the clock runs: what is measured is the server, not this process.
    const rows = makeLogRows({ rows: Math.min(CHUNK, ROWS - first), first, startNs });
    const bodies: Uint8Array[] = [];
    for (let at = 0; at < rows.length; at += BATCH) bodies.push(otlpBody(rows.slice(at, at + BATCH)));
    bytes += bodies.reduce((sum, body) => sum + body.length, 0);
    const started = performance.now();
    await sendAll(program, bodies);
    seconds += (performance.now() - started) / 1000;
    process.stderr.write(
      `\r${first + rows.length} rows acknowledged, ${Math.round((first + rows.length) / seconds)} rows/s `,
    );
  }
  process.stderr.write('\n');
  return { seconds, rows: ROWS, bytes };
}

/** The same rows into a bare chDB table of the same schema, in a process of its own. */
function bareInsert(startNs: bigint): Promise<Ingest> {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('./bare-insert.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, String(ROWS), String(startNs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(text) as Ingest) : reject(new Error(`bare insert ended with ${code}`)),
    );
  });
}

interface QueryResult {
  readonly status: string;
  readonly rows: readonly object[];
  readonly failure?: { readonly message: string };
}

/** Milliseconds from asking to having the rows, over the API: the median of several runs. */
async function timeQuery(
  program: Program,
  query: string,
  startMs: number,
  runs = 5,
): Promise<{ ms: number; rows: number }> {
  const call = async <Body>(method: string, at: string, body?: unknown): Promise<Body> => {
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${program.origin}/api/v1${at}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Body;
  };
  const times: number[] = [];
  let rows = 0;
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    // A different end each time, so that no cache of conditions answers.
    const { queryId } = await call<{ queryId: string }>('POST', '/logs/queries', {
      query,
      groups: [],
      startMs,
      endMs: Date.now() + 60_000 + run,
    });
    let result = await call<QueryResult>('GET', `/logs/queries/${queryId}`);
    while (result.status === 'Running' || result.status === 'Scheduled') {
      await new Promise((resolve) => setTimeout(resolve, 2));
      result = await call<QueryResult>('GET', `/logs/queries/${queryId}`);
    }
    if (result.status !== 'Complete') throw new Error(`${result.status} ${result.failure?.message}`);
    times.push(performance.now() - started);
    rows = result.rows.length;
  }
  return { ms: times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0, rows };
}

/** MB/s of masking the bodies of 40,000 rows, the median of five runs. */
function redactionRate(): number {
  const bodies = makeLogRows({ rows: 40_000 }).map((row) => row.body);
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
  const redactor = createRedactor();
  const rates = Array.from({ length: 5 }, () => {
    const started = performance.now();
    for (const body of bodies) redactor.text(body);
    return bytes / 1000 / (performance.now() - started);
  });
  return rates.sort((a, b) => a - b)[2] ?? 0;
}

const memoryMiB = (pid: number, field: string): number => {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${field}:`));
  return Math.round(Number(/(\d+)/.exec(line ?? '')?.[1] ?? 0) / 1024);
};

const table = (rows: readonly (readonly string[])[]): void => {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  for (const row of rows) console.log(row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  '));
};

const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-'));
const startNs = BigInt(Date.now() - 6 * 3_600_000) * 1_000_000n;
const startMs = Number(startNs / 1_000_000n) - 60_000;
const bare = await bareInsert(startNs);
const program = await startProgram({ folder, env: { HOLDFAST_PROBE_CADENCE_SECONDS: '86400' } });
try {
  const idleMiB = memoryMiB(program.pid, 'VmRSS');
  const whole = await ingest(program, startNs);
  const peakMiB = memoryMiB(program.pid, 'VmHWM');
  const needle = needleOf(Math.floor(ROWS / 3));
  const atOnce = await timeQuery(program, `filter @message like "${needle}"`, startMs);
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const settled = await timeQuery(program, `filter @message like "${needleOf(Math.floor(ROWS / 5))}"`, startMs);
  if (atOnce.rows !== 1 || settled.rows !== 1) throw new Error('the needle was not found once');
  const counts = await timeQuery(program, 'stats count(*) by bin(5m), service', startMs);
  const p95 = await timeQuery(
    program,
    'parse @message /duration_ms=(?<took>\\d+)/ | stats pct(took, 95) by service',
    startMs,
    3,
  );
  const rate = (result: Ingest): string => Math.round(result.rows / result.seconds).toLocaleString('en-US');
  // Both in bytes as they came over the wire, so that the columns compare.
  const megabytes = (result: Ingest): string => (whole.bytes / 1e6 / result.seconds).toFixed(1);
  console.log(
    `\nWhole-path ingest, ${ROWS.toLocaleString('en-US')} rows, ${Math.round(whole.bytes / whole.rows)} bytes each on the wire, ${os.cpus().length} cores\n`,
  );
  table([
    ['path', 'rows/s', 'MB/s', 'ratio'],
    ['bare chDB insert, same rows and schema', rate(bare), megabytes(bare), '1.00'],
    ['Holdfast, OTLP in to durable', rate(whole), megabytes(whole), (bare.seconds / whole.seconds).toFixed(2)],
  ]);
  console.log(`\nQueries over the API, median\n`);
  table([
    ['query', 'ms', 'rows'],
    ['needle, right after ingest', atOnce.ms.toFixed(0), String(atOnce.rows)],
    ['needle, 20 s later', settled.ms.toFixed(0), String(settled.rows)],
    ['count by five minutes and service', counts.ms.toFixed(0), String(counts.rows)],
    ['p95 of a parsed field by service', p95.ms.toFixed(0), String(p95.rows)],
  ]);
  console.log(
    `\nRedaction of the same bodies alone, one core: ${redactionRate().toFixed(1)} MB/s (npm run bench redaction has more).`,
  );
  console.log(`\nMemory of the server process: ${idleMiB} MiB idle, ${peakMiB} MiB at its peak.`);
} finally {
  await program.stop();
  agent.destroy();
  await rm(folder, { recursive: true, force: true });
}
