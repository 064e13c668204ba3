import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBackupCatalog, listSnapshots, openOfflineCatalog } from '../../src/backup/catalog/index.ts';
import { BACKUP_MIGRATIONS } from '../../src/backup/migrations.ts';
import {
  applyRetention,
  createStockGatherer,
  livingItems,
  planRetention,
  type RetentionReport,
  retainUntilOf,
} from '../../src/backup/retention/index.ts';
import { PACK_KIND } from '../../src/backup/snapshots/index.ts';
import { createWalArchive } from '../../src/backup/wal/index.ts';
import { DAY_MS, HOUR_MS, silentLog } from '../../src/base/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import { createVault, openVaultKeys, type VaultStore } from '../../src/vault/index.ts';
import { serverForTest } from '../catalog/open-for-test.ts';
import { type Bench, newBench, removeBenches } from '../vault/three-zones.ts';
import { removeServers, startPostgres, type TestPostgres } from './postgres.ts';
import { SOURCE, snapshotOf, writeSnapshot } from './snapshot-bench.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres({ major: 18 });
});

const folders: string[] = [];
afterAll(async () => {
  await removeServers();
  await removeBenches();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-snapshot-'));
  folders.push(folder);
  return folder;
}

const policy = { windowMs: DAY_MS, dailyKeptMs: 3 * DAY_MS, timeZone: 'UTC' };

interface Day {
  readonly bench: Bench;
  readonly vault: VaultStore;
}

async function liveOneDay({ bench, vault }: Day, day: number): Promise<RetentionReport> {
  await server.query(`UPDATE accounts SET t = 'day ${day}' WHERE id % 50 = ${day}`);
  const nowMs = bench.clock.nowMs();
  const retainUntilMs = retainUntilOf(await listSnapshots(vault, SOURCE), { nowMs, policy });
  await snapshotOf(server, { vault, bench }, { retainUntilMs, packBytes: 4_194_304 });
  const stock = await createStockGatherer(vault).gather(SOURCE);
  const plan = planRetention({ source: SOURCE, nowMs: bench.clock.nowMs(), policy, stock });
  expect(plan.removals.every(({ reason }) => reason.length > 20)).toBe(true);
  return applyRetention({ vault, clock: bench.clock }, plan);
}

test('over days the oldest snapshots go with what only they needed, and all that is left can be read', async () => {
  await server.query(`CREATE TABLE accounts AS SELECT n AS id, md5(n::text) AS t FROM generate_series(1, 100000) n`);
  const bench = await newBench();
  const vault = await bench.open();
  const reports: RetentionReport[] = [];
  for (let day = 0; day < 6; day += 1) {
    await vault.confirmClock();
    reports.push(await liveOneDay({ bench, vault }, day));
    await bench.clock.advance(DAY_MS);
  }
  const kept = await listSnapshots(vault, SOURCE);
  expect(kept.length).toBeLessThan(6);
  expect(kept.length).toBeGreaterThanOrEqual(3);
  const removed = reports.flatMap((report) => report.removed);
  expect(removed.some(({ kind }) => kind === 'backup-snapshot')).toBe(true);
  expect(reports.flatMap((report) => report.refused)).toEqual([]);
  for (const snapshot of [kept[0], kept.at(-1)]) {
    if (snapshot !== undefined) await writeSnapshot(vault, snapshot, await newFolder());
  }
  const living = await livingItems(vault);
  for (const { itemId } of kept) expect(living.has(itemId)).toBe(true);
  // Boot's own expiry, which is told what lives, takes nothing of it.
  const judged = await vault.planExpiry(bench.clock.nowMs(), living);
  expect(judged.entries.filter(({ action, kind }) => action === 'remove' && kind?.startsWith('backup-'))).toEqual([]);
  await vault.close();
});

test('a clock that was set back removes nothing', async () => {
  const bench = await newBench();
  const vault = await bench.open();
  await snapshotOf(server, { vault, bench }, { retainUntilMs: bench.clock.nowMs() + HOUR_MS });
  await vault.confirmClock();
  const stock = await createStockGatherer(vault).gather(SOURCE);
  bench.clock.setNowMs(bench.clock.nowMs() - DAY_MS);
  const nowMs = bench.clock.nowMs();
  expect(() => planRetention({ source: SOURCE, nowMs, policy, stock })).toThrow('nothing can expire');
  let packs = 0;
  for await (const _item of vault.list(PACK_KIND)) packs += 1;
  expect(packs).toBeGreaterThan(0);
  await vault.close();
});

test('the catalog is rebuilt from the vault, and with the key and one zone there need be no database', async () => {
  const held = await serverForTest();
  const catalog = await held.open(BACKUP_MIGRATIONS);
  const bench = await newBench();
  const vault = await bench.open();
  const wal = createWalArchive({ vault, clock: bench.clock, log: silentLog() });
  const backups = createBackupCatalog({ vault, wal, catalog });
  const { snapshot } = await snapshotOf(server, { vault, bench });
  await backups.note(snapshot);
  expect(await backups.snapshots(SOURCE)).toEqual([snapshot]);
  expect(await backups.rebuild()).toEqual({ added: 0, changed: 0, removed: 0 });
  await bench.clock.advance(1000);
  const later = await snapshotOf(server, { vault, bench });
  await backups.note({ ...snapshot, itemId: 'sha256:gone', id: 'gone' });
  expect(await backups.rebuild()).toEqual({ added: 1, changed: 0, removed: 1 });
  expect(await backups.snapshots(SOURCE)).toEqual([snapshot, later.snapshot]);
  expect(await backups.sources()).toEqual([SOURCE]);
  await vault.close();
  await catalog.close();
  await held.remove();

  const alone = await createVault({
    zones: [
      {
        ...{ name: 'c', failureDomain: 'c', remote: true },
        driver: await openDiskZone({ folder: bench.zoneFolder('c'), clock: bench.clock, log: silentLog() }),
      },
    ],
    keys: await openVaultKeys({ folder: path.join(bench.root, 'keys'), clock: bench.clock, log: silentLog() }),
    clock: bench.clock,
    log: silentLog(),
  });
  const offline = await openOfflineCatalog({ vault: alone, clock: bench.clock, log: silentLog() });
  expect(await offline.sources()).toEqual([SOURCE]);
  expect(await offline.snapshots(SOURCE)).toEqual([snapshot, later.snapshot]);
  await writeSnapshot(alone, snapshot, await newFolder());
  await alone.close();
});
