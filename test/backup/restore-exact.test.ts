import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyRestore, planRestore, type RestoreResult } from '../../src/backup/restore/index.ts';
import type { RestorePlan, RestoreTarget } from '../../src/backup/types.ts';
import {
  freeTestPort,
  hasPostgres15,
  type Major,
  removeServers,
  startPostgres,
  type TestPostgres,
} from './postgres.ts';
import { newRestoreBench, type RestoreBench, SOURCE } from './restore-bench.ts';

/** Restores of real history to random commits, each held to a ledger of what was committed when. */
const RESTORES = 10;
const benches: RestoreBench[] = [];
afterAll(async () => {
  await removeServers();
  for (const bench of benches) await bench.remove();
});

interface LedgerRow {
  readonly id: number;
  /** Of its commit, to the microsecond. */
  readonly ms: number;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const asPostgres = (url: string): string => url.replace('postgres:///', 'postgres://postgres@/');

const readLedger = (url: string): Promise<readonly LedgerRow[]> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ id: string; us: string }>(
      `SELECT id::text, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint AS us
       FROM ledger ORDER BY id`,
    );
    return rows.map(({ id, us }) => ({ id: Number(id), ms: Number(us) / 1000 }));
  });

/** Several writers for a while; the ledger has one writer, so that its commits are in the order of their times. */
async function writeLoad(server: TestPostgres, ms: number): Promise<void> {
  const endMs = Date.now() + ms;
  const write = (sql: string): Promise<void> =>
    withClient(server.url, async (client) => {
      while (Date.now() < endMs) await client.query(sql);
    });
  await Promise.all([
    write('INSERT INTO ledger DEFAULT VALUES'),
    write(`UPDATE accounts SET balance = balance + 1 WHERE id = (random() * 999)::int`),
    write(`INSERT INTO history (text) VALUES (repeat('x', 400))`),
  ]);
}

async function restore(
  bench: RestoreBench,
  target: RestoreTarget,
  into?: string,
): Promise<{ plan: RestorePlan; result: RestoreResult }> {
  const plan = planRestore({
    source: SOURCE,
    target,
    snapshots: await bench.catalog.snapshots(SOURCE),
    stretches: await bench.catalog.stretches(SOURCE),
    timelines: await bench.catalog.timelines(SOURCE),
    namedPoints: await bench.catalog.namedPoints(SOURCE),
  });
  const folder = into ?? (await bench.newFolder());
  const order = {
    plan,
    into: folder,
    durable: false,
    start: { port: await freeTestPort(), settings: { fsync: 'off' } },
  };
  return { plan, result: await applyRestore(bench.deps, order) };
}

/** Two numbers from a seed (mulberry32), printed when a run begins. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

const MAJORS: readonly Major[] = [15, 18];
describe.each(MAJORS)('PostgreSQL %i', (major) => {
  if (major === 15 && !hasPostgres15) return;
  let server: TestPostgres;
  let bench: RestoreBench;
  let ledger: readonly LedgerRow[];

  beforeAll(async () => {
    bench = await newRestoreBench();
    benches.push(bench);
    server = await startPostgres({
      major,
      settings: { track_commit_timestamp: 'on', wal_keep_size: '1GB', synchronous_standby_names: '' },
    });
    await server.query(`CREATE TABLE ledger (id bigserial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())`);
    await server.query(`CREATE TABLE accounts AS SELECT id, 0 AS balance FROM generate_series(0, 999) id`);
    await server.query('CREATE TABLE history (text text)');
    await writeLoad(server, 500);
    const load = writeLoad(server, 8000);
    await bench.snapshot(server);
    await load;
    ledger = await readLedger(server.url);
    await bench.noteWal(server);
  });

  test('is restored to random commits, exactly', async () => {
    const seed = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
    console.info(`seed ${seed}`);
    const random = randomFrom(seed);
    const [snapshot] = await bench.catalog.snapshots(SOURCE);
    const reachable = ledger.filter(({ ms }) => ms > (snapshot?.endedMs ?? 0));
    expect(reachable.length).toBeGreaterThan(100);
    for (let round = 0; round < RESTORES; round += 1) {
      const chosen = reachable[Math.floor(random() * (reachable.length - 2))] ?? { id: 0, ms: 0 };
      const inclusive = random() < 0.5;
      const { result } = await restore(bench, { type: 'time', timeMs: chosen.ms, inclusive });
      try {
        const url = asPostgres(result.server?.url ?? '');
        const found = await withClient(url, (client) =>
          client.query<{ id: string }>('SELECT id::text FROM ledger ORDER BY id'),
        );
        const wanted = ledger.filter(({ ms }) => (inclusive ? ms <= chosen.ms : ms < chosen.ms)).map(({ id }) => id);
        expect(found.rows.map(({ id }) => Number(id))).toEqual(wanted);
        expect(result.recovery?.stoppedAt).toMatch(/recovery stopping before commit/);
      } finally {
        await result.server?.stop();
      }
      const auto = await readFile(`${result.folder}/postgresql.auto.conf`, 'utf8');
      expect(auto).not.toMatch(/recovery_target|restore_command/);
    }
  });
});
