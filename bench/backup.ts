import { chmod, chown, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openOfflineCatalog } from '../src/backup/catalog/index.ts';
import { openReplication } from '../src/backup/protocol/index.ts';
import { applyRestore, gatherRestore, planRestore } from '../src/backup/restore/index.ts';
import { loadIndex, takeSnapshot } from '../src/backup/snapshots/index.ts';
import type { Snapshot } from '../src/backup/types.ts';
import { type Clock, createManualClock, DAY_MS, silentLog, systemClock } from '../src/base/index.ts';
import { createPostgresRunner } from '../src/catalog/drivers/embedded/index.ts';
import { openDiskZone } from '../src/vault/drivers/disk/index.ts';
import { createVault, openVaultKeys, type VaultStore } from '../src/vault/index.ts';
import { removeServers, runClient, serverUser, type TestPostgres } from '../test/backup/postgres.ts';
import { removeFolders, startStream, testSource } from '../test/backup/stream-bench.ts';
import { baseBackupToFolder, baseBackupToNowhere, hasPgBackRest, newBackRest, PROCESSES } from './backup-peers.ts';
import { changePages, fillSource, sourceCpuSeconds } from './backup-source.ts';

/**
 * `npm run bench backup -- [--gb 2] [--rounds 3] [--text] [--quick]`: snapshots and restores of a PostgreSQL 15 that
 * pgbench filled, beside pg_basebackup and pgBackRest in the same run and in turns; what seven daily backups take; and
 * how long a commit takes to stand in a quorum while pgbench runs. Loopback and temporary folders only.
 */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    gb: { type: 'string' },
    rounds: { type: 'string' },
    /** Rows with text of md5 in place of pgbench's blanks, which compress to nearly nothing. */
    text: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
const GIGABYTES = Number(values.gb ?? (values.quick ? 0.2 : 2));
const ROUNDS = Number(values.rounds ?? (values.quick ? 1 : 3));
const DAYS = 7;
const CHANGED_SHARE = 0.02;
const LAG_SECONDS = values.quick ? 10 : 30;
/** The whole run, whatever hangs in it. */
const MINUTES_MAX = 40;
const SOURCE = 'main';

interface Measured {
  readonly seconds: number;
  readonly clientCpu: number;
  readonly sourceCpu: number;
}

const line = (...cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
const ownCpu = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

const root = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-backup-'));
const socketFolder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-socket-'));
const results = new Map<string, Measured[]>();
let vaults = 0;

const deadline = setTimeout(() => {
  console.error(`the benchmark was ended after ${MINUTES_MAX} minutes`);
  void cleanUp().finally(() => process.exit(1));
}, MINUTES_MAX * 60_000);

try {
  await run();
} finally {
  clearTimeout(deadline);
  await cleanUp();
}
process.exit();

async function cleanUp(): Promise<void> {
  await removeServers();
  await removeFolders();
  await rm(root, { recursive: true, force: true });
  await rm(socketFolder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const user = await serverUser();
  await chmod(root, 0o755);
  for (const folder of [root, socketFolder]) if (user.isOther) await chown(folder, user.uid, user.gid);
  const server = await fillSource(GIGABYTES, values.text, socketFolder);
  const clock = createManualClock(Date.now());
  const kept = await measureRounds(server, clock);
  const clusterBytes = kept.snapshot.clusterBytes;
  console.log(
    `${os.cpus().length} cores, Node ${process.version}, cluster of ${(clusterBytes / 1e9).toFixed(2)} GB, load ${os.loadavg()[0]?.toFixed(1)}\n`,
  );
  printRounds(clusterBytes);
  await measureDays(server, clock, kept);
  await kept.vault.close();
  await measureLag(server);
}

async function measure(name: string, server: TestPostgres, work: () => Promise<number | undefined>): Promise<void> {
  const sourceBefore = await sourceCpuSeconds(server);
  const ownBefore = ownCpu();
  const begun = performance.now();
  const childCpu = await work();
  const seconds = (performance.now() - begun) / 1000;
  const clientCpu = childCpu ?? ownCpu() - ownBefore;
  // A process of the server that ends just now is counted once it has ended.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const sourceCpu = (await sourceCpuSeconds(server)) - sourceBefore;
  results.set(name, [...(results.get(name) ?? []), { seconds, clientCpu, sourceCpu }]);
}

interface Kept {
  readonly vault: VaultStore;
  readonly vaultFolder: string;
  readonly rest: Awaited<ReturnType<typeof newBackRest>> | undefined;
  readonly snapshot: Snapshot;
}

/** All in turns, so that others on the machine disturb all alike. The last round's vault and repository are kept. */
async function measureRounds(server: TestPostgres, clock: Clock): Promise<Kept> {
  let kept: Kept | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    await kept?.vault.close();
    for (const name of await readdir(root)) await rm(path.join(root, name), { recursive: true, force: true });
    await measure('pg_basebackup, to nowhere', server, () => baseBackupToNowhere(server));
    const copy = path.join(root, 'copy');
    await measure('pg_basebackup, plain copy', server, () => baseBackupToFolder(server, copy));
    await rm(copy, { recursive: true });
    const rest = hasPgBackRest ? await newBackRest(server, path.join(root, 'pgbackrest'), socketFolder) : undefined;
    const restored = path.join(root, 'restored');
    if (rest !== undefined) {
      await measure('pgBackRest backup', server, () => rest.backup('full'));
      await measure('pgBackRest restore', server, () => rest.restore(restored));
      await rm(restored, { recursive: true });
    }
    await measureOurs(server, clock, { zones: 3, restored }).then(({ vault }) => vault.close());
    kept = { rest, ...(await measureOurs(server, clock, { zones: 1, restored })) };
  }
  if (kept === undefined) throw new Error('there was no round');
  return kept;
}

async function measureOurs(
  server: TestPostgres,
  clock: Clock,
  { zones, restored }: { readonly zones: number; readonly restored: string },
): Promise<Pick<Kept, 'vault' | 'vaultFolder' | 'snapshot'>> {
  const name = zones === 1 ? 'Holdfast, 1 zone' : `Holdfast, ${zones} zones`;
  vaults += 1;
  const vaultFolder = path.join(root, `vault-${vaults}`);
  const vault = await openVault(vaultFolder, zones, clock);
  let snapshot: Snapshot | undefined;
  await measure(`${name} backup`, server, async () => {
    snapshot = await snapshotOf(server, vault, clock);
    return undefined;
  });
  await vault.idle();
  await measure(`${name} restore`, server, async () => {
    await restoreTo(vault, clock, restored);
    return undefined;
  });
  await rm(restored, { recursive: true });
  if (snapshot === undefined) throw new Error('there is no snapshot');
  return { vault, vaultFolder, snapshot };
}

async function openVault(folder: string, zones: number, clock: Clock): Promise<VaultStore> {
  const log = silentLog();
  const opened = await Promise.all(
    ['a', 'b', 'c'].slice(0, zones).map(async (name) => ({
      ...{ name, failureDomain: name, remote: name === 'c' },
      driver: await openDiskZone({ folder: path.join(folder, name), clock, log }),
    })),
  );
  const keys = await openVaultKeys({ folder: path.join(folder, 'keys'), clock, log });
  return createVault({ zones: opened, writeQuorum: zones === 1 ? 1 : 2, keys, clock, log });
}

async function snapshotOf(server: TestPostgres, vault: VaultStore, clock: Clock): Promise<Snapshot> {
  const connection = await openReplication({ url: server.url, applicationName: 'holdfast-bench' });
  try {
    const { systemId } = await connection.identifySystem();
    return await takeSnapshot({
      ...{ source: { name: SOURCE }, connection, vault, clock },
      index: await loadIndex(vault, { source: SOURCE, systemId }),
      retainUntilMs: clock.nowMs() + 60 * DAY_MS,
    });
  } finally {
    await connection.close();
  }
}

/** Durable and checked, as for a server that is to run over it. */
async function restoreTo(vault: VaultStore, clock: Clock, into: string): Promise<void> {
  const deps = { vault, clock: systemClock, log: silentLog() };
  const catalog = await openOfflineCatalog({ ...deps, clock });
  const gathered = await gatherRestore(catalog, SOURCE);
  const newest = gathered.snapshots.toSorted((a, b) => b.endedMs - a.endedMs)[0];
  const plan = planRestore({ ...gathered, source: SOURCE, target: { type: 'snapshot', id: newest?.id ?? '' } });
  const runner = createPostgresRunner({ folder: path.join(root, 'programs'), clock: systemClock });
  await applyRestore({ ...deps, catalog, wal: catalog.wal, runner }, { plan, into });
}

function printRounds(clusterBytes: number): void {
  line(`median of ${ROUNDS}`, 'MB/s', 'beside pgBackRest', 'client CPU s', 'source CPU s');
  line('---', '---', '---', '---', '---');
  const secondsOf = (name: string): number => median((results.get(name) ?? []).map(({ seconds }) => seconds));
  for (const [name, runs] of results) {
    const seconds = secondsOf(name);
    const peer = secondsOf(name.endsWith('restore') ? 'pgBackRest restore' : 'pgBackRest backup');
    line(
      name,
      (clusterBytes / 1e6 / seconds).toFixed(0),
      peer === 0 ? '' : (peer / seconds).toFixed(2),
      median(runs.map(({ clientCpu }) => clientCpu)).toFixed(1),
      median(runs.map(({ sourceCpu }) => sourceCpu)).toFixed(1),
    );
  }
  console.log(`\npgBackRest with ${PROCESSES} processes, zst 3, bundles, not encrypted; all encrypted by Holdfast\n`);
}

/** The first day stands already. */
async function measureDays(
  server: TestPostgres,
  clock: ReturnType<typeof createManualClock>,
  kept: Kept,
): Promise<void> {
  results.clear();
  const { rest, vault } = kept;
  let newBytes = 0;
  for (let day = 1; day < DAYS; day += 1) {
    await changePages(server, CHANGED_SHARE);
    await clock.advance(DAY_MS);
    if (rest !== undefined) await measure('pgBackRest', server, () => rest.backup('incr'));
    await measure('Holdfast', server, async () => {
      newBytes = (await snapshotOf(server, vault, clock)).newBytes;
      return undefined;
    });
  }
  await vault.idle();
  const theirs = rest === undefined ? undefined : await folderBytes(rest.repository);
  line(
    `${DAYS} days, ${CHANGED_SHARE * 100} % of pages a day`,
    'stored MB',
    'ratio',
    'median s of a later day',
    'client CPU s',
  );
  line('---', '---', '---', '---', '---');
  for (const [name, runs] of results) {
    const bytes = name === 'Holdfast' ? await folderBytes(path.join(kept.vaultFolder, 'a')) : (theirs ?? 0);
    line(
      name,
      (bytes / 1e6).toFixed(0),
      theirs === undefined ? '' : (bytes / theirs).toFixed(2),
      median(runs.map(({ seconds }) => seconds)).toFixed(1),
      median(runs.map(({ clientCpu }) => clientCpu)).toFixed(1),
    );
  }
  console.log(
    `\none zone of Holdfast; the last day brought ${(newBytes / 1e6).toFixed(0)} MB of new chunks before compression\n`,
  );
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

async function measureLag(server: TestPostgres): Promise<void> {
  const stream = await startStream(path.join(root, 'stream'), testSource(server.url));
  const samples: number[] = [];
  try {
    const output = await runClient(server, 'pgbench', ['-c', '4', '-T', String(LAG_SECONDS), 'postgres']);
    const { lagMs, lateParts, heartbeat } = stream.stream.status();
    samples.push(...(lagMs === undefined ? [] : [lagMs.p50, lagMs.p99, lagMs.max ?? 0]));
    const tps = /tps = (\d+)/.exec(output)?.[1] ?? '?';
    line('commit to durable in 2 of 3 zones, ms', 'p50', 'p99', 'max', 'parts over 1 s');
    line('---', '---', '---', '---', '---');
    line(`${LAG_SECONDS} s of pgbench, 4 clients, ${tps} tps`, ...samples.map((ms) => ms.toFixed(0)), lateParts);
    console.log(`\nheartbeat ${heartbeat?.state ?? '?'}, ${heartbeat?.tookMs?.toFixed(0) ?? '?'} ms to the quorum`);
  } finally {
    await stream.close();
  }
}
