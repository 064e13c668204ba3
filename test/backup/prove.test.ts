import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProofDeps, type ProofOrder, proveRestore, seededRandom } from '../../src/backup/prove/index.ts';
import { freeTestPort, newServerFolder, removeServers, startPostgres, type TestPostgres } from './postgres.ts';
import { newRestoreBench, type RestoreBench, SOURCE } from './restore-bench.ts';

let server: TestPostgres;
let bench: RestoreBench;
let deps: ProofDeps;
let spaceFolder: string;
const heartbeat = { sql: `SELECT extract(epoch FROM at) * 1000 FROM holdfast.heartbeat` };

const order = (more: Partial<ProofOrder> & Pick<ProofOrder, 'choice'>): ProofOrder => ({
  source: {
    name: SOURCE,
    url: server.url,
    heartbeat: true,
    windowMs: 86_400_000,
    recoveryTimeObjectiveMs: 60_000,
    recoveryPointObjectiveMs: 60_000,
  },
  heartbeat,
  random: seededRandom(7),
  ...more,
});

beforeAll(async () => {
  bench = await newRestoreBench();
  const folder = await bench.newFolder();
  deps = { ...bench.deps, catalog: bench.catalog, folder, port: freeTestPort };
  spaceFolder = await newServerFolder();
  server = await startPostgres({ major: 18, settings: { track_commit_timestamp: 'on', wal_keep_size: '1GB' } });
  await server.query('CREATE SCHEMA holdfast');
  await server.query('CREATE TABLE holdfast.heartbeat AS SELECT 1 AS id, clock_timestamp() AS at');
  await server.query(`CREATE TABLE numbers AS SELECT i, repeat('n', 200) AS text FROM generate_series(1, 20000) i`);
  await server.query('CREATE INDEX ON numbers (i)');
  await server.query(`CREATE TABLESPACE side LOCATION '${spaceFolder}'`);
  await server.query('ALTER INDEX numbers_i_idx SET TABLESPACE side');
  await bench.snapshot(server);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  for (let beat = 0; beat < 30; beat += 1) {
    await client.query('UPDATE holdfast.heartbeat SET at = clock_timestamp()');
    await client.query('SELECT pg_sleep(0.1)');
  }
  await client.end();
  await bench.noteWal(server);
});
afterAll(async () => {
  await removeServers();
  await bench.remove();
  await rm(spaceFolder, { recursive: true, force: true });
});

test('a random second is proven by the heartbeat, the pages and the checks of people, and leaves nothing behind', async () => {
  const checks = [{ name: 'all numbers', sql: 'SELECT count(*) FROM numbers', expect: '20000' }];
  const report = await proveRestore(deps, order({ choice: 'random-second', checks }));
  expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
  expect(report).toMatchObject({ passed: true, choice: 'random-second', source: SOURCE });
  expect(report.checks.map(({ name }) => name)).toEqual([
    'the restored second',
    'all numbers',
    'page checksums',
    'recovery time',
  ]);
  expect(report.checks.find(({ name }) => name === 'page checksums')?.detail).toMatch(/^all \d{3,} pages are sound$/);
  expect(report.recoveryPointMs).toBeLessThan(1000);
  expect(report.phases.map(({ name }) => name)).toEqual(['files', 'wal', 'recovery', 'checks']);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(await readdir(deps.folder)).toEqual([]);
});

test('the same seed proves the same second', async () => {
  const first = await proveRestore(deps, order({ choice: 'random-second', random: seededRandom(99) }));
  const second = await proveRestore(deps, order({ choice: 'random-second', random: seededRandom(99) }));
  expect(second.targetMs).toBe(first.targetMs);
});

test('a kept day is proven without any WAL behind it', async () => {
  const report = await proveRestore(deps, order({ choice: 'random-day' }));
  expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
  expect(report.walBytes).toBe(0);
});

test('a check that gives another answer fails the proof and says which', async () => {
  const checks = [
    { name: 'too many', sql: 'SELECT count(*) FROM numbers', expect: '3' },
    { name: 'no such table', sql: 'SELECT 1 FROM nowhere' },
  ];
  const report = await proveRestore(deps, order({ choice: 'newest', checks }));
  expect(report.passed).toBe(false);
  expect(report.summary).toMatch(/too many: gives 20000 instead of 3; no such table: fails/);
});

test('a restore slower than its objective fails the proof', async () => {
  const base = order({ choice: 'newest' });
  const report = await proveRestore(deps, { ...base, source: { ...base.source, recoveryTimeObjectiveMs: 1 } });
  expect(report.checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['recovery time']);
});

test('a snapshot whose bytes are damaged in the vault is a report, not an exception', async () => {
  const [id, bytes] = [...bench.packs][0] ?? ['', Buffer.alloc(0)];
  const damaged = Buffer.from(bytes);
  damaged.fill(7, 0, 4096);
  bench.packs.set(id, damaged);
  const report = await proveRestore(deps, order({ choice: 'newest' }));
  bench.packs.set(id, bytes);
  expect(report.passed).toBe(false);
  expect(report.summary).toMatch(/backup-restore\.file-damaged/);
  expect(await readdir(deps.folder)).toEqual([]);
});

test('a page damaged before the snapshot was taken is found by its checksum', async () => {
  const [{ file } = { file: '' }] = await server.query<{ file: string }>(
    `SELECT pg_relation_filepath('numbers') AS file`,
  );
  const snapshot = await bench.snapshot(server, (name, bytes) => {
    if (name === file) bytes.fill(1, 8192 * 3 + 4000, 8192 * 3 + 4010);
  });
  const report = await proveRestore(deps, order({ choice: 'given', targetMs: snapshot.endedMs }));
  // No WAL follows that snapshot, so the earlier one serves and is sound.
  expect(report.passed).toBe(false);
  await server.query('UPDATE holdfast.heartbeat SET at = clock_timestamp()');
  await bench.noteWal(server);
  const found = await proveRestore(deps, order({ choice: 'newest' }));
  const pages = found.checks.find(({ name }) => name === 'page checksums');
  expect(pages).toMatchObject({ passed: false });
  expect(pages?.detail).toContain(`${path.normalize(file)}:3`);
});
