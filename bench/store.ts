import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog, systemClock } from '../src/base/index.ts';
import { openChdbTelemetry } from '../src/telemetry/drivers/chdb/index.ts';
import { EMBEDDED_TOPOLOGY, LOGS_SCHEMA, type LogRow, type TelemetryStore } from '../src/telemetry/index.ts';
import { createPartsTable } from '../src/telemetry/schema/index.ts';
import { encodeLogRows } from '../src/telemetry/store/encode-log-rows.ts';
import { insertSettings } from '../src/telemetry/store/index.ts';
import { createRowBuffer } from '../src/telemetry/store/row-buffer.ts';
import { makeLogRows, needleOf } from './log-rows.ts';

/**
 * `npm run bench store [-- ROWS]`: appendLogs against a bare insert of the same rows into the same engine, taking
 * turns in one process, then three searches over what was stored. Medians; the ratio is what counts, because
 * both sides share whatever else the machine does.
 */
const total = Number(process.argv[2] ?? 2_000_000);
const BATCH = 100_000;
const MEASURED_ROUNDS = 10;

const chdb = createRequire(import.meta.url)('chdb') as typeof import('chdb');
const columns = LOGS_SCHEMA.columns.map((column) => column.name);
const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-store-'));
const store = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog() });
const session = new chdb.Session(join(folder, 'chdb'));
try {
  await benchWriting();
  await benchReading();
  console.log(`memory of the process: ${Math.round(process.memoryUsage.rss() / 1e6)} MB resident`);
} finally {
  session.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
}

async function benchWriting(): Promise<void> {
  const bare = createPartsTable({
    topology: EMBEDDED_TOPOLOGY,
    schema: LOGS_SCHEMA,
    storageClass: 'standard',
    table: 'bare',
  });
  await session.queryAsync(bare);
  const appended: number[] = [];
  const concurrent: number[] = [];
  const inserted: number[] = [];
  let bodyBytes = 0;
  for (let first = 0; first < total; first += BATCH) {
    const rows = makeLogRows({ rows: Math.min(BATCH, total - first), first });
    const measured = first / BATCH < MEASURED_ROUNDS;
    if (measured) {
      inserted.push(await seconds(() => insertBare(rows)));
      bodyBytes = rows.reduce((sum, row) => sum + Buffer.byteLength(row.body), 0);
    }
    // Half of the rounds as one call, half as the calls of many senders.
    const whole = (first / BATCH) % 2 === 0;
    const took = await seconds(() => (whole ? store.appendLogs(rows) : appendInCalls(store, rows, 500)));
    if (measured) (whole ? appended : concurrent).push(took);
  }
  await session.queryAsync('DROP TABLE holdfast.bare SYNC');
  const line = (name: string, took: readonly number[]): string => {
    const rate = BATCH / median(took);
    const share = median(inserted) / median(took);
    return `${name.padEnd(44)} ${count(rate)} rows/s  ${(bodyBytes / median(took) / 1e6).toFixed(1).padStart(6)} MB/s  ${share.toFixed(2)} of bare`;
  };
  console.log(`writing, ${count(BATCH)} rows a round, bodies of ${Math.round(bodyBytes / BATCH)} bytes`);
  console.log(line('  bare insert, rows encoded before', inserted));
  console.log(line('  appendLogs, one call', appended));
  console.log(line('  appendLogs, 200 calls at once', concurrent));
}

/** Encoding is done before the clock starts: this is what the engine alone needs. */
async function insertBare(rows: readonly LogRow[]): Promise<() => Promise<void>> {
  const buffer = createRowBuffer();
  encodeLogRows(rows, buffer);
  return async () => {
    await session.insert({
      table: 'holdfast.bare',
      columns,
      values: buffer.slice(0, buffer.length()),
      format: 'JSONCompactEachRow',
      settings: { ...insertSettings({ token: String(performance.now()), indexOnInsert: false }) },
    });
  };
}

async function appendInCalls(target: TelemetryStore, rows: readonly LogRow[], size: number): Promise<void> {
  const calls: Promise<void>[] = [];
  for (let first = 0; first < rows.length; first += size)
    calls.push(target.appendLogs(rows.slice(first, first + size)));
  await Promise.all(calls);
}

async function benchReading(): Promise<void> {
  console.log(`reading, ${count(total)} rows`);
  await needles('  needle, just after the last row');
  const waited = await seconds(waitForIndex);
  console.log(`  every row has its index ${waited.toFixed(0)} s later`);
  await needles('  needle, all merged or indexed');
  await ask('  count by service, five minutes each', {
    sql: 'SELECT toStartOfFiveMinutes(time) AS t, service, count() AS n FROM logs WHERE body != {salt:String} GROUP BY t, service ORDER BY t, service',
  });
  await ask('  p95 of a number in the body', {
    sql: "SELECT quantile(0.95)(toFloat64OrNull(extract(body, 'duration_ms=([0-9]+)'))) AS p FROM logs WHERE body != {salt:String}",
  });
}

async function needles(name: string): Promise<void> {
  let asked = 0;
  const params = (): Readonly<Record<string, string>> => {
    asked += 1;
    return { needle: needleOf((asked * 102_947) % total) };
  };
  await ask(name, {
    sql: 'SELECT time, body FROM logs WHERE hasToken(body, {needle:String}) AND body != {salt:String}',
    params,
    rows: 1,
  });
}

/** Five runs, each with another text, so that no cache of results answers. */
async function ask(
  name: string,
  query: { readonly sql: string; readonly params?: () => Readonly<Record<string, string>>; readonly rows?: number },
): Promise<void> {
  const took: number[] = [];
  let read = 0;
  for (let run = 0; run < 5; run += 1) {
    const started = performance.now();
    const result = await store.query({ sql: query.sql, params: { salt: `salt ${run}`, ...query.params?.() } });
    took.push(performance.now() - started);
    read = result.rowsRead;
    if (query.rows !== undefined && result.rows.length !== query.rows)
      throw new Error(`${name} found ${result.rows.length}`);
  }
  console.log(`${name.padEnd(44)} ${median(took).toFixed(0).padStart(6)} ms  ${count(read)} rows read`);
}

async function waitForIndex(): Promise<void> {
  for (;;) {
    const result = await store.query<{ n: string }>({
      sql:
        "SELECT sum(rows) AS n FROM system.parts WHERE active AND table = 'logs_standard' " +
        'AND secondary_indices_compressed_bytes = 0',
    });
    const merges = await store.query<{ n: string }>({ sql: 'SELECT count() AS n FROM system.merges' });
    if (Number(result.rows[0]?.n) < 50_000 && Number(merges.rows[0]?.n) === 0) return;
    // Unlike the clock's, this timer keeps the process alive.
    await sleep(500);
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  const prepared = await work();
  if (typeof prepared !== 'function') return (performance.now() - started) / 1000;
  const after = performance.now();
  await (prepared as () => Promise<void>)();
  return (performance.now() - after) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en').padStart(9);
}
