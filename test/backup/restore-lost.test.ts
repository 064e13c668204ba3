import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReplication } from '../../src/backup/protocol/index.ts';
import { proveRestore, seededRandom } from '../../src/backup/prove/index.ts';
import { applyRestore, gatherRestore, planRestore } from '../../src/backup/restore/index.ts';
import { loadIndex, takeSnapshot } from '../../src/backup/snapshots/index.ts';
import type { Snapshot } from '../../src/backup/types.ts';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { createPostgresRunner } from '../../src/catalog/drivers/embedded/index.ts';
import { until } from '../harness/program.ts';
import { flipBitIn, objectFiles } from '../vault/three-zones.ts';
import { createBackupCatalogOver } from './catalog-over.ts';
import {
  freeTestPort,
  hasPostgres15,
  type Major,
  removeServers,
  startPostgres,
  type TestPostgres,
} from './postgres.ts';
import { caughtUp, flushLsn, type StreamBench, startStream, testSource } from './stream-bench.ts';

/** The real parts together: stream, snapshot, vault of three zones, offline catalog, restore, proof. */
const MAJOR: Major = hasPostgres15 ? 15 : 18;
let root: string;
let server: TestPostgres;
let bench: StreamBench;
let snapshot: Snapshot;
let ledger: readonly { readonly id: number; readonly ms: number }[];

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'holdfast-lost-'));
  await chmod(root, 0o755);
  server = await startPostgres({ major: MAJOR, settings: { track_commit_timestamp: 'on' } });
  await server.query('CREATE TABLE ledger (id bigserial PRIMARY KEY)');
  await server.query(
    `CREATE TABLE ballast AS SELECT i, md5(i::text) || md5((i * 7)::text) AS text FROM generate_series(1, 200000) i`,
  );
  bench = await startStream(path.join(root, 'zones'), testSource(server.url));
  await until('the stream flows', () => bench.stream.status().state === 'streaming');
  snapshot = await takeOne();
  await write(3000);
  const rows = await server.query<{ id: string; us: string }>(
    `SELECT id::text, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint AS us FROM ledger ORDER BY id`,
  );
  ledger = rows.map(({ id, us }) => ({ id: Number(id), ms: Number(us) / 1000 }));
  await caughtUp(bench, await flushLsn(server));
});
afterAll(async () => {
  await bench.close();
  await removeServers();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

async function takeOne(): Promise<Snapshot> {
  const connection = await openReplication({ url: server.url, applicationName: 'holdfast-test' });
  try {
    const { systemId } = await connection.identifySystem();
    return await takeSnapshot({
      source: { name: 'main' },
      connection,
      vault: bench.vault,
      index: await loadIndex(bench.vault, { source: 'main', systemId }),
      clock: systemClock,
      retainUntilMs: Date.now() + 86_400_000,
      packBytes: 4 * 1024 * 1024,
    });
  } finally {
    await connection.close();
  }
}

async function write(ms: number): Promise<void> {
  const endMs = Date.now() + ms;
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  while (Date.now() < endMs) await client.query('INSERT INTO ledger DEFAULT VALUES');
  await client.end();
}

const deps = () => ({
  catalog: createBackupCatalogOver(bench, [snapshot]),
  wal: bench.archive,
  vault: bench.vault,
  runner: createPostgresRunner({ folder: path.join(root, 'programs'), clock: systemClock }),
  clock: systemClock,
  log: silentLog(),
});

/** Runs the program of the empty machine. */
function emptyMachine(into: string, target: string, mode = ''): { child: ChildProcess; ended: Promise<string> } {
  const script = path.join(import.meta.dirname, 'run-restore.ts');
  const machine = path.join(root, 'machine');
  const args = ['--import', 'tsx', script, path.join(machine, 'zone'), path.join(machine, 'keys'), into, target, mode];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<string>((resolve, reject) => {
    let text = '';
    let trouble = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      trouble += chunk.toString();
    });
    child.on('close', (code, signal) => (code === 0 || signal !== null ? resolve(text) : reject(new Error(trouble))));
  });
  return { child, ended };
}

test('one zone and the key bring the cluster back on an empty machine, also after the restore was killed', async () => {
  const machine = path.join(root, 'machine');
  await mkdir(machine);
  // Zone c is the remote one. Nothing else of Holdfast or of the source reaches the machine.
  await cp(path.join(root, 'zones', 'c'), path.join(machine, 'zone'), { recursive: true });
  await cp(path.join(root, 'zones', 'keys'), path.join(machine, 'keys'), { recursive: true });
  const into = path.join(machine, 'restored');
  const chosen = ledger[Math.floor(ledger.length / 2)] ?? { id: 0, ms: 0 };
  const killed = emptyMachine(into, String(chosen.ms), 'slow');
  let packs = 0;
  await new Promise<void>((resolve) => {
    killed.child.stderr?.on('data', (chunk: Buffer) => {
      packs += chunk.toString().split('pack').length - 1;
      if (packs >= 5) resolve();
    });
  });
  killed.child.kill('SIGKILL');
  await killed.ended;
  const report: { readonly packs: number } = JSON.parse(await emptyMachine(into, String(chosen.ms)).ended);
  expect(report.packs).toBeGreaterThan(0);
  await chmod(machine, 0o755);
  const restored = await startPostgres({ major: MAJOR, dataFolder: into });
  const [row] = await restored.query<{ count: string; last: string }>(
    'SELECT count(*)::text AS count, max(id)::text AS last FROM ledger',
  );
  const wanted = ledger.filter(({ ms }) => ms <= chosen.ms);
  expect(row).toEqual({ count: String(wanted.length), last: String(chosen.id) });
  expect(await restored.query('SELECT count(*)::int AS count FROM ballast')).toEqual([{ count: 200_000 }]);
  await restored.stop();
}, 90_000);

test('packs that rotted in two of three zones are mended while they are restored', async () => {
  const packs = (name: string): Promise<string[]> => objectFiles(path.join(root, 'zones', name), 'backup-pack');
  const rotted = [...(await packs('a')), ...(await packs('b'))];
  expect(rotted.length).toBeGreaterThan(2);
  for (const file of rotted) await flipBitIn(file);
  const before = await Promise.all(rotted.map((file) => readFile(file)));
  const plan = planRestore({
    ...(await gatherRestore(deps().catalog, 'main')),
    source: 'main',
    target: { type: 'latest' },
  });
  const start = { port: await freeTestPort() };
  const { server: copy } = await applyRestore(deps(), { plan, into: path.join(root, 'mended'), start });
  await copy?.stop();
  const after = await Promise.all(rotted.map((file) => readFile(file)));
  expect(after.filter((bytes, index) => !bytes.equals(before[index] ?? Buffer.alloc(0))).length).toBeGreaterThan(0);
});

test('a random second of the stream is proven by its own heartbeat', async () => {
  const source = testSource(server.url);
  await write(1500);
  const report = await proveRestore(
    { ...deps(), folder: path.join(root, 'proofs'), port: freeTestPort },
    { source, choice: 'random-second', random: seededRandom(3) },
  );
  expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
  expect(report.checks[0]?.detail).toMatch(/^the newest heartbeat is of/);
  expect(report.passed).toBe(true);
});
