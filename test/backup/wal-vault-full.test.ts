import { afterAll, afterEach, expect, test } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import { VAULT_FAILURES, type ZoneDriver } from '../../src/vault/index.ts';
import { until } from '../harness/program.ts';
import { hasPostgres15, removeServers, runClient, startPostgres, type TestPostgres } from './postgres.ts';
import {
  caughtUp,
  flushLsn,
  newFolder,
  removeFolders,
  SMALL_SERVER,
  type StreamBench,
  startStream,
  testSource,
} from './stream-bench.ts';

const benches: StreamBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});
afterAll(async () => {
  await removeServers();
  await removeFolders();
});

const write = (server: TestPostgres, seconds = 1): Promise<string> =>
  runClient(server, 'pgbench', ['-n', '-c', '2', '-T', String(seconds), 'postgres']);
const newServer = async (settings: Record<string, string> = {}): Promise<TestPostgres> => {
  const server = await startPostgres({
    ...{ major: 15, ...SMALL_SERVER },
    settings: { ...SMALL_SERVER.settings, ...settings },
  });
  await runClient(server, 'pgbench', ['-i', '-q', '-s', '1', 'postgres']);
  return server;
};
/** Makes the server forget all WAL that no slot keeps. */
const recycle = async (server: TestPostgres): Promise<void> => {
  for (let round = 0; round < 3; round += 1) {
    await server.query(`SELECT pg_logical_emit_message(false, 'x', repeat('y', 900000))`);
    await server.query('SELECT pg_switch_wal()');
    await server.query('CHECKPOINT');
  }
};

/** The zones that `full` names have a full disk; two of three leave no write quorum. */
const fullZones =
  (full: () => ReadonlySet<string>) =>
  (driver: ZoneDriver, name: string): ZoneDriver => ({
    ...driver,
    put: async (object, signal) => {
      if (full().has(name)) throw new Failure(VAULT_FAILURES.diskFull, { zone: name, reason: 'no space left' });
      return driver.put(object, signal);
    },
  });

test.skipIf(!hasPostgres15)(
  'a full vault acknowledges nothing, gives the slot up before the source is full, and recovers',
  async () => {
    const server = await newServer();
    let full: ReadonlySet<string> = new Set(['c']);
    const source = testSource(server.url, { slotLagAlarmBytes: 2_000_000, slotLagMaxBytes: 8_000_000 });
    const bench = await startStream(
      await newFolder(),
      source,
      fullZones(() => full),
    );
    benches.push(bench);
    await write(server);
    await caughtUp(bench, await flushLsn(server));
    full = new Set(['a', 'b', 'c']);
    const stuckAt = bench.stream.status().durableLsn ?? 0n;
    await until('the refusal is said', () => bench.has('vault-refuses'));
    await recycle(server);
    expect(bench.stream.status().durableLsn).toBe(stuckAt);
    const flushed = await server.query<{ lsn: string }>(
      `SELECT (flush_lsn - '0/0'::pg_lsn)::text AS lsn FROM pg_stat_replication WHERE application_name = 'holdfast main'`,
    );
    expect(BigInt(flushed[0]?.lsn ?? '0')).toBeLessThanOrEqual(stuckAt);
    await until('the alarm is raised', () => bench.has('slot-lag'));
    for (let round = 0; round < 3; round += 1) await recycle(server);
    await until('the slot is given up', () => bench.has('slot-given-up'));
    expect(await server.query('SELECT 1 FROM pg_replication_slots')).toEqual([]);
    await recycle(server);
    full = new Set();
    await until('it flows again', () => bench.events.filter(({ type }) => type === 'connected').length > 1);
    await caughtUp(bench, await flushLsn(server));
    expect(bench.has('vault-takes')).toBe(true);
    const stretches = await bench.archive.stretches('main');
    expect(stretches.length - 1).toBe(bench.gaps.length);
  },
);
