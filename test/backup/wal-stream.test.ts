import { afterAll, afterEach, expect, test } from 'vitest';
import { parseLsn } from '../../src/backup/protocol/index.ts';
import { createWalVerifier } from '../../src/backup/wal/verify-wal.ts';
import { until } from '../harness/program.ts';
import { hasPostgres15, removeServers, runClient, startPostgres, type TestPostgres } from './postgres.ts';
import { newFolder, removeFolders, type StreamBench, startStream, testSource } from './stream-bench.ts';

const benches: StreamBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});
afterAll(async () => {
  await removeServers();
  await removeFolders();
});

const SEGMENT = 1_048_576;
const small = { walSegmentMiB: 1, settings: { wal_keep_size: '0', max_wal_size: '4MB', min_wal_size: '2MB' } };

async function flushLsn(server: TestPostgres): Promise<bigint> {
  const rows = await server.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  return parseLsn(rows[0]?.lsn ?? '');
}

async function caughtUp(bench: StreamBench, lsn: bigint): Promise<void> {
  await until(`durable to ${lsn}`, () => (bench.stream.status().durableLsn ?? 0n) >= lsn);
}

/** What the archive holds is held to the checks of the verifier once more, and must reach `to` without a hole. */
async function expectWhole(bench: StreamBench, to: bigint, major: number): Promise<void> {
  const stretches = await bench.archive.stretches('main');
  const last = stretches.at(-1);
  expect(stretches.filter(({ timeline }) => timeline === last?.timeline)).toHaveLength(1);
  if (last === undefined) throw new Error('there is no stretch');
  expect(last.toLsn).toBeGreaterThanOrEqual(to);
  const timelines = await bench.archive.timelines('main');
  const history = timelines.find(({ timeline }) => timeline === last.timeline);
  const verifier = createWalVerifier({
    ...{ timeline: last.timeline, walSegmentBytes: SEGMENT, systemId: last.systemId, majorVersion: major },
    ...{ from: last.fromLsn, ...(history === undefined ? {} : { history }) },
  });
  let verifiedTo = 0n;
  for (let lsn = last.fromLsn; lsn < last.toLsn; lsn += BigInt(SEGMENT)) {
    const bytes = await bench.archive.segment('main', last.timeline, lsn / BigInt(SEGMENT), SEGMENT);
    if (bytes === undefined) throw new Error('a segment is missing');
    const known = last.toLsn - lsn < BigInt(SEGMENT) ? bytes.subarray(0, Number(last.toLsn - lsn)) : bytes;
    verifiedTo = verifier.push(known).verifiedTo;
  }
  expect(verifiedTo).toBeGreaterThanOrEqual(to);
}

test.skipIf(!hasPostgres15).each([15, 18] as const)(
  'PostgreSQL %i: WAL is durable within the named time, segments are compacted, and a kill of the source loses nothing',
  async (major) => {
    const server = await startPostgres({ major, ...small });
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
    expect(status.lagMs?.p99).toBeLessThan(1500);
    expect(Math.abs((status.restorableToMs ?? 0) - Date.now())).toBeLessThan(5000);
    const load = runClient(server, 'pgbench', ['-n', '-c', '2', '-T', '20', 'postgres']).catch(() => 'ended');
    await new Promise((resolve) => setTimeout(resolve, 700));
    await server.kill();
    await load;
    await server.start();
    await caughtUp(bench, await flushLsn(server));
    await until('segments are compacted', () => bench.archive.living('main').wal.some(({ level }) => level > 0));
    await expectWhole(bench, await flushLsn(server), major);
    expect(bench.gaps).toEqual([]);
    expect(bench.has('corrupt')).toBe(false);
  },
);
