import { afterAll, afterEach, expect, test } from 'vitest';
import { until } from '../harness/program.ts';
import { hasPostgres15, removeServers, runClient, startPostgres } from './postgres.ts';
import {
  caughtUp,
  expectWhole,
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

test.skipIf(!hasPostgres15).each([15, 18] as const)(
  'PostgreSQL %i: WAL is durable within the named time, segments are compacted, and a kill of the source loses nothing',
  async (major) => {
    const server = await startPostgres({ major, ...SMALL_SERVER });
    await runClient(server, 'pgbench', ['-i', '-q', '-s', '1', 'postgres']);
    const root = await newFolder();
    const bench = await startStream(root, testSource(server.url));
    benches.push(bench);
    await until('it streams', () => bench.stream.status().state === 'streaming');
    await server.query(`SELECT pg_create_restore_point('before the load')`);
    await runClient(server, 'pgbench', ['-n', '-c', '2', '-T', '4', 'postgres']);
    await server.query(`SELECT pg_logical_emit_message(true, 'long', repeat('y', 3000000))`);
    await server.query('SELECT pg_switch_wal()');
    await caughtUp(bench, await flushLsn(server));
    expect((await bench.archive.namedPoints('main')).map(({ name }) => name)).toEqual(['before the load']);
    const status = bench.stream.status();
    expect(status.heartbeat?.state).toBe('running');
    expect(status.lagMs?.p50).toBeGreaterThan(0);
    expect(Math.abs((status.restorableToMs ?? 0) - Date.now())).toBeLessThan(5000);
    const load = runClient(server, 'pgbench', ['-n', '-c', '2', '-T', '20', 'postgres']).catch(() => 'ended');
    await new Promise((resolve) => setTimeout(resolve, 700));
    await server.kill();
    await load;
    await server.start();
    const end = await flushLsn(server);
    await caughtUp(bench, end);
    await until('segments are compacted', () => bench.archive.living('main').wal.some(({ level }) => level > 0));
    await expectWhole(bench, end, major);
    expect(bench.gaps).toEqual([]);
    expect(bench.has('corrupt')).toBe(false);
  },
);
