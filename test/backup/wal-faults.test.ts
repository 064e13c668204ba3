import { spawn } from 'node:child_process';
import { afterAll, afterEach, expect, test } from 'vitest';
import { ROOT, until } from '../harness/program.ts';
import { hasPostgres15, removeServers, runClient, startPostgres, type TestPostgres } from './postgres.ts';
import { type FaultyProxy, startProxy } from './proxy.ts';
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
const proxies: FaultyProxy[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
  for (const proxy of proxies.splice(0)) await proxy.close();
});
afterAll(async () => {
  await removeServers();
  await removeFolders();
});

const urlAt = (server: TestPostgres, port: number): string => server.url.replace(`:${server.port}/`, `:${port}/`);
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

test.skipIf(!hasPostgres15)('a line that is cut, slow and flips bits costs time and no WAL', async () => {
  const server = await newServer();
  const proxy = await startProxy(server.port);
  proxies.push(proxy);
  const bench = await startStream(await newFolder(), testSource(urlAt(server, proxy.port), { heartbeat: false }));
  benches.push(bench);
  await until('it streams', () => bench.stream.status().state === 'streaming');
  const load = write(server, 6);
  for (let round = 0; round < 3; round += 1) {
    proxy.flipBit();
    await until('a bit was flipped', () => proxy.flipped() > round);
    await until('it was noticed', () => bench.events.filter(({ type }) => type === 'disconnected').length > round);
    proxy.cut();
  }
  proxy.delay(50);
  await load;
  const end = await flushLsn(server);
  await caughtUp(bench, end);
  await expectWhole(bench, end, 15);
  expect(bench.has('corrupt')).toBe(true);
  expect(bench.gaps).toEqual([]);
});

test.skipIf(!hasPostgres15)('a promotion is followed without a hole, from a leader that died', async () => {
  // The new leader keeps some WAL, as every cluster with standbys does, until the slot is made there.
  const settings = { wal_keep_size: '128MB' };
  const primary = await newServer(settings);
  const standby = await startPostgres({ standbyOf: primary, settings });
  const url = primary.url.replace(/@[^/]+\//, `@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/`);
  const bench = await startStream(await newFolder(), testSource(`${url}?target_session_attrs=primary`));
  benches.push(bench);
  await write(primary);
  await caughtUp(bench, await flushLsn(primary));
  await primary.kill();
  await standby.promote();
  await write(standby);
  await until('the new timeline is followed', () => bench.stream.status().timeline === 2);
  const end = await flushLsn(standby);
  await caughtUp(bench, end);
  expect(bench.has('timeline')).toBe(true);
  expect(bench.gaps).toEqual([]);
  expect((await bench.archive.timelines('main')).map(({ timeline }) => timeline)).toEqual([2]);
  const slots = await standby.query<{ slot_name: string }>('SELECT slot_name FROM pg_replication_slots');
  expect(slots).toEqual([{ slot_name: 'holdfast_main' }]);
  await expectWhole(bench, end, 15);
  const stretches = await bench.archive.stretches('main');
  expect(stretches[0]?.toLsn).toBeGreaterThanOrEqual(stretches[1]?.fromLsn ?? 0n);
  // The old leader comes back as a second primary on the old timeline: it must not be followed again.
  await primary.start();
  await standby.stop();
  await until('the old leader is refused', () =>
    bench.events.some((event) => event.type === 'disconnected' && event.code === 'backup-wal.timeline-behind'),
  );
});

test.skipIf(!hasPostgres15)('a slot that was dropped while nobody looked leaves a gap that is said', async () => {
  const server = await newServer();
  const root = await newFolder();
  const first = await startStream(root, testSource(server.url));
  await write(server);
  await caughtUp(first, await flushLsn(server));
  await first.close();
  await server.query(`SELECT pg_drop_replication_slot('holdfast_main')`);
  await recycle(server);
  const second = await startStream(root, testSource(server.url));
  benches.push(second);
  await until('the gap is said', () => second.gaps.length === 1);
  await until('it streams on, broken', () => second.stream.status().state === 'broken');
  const lsn = await flushLsn(server);
  await caughtUp(second, lsn);
  const stretches = await second.archive.stretches('main');
  expect(stretches).toHaveLength(2);
  expect([stretches[0]?.toLsn, stretches[1]?.fromLsn]).toEqual([second.gaps[0]?.fromLsn, second.gaps[0]?.toLsn]);
  second.stream.noteSnapshot({ timeline: 1, lsn });
  expect(second.stream.status().state).not.toBe('broken');
  expect(second.has('gap-covered')).toBe(true);
});

test.skipIf(!hasPostgres15)('a killed receiver goes on where the vault ends', async () => {
  const server = await newServer();
  const root = await newFolder();
  const load = write(server, 5);
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/backup/run-stream.ts', root, server.url], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let durable = 0n;
    child.stdout.on('data', (chunk: Buffer) => {
      const last = /"durable":"(\d+)"/.exec(chunk.toString().trim().split('\n').at(-1) ?? '')?.[1];
      durable = BigInt(last ?? '0');
    });
    const before = await flushLsn(server);
    await until('it has kept something', () => durable > before);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
  }
  await load;
  const bench = await startStream(root, testSource(server.url));
  benches.push(bench);
  const end = await flushLsn(server);
  await caughtUp(bench, end);
  await expectWhole(bench, end, 15);
  expect(bench.gaps).toEqual([]);
});

test.skipIf(!hasPostgres15)('another cluster at the same address is refused', async () => {
  const server = await newServer();
  const source = testSource(server.url, { systemId: '1234567890', heartbeat: false });
  const bench = await startStream(await newFolder(), source);
  benches.push(bench);
  await until('it is refused', () =>
    bench.events.some((event) => event.type === 'disconnected' && event.code === 'backup-wal.other-cluster'),
  );
  expect(await bench.archive.stretches('main')).toEqual([]);
});
