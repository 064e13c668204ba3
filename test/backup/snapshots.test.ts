import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSnapshots } from '../../src/backup/catalog/index.ts';
import {
  BACKUP_SNAPSHOT_FAILURES,
  loadIndex,
  PACK_KIND,
  readManifestHead,
  readSnapshot,
} from '../../src/backup/snapshots/index.ts';
import type { Progress } from '../../src/backup/types.ts';
import { MiB } from '../../src/base/index.ts';
import type { VaultStore } from '../../src/vault/index.ts';
import { type Bench, codeOf, flipBitIn, newBench, objectFiles, removeBenches } from '../vault/three-zones.ts';
import {
  hasPostgres15,
  newServerFolder,
  programsOf,
  removeServers,
  startPostgres,
  type TestPostgres,
} from './postgres.ts';
import { SOURCE, snapshotOf, writeManifest, writeSnapshot } from './snapshot-bench.ts';

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-snapshot-'));
  folders.push(folder);
  return folder;
}
afterAll(async () => {
  await removeServers();
  await removeBenches();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const majors = [...(hasPostgres15 ? ([15] as const) : []), 18 as const];

describe.each(majors)('snapshots of PostgreSQL %i', (major) => {
  let server: TestPostgres;
  let bench: Bench;
  let vault: VaultStore;

  beforeAll(async () => {
    server = await startPostgres({ major });
    bench = await newBench();
    vault = await bench.open();
    const tablespace = await newServerFolder();
    folders.push(tablespace);
    await server.query(`CREATE TABLESPACE elsewhere LOCATION '${tablespace}'`);
    await server.query('CREATE TABLE far (id int, t text) TABLESPACE elsewhere');
    await server.query(`INSERT INTO far SELECT n, md5(n::text) FROM generate_series(1, 20000) n`);
    await server.query(`CREATE TABLE accounts AS SELECT n AS id, md5(n::text) || repeat(' ', 50) AS t
      FROM generate_series(1, 500000) n`);
    await server.query('CREATE INDEX ON accounts (id)');
    // Hint bits are written now, and not by the first query that reads a page.
    await server.query('VACUUM FREEZE accounts');
    await server.query('CREATE UNLOGGED TABLE passing AS SELECT n FROM generate_series(1, 100000) n');
  });
  afterAll(() => vault.close());

  test('a snapshot comes back byte for byte, and the next one stores what changed', async () => {
    const progress: Progress[] = [];
    const first = await snapshotOf(server, { vault, bench }, { onProgress: (one) => progress.push(one) });
    expect(first.snapshot).toMatchObject({ source: SOURCE, fromStandby: false, walSegmentBytes: 16 * MiB });
    expect(first.snapshot.stop.lsn).toBeGreaterThan(first.snapshot.start.lsn);
    expect(first.snapshot.settings).toMatchObject({ max_connections: '100', data_checksums: 'on', block_size: '8192' });
    expect(progress[0]?.totalBytes).toBeGreaterThan(40 * MiB);
    const folder = await newFolder();
    const written = await writeSnapshot(vault, first.snapshot, folder);
    expect(written).toBeGreaterThan(900);
    await writeManifest(first, folder);
    if (major === 15) {
      const programs = await programsOf(15);
      const verified = execFileSync(path.join(programs, 'pg_verifybackup'), ['--no-parse-wal', folder]).toString();
      expect(verified).toContain('backup successfully verified');
    }
    const { tablespaces, files } = await readSnapshot(vault, first.snapshot);
    expect(tablespaces).toHaveLength(1);
    const paths = new Map<string, number>();
    for await (const { path: at, sizeBytes } of files) paths.set(at, sizeBytes);
    expect([...paths.keys()].some((at) => /^pg_tblspc\/\d+\/PG_\d+_\d+\/\d+\/\d+$/.test(at))).toBe(true);
    expect([...paths.keys()].some((at) => at.startsWith('pg_wal/0000'))).toBe(true);
    expect(paths.has('pg_replslot')).toBe(true);
    expect(paths.has('postmaster.pid')).toBe(false);

    await server.query('UPDATE accounts SET t = $$changed$$ WHERE id BETWEEN 1000 AND 1100');
    await bench.clock.advance(3_600_000);
    const second = await snapshotOf(server, { vault, bench });
    expect(second.snapshot.newBytes).toBeLessThan(first.snapshot.newBytes / 10);
    await writeSnapshot(vault, second.snapshot, await newFolder());
    const listed = await listSnapshots(vault, SOURCE);
    expect(listed).toEqual([first.snapshot, second.snapshot]);
  });

  test('packs are locked at least as long as every snapshot that needs them', async () => {
    const retainUntilMs = bench.clock.nowMs() + 20 * 86_400_000;
    const { snapshot } = await snapshotOf(server, { vault, bench }, { retainUntilMs });
    const { packs } = await readManifestHead(vault, snapshot.itemId);
    expect(packs.length).toBeGreaterThan(0);
    for (const pack of packs) expect((await vault.head(pack))?.retainUntilMs).toBeGreaterThanOrEqual(retainUntilMs);
    expect((await vault.head(snapshot.itemId))?.retainUntilMs).toBe(retainUntilMs);
  });

  test('a snapshot that is cut off leaves nothing to see, and its packs serve the next attempt', async () => {
    const other = await newBench();
    const empty = await other.open();
    const stop = new AbortController();
    let seen = 0;
    const cut = snapshotOf(
      server,
      { vault: empty, bench: other },
      {
        packBytes: 8 * MiB,
        signal: stop.signal,
        spoil: (event) => {
          if (event.type === 'data') seen += event.bytes.length;
          if (seen > 60 * MiB) stop.abort(new Error('cut off'));
          return event;
        },
      },
    );
    await expect(cut).rejects.toThrow('cut off');
    expect(await listSnapshots(empty)).toEqual([]);
    const { snapshot } = await snapshotOf(server, { vault: empty, bench: other });
    const first = (await listSnapshots(vault, SOURCE))[0]?.newBytes ?? 0;
    expect(snapshot.newBytes).toBeLessThan(first - 30 * MiB);
    await writeSnapshot(empty, snapshot, await newFolder());
    await empty.close();
  });

  test('a byte that changes on the way fails the snapshot, and nothing is listed', async () => {
    const before = await listSnapshots(vault);
    let spoiled = false;
    const attempt = snapshotOf(
      server,
      { vault, bench },
      {
        spoil: (event) => {
          if (spoiled || event.type !== 'data' || event.bytes.length < 30_000) return event;
          spoiled = true;
          const bytes = Buffer.from(event.bytes);
          bytes[20_000] = (bytes[20_000] ?? 0) ^ 1;
          return { ...event, bytes };
        },
      },
    );
    const code = await codeOf(attempt);
    expect([BACKUP_SNAPSHOT_FAILURES.fileDiffers.code, BACKUP_SNAPSHOT_FAILURES.archiveInvalid.code]).toContain(code);
    expect(await listSnapshots(vault)).toEqual(before);
  });

  test('another cluster at the address is refused', async () => {
    const attempt = snapshotOf(server, { vault, bench }, { source: { name: SOURCE, systemId: '123' } });
    expect(await codeOf(attempt)).toBe(BACKUP_SNAPSHOT_FAILURES.sourceChanged.code);
  });

  test('with every object of a zone damaged it comes back from the others', async () => {
    await vault.idle();
    for (const file of await objectFiles(bench.zoneFolder('a'))) await flipBitIn(file);
    const snapshot = (await listSnapshots(vault, SOURCE)).at(-1);
    expect(snapshot).toBeDefined();
    if (snapshot !== undefined) await writeSnapshot(vault, snapshot, await newFolder());
    await vault.idle();
  });
});

test.skipIf(!hasPostgres15)('a standby gives a snapshot, and wrong pages are told without losing it', async () => {
  const primary = await startPostgres({ major: 15 });
  await primary.query('CREATE TABLE pages AS SELECT n, md5(n::text) AS t FROM generate_series(1, 50000) n');
  await primary.query('CHECKPOINT');
  const standby = await startPostgres({ standbyOf: primary });
  const bench = await newBench();
  const vault = await bench.open();
  const { snapshot } = await snapshotOf(standby, { vault, bench });
  expect(snapshot.fromStandby).toBe(true);
  expect(snapshot.pageFailure).toBeUndefined();
  const [row] = await primary.query<{ at: string }>(`SELECT pg_relation_filepath('pages') AS at`);
  await primary.stop();
  await flipBitIn(path.join(primary.dataFolder, row?.at ?? ''));
  await primary.start();
  const bad = await snapshotOf(primary, { vault, bench });
  expect(bad.snapshot.pageFailure).toMatch(/checksum/);
  expect(bad.snapshot.stop.lsn).toBeGreaterThan(bad.snapshot.start.lsn);
  await writeSnapshot(vault, bad.snapshot, await newFolder());
  const packs = await loadIndex(vault, { source: SOURCE, systemId: snapshot.systemId });
  let stored = 0;
  for await (const _item of vault.list(PACK_KIND)) stored += 1;
  expect(packs.packs.length).toBeLessThanOrEqual(stored);
  await vault.close();
});
