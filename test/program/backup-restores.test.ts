import { createHash } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openOfflineCatalog } from '../../src/backup/catalog/index.ts';
import { applyRestore, gatherRestore, planRestore } from '../../src/backup/restore/index.ts';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { createPostgresRunner } from '../../src/catalog/drivers/embedded/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import { createVault, readVaultKeys } from '../../src/vault/index.ts';
import {
  freeTestPort,
  hasPostgres15,
  removeServers,
  runClient,
  startPostgres,
  type TestPostgres,
} from '../backup/postgres.ts';
import { holdfast, newFolder, type Program, removeFolder, startProgram, until } from '../harness/program.ts';

/** A database of others under pgbench, backed up by the program through a role with the least rights. */
const LOAD_SECONDS = 25;
const RESTORES_BY_COMMAND = 6;
const RESTORES_BY_LIBRARY = 14;
const ROLE = 'holdfast_backup';
const ROLE_PASSWORD = 'least of all';

interface Commit {
  readonly id: number;
  readonly ms: number;
}

let folder = '';
let program: Program;
let source: TestPostgres;
let ledger: readonly Commit[] = [];

/** As docs/backup.md tells it. */
const ROLE_SQL = [
  `CREATE ROLE ${ROLE} LOGIN REPLICATION PASSWORD '${ROLE_PASSWORD}'`,
  `CREATE SCHEMA holdfast AUTHORIZATION ${ROLE}`,
  `GRANT pg_monitor TO ${ROLE}`,
];

const urlOf = (port: number): string =>
  `postgresql://${ROLE}:${encodeURIComponent(ROLE_PASSWORD)}@127.0.0.1:${port}/postgres`;

beforeAll(async () => {
  if (!hasPostgres15) return;
  folder = await newFolder();
  await chmod(folder, 0o755);
  source = await startPostgres({
    major: 15,
    settings: { fsync: 'on', track_commit_timestamp: 'on', max_slot_wal_keep_size: '20GB' },
  });
  for (const sql of ROLE_SQL) await source.query(sql);
  await source.query('CREATE TABLE ledger (id bigserial PRIMARY KEY)');
  await runClient(source, 'pgbench', ['-i', '-q', '-s', '2', 'postgres']);
  const zone = (name: string, more: string): string => `${name}=file://${path.join(folder, 'zones', name)}?${more}`;
  await mkdir(path.join(folder, 'zones'));
  const zones = [zone('a', 'domain=rack-1'), zone('b', 'domain=rack-2'), zone('c', 'domain=far&remote=true')];
  program = await startProgram({ folder: path.join(folder, 'data'), env: { HOLDFAST_ZONES: zones.join(' ') } });
});

afterAll(async () => {
  await program?.stop();
  await removeServers();
  if (folder !== '') await removeFolder(folder);
});

/** Fails with all that the command said. */
async function command(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await holdfast(program, args, input);
  if (code !== 0) throw new Error(`holdfast ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
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

/** One writer, so that the order of the numbers is the order of the commits. */
async function writeLedger(untilMs: number): Promise<void> {
  await withClient(source.url, async (client) => {
    while (Date.now() < untilMs) {
      await client.query('INSERT INTO ledger DEFAULT VALUES');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
}

async function restorable(): Promise<{ readonly fromMs: number; readonly toMs: number }> {
  const status = JSON.parse(await command(['backup', 'status', 'shop', '--json'])) as {
    readonly ranges: readonly { readonly fromMs: number; readonly toMs: number }[];
  };
  return { fromMs: status.ranges[0]?.fromMs ?? Number.POSITIVE_INFINITY, toMs: status.ranges.at(-1)?.toMs ?? 0 };
}

const sumOf = (ids: readonly number[]): string => createHash('md5').update(ids.join(',')).digest('hex');

/** What a restored cluster says of itself: the ledger's rows and checksum, pgbench's balances, the newest heartbeat. */
async function askRestored(client: pg.Client) {
  const { rows } = await client.query<Record<string, string>>(`
    SELECT count(*)::text AS rows, md5(coalesce(string_agg(id::text, ',' ORDER BY id), '')) AS sum,
      (SELECT sum(abalance) FROM pgbench_accounts)::text AS accounts,
      (SELECT sum(tbalance) FROM pgbench_tellers)::text AS tellers,
      (SELECT sum(bbalance) FROM pgbench_branches)::text AS branches,
      (SELECT coalesce(sum(delta), 0) FROM pgbench_history)::text AS history,
      (SELECT extract(epoch FROM at) * 1000 FROM holdfast.heartbeat WHERE name = 'shop')::text AS beat
    FROM ledger`);
  return rows[0] ?? {};
}

async function expectExact(client: pg.Client, targetMs: number): Promise<void> {
  const found = await askRestored(client);
  const wanted = ledger.filter(({ ms }) => ms <= targetMs).map(({ id }) => id);
  expect({ rows: found.rows, sum: found.sum }).toEqual({ rows: String(wanted.length), sum: sumOf(wanted) });
  expect([found.tellers, found.branches, found.history]).toEqual(Array(3).fill(found.accounts));
  const heartbeatAgeMs = targetMs - Number(found.beat);
  expect(heartbeatAgeMs).toBeGreaterThanOrEqual(0);
  // A beat a second; a busy machine may be late with one.
  expect(heartbeatAgeMs).toBeLessThan(3000);
}

test.skipIf(!hasPostgres15)(
  'a database is put under backup with least rights, and the check finds all well',
  async () => {
    await command(['backup', 'add', 'shop', '--snapshot-cron', '0 3 * * *'], `${urlOf(source.port)}\n`);
    await expect
      .poll(async () => (await holdfast(program, ['backup', 'check', 'shop'])).stdout)
      .toMatch(/✓ Slot holdfast_shop: holds back/);
    const check = await command(['backup', 'check', 'shop']);
    expect(check).not.toMatch(/[✕!→]/);
    expect(check).toMatch(/✓ Role: may replicate/);
    expect(check).toMatch(/✓ Heartbeat: a row is written each second/);
    const listed = await command(['backup', 'list', '--json']);
    expect(listed).not.toContain(ROLE_PASSWORD);
    expect(listed).not.toContain(encodeURIComponent(ROLE_PASSWORD));
  },
);

test.skipIf(!hasPostgres15)(
  'under pgbench, a snapshot by command and twenty restores to random seconds, each exact',
  async () => {
    // The first snapshot began by itself; the one by command is taken under load.
    await until('the first snapshot stands', async () => (await restorable()).toMs > 0, 60_000);
    const endMs = Date.now() + LOAD_SECONDS * 1000;
    const load = runClient(source, 'pgbench', ['-n', '-c', '2', '-R', '60', '-T', String(LOAD_SECONDS), 'postgres']);
    const writing = writeLedger(endMs);
    expect(await command(['backup', 'run', 'shop'])).toMatch(/files stand in the vault/);
    await Promise.all([load, writing]);
    ledger = await withClient(source.url, async (client) => {
      const { rows } = await client.query<{ id: string; us: string }>(
        'SELECT id::text, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint AS us FROM ledger ORDER BY ledger.id',
      );
      return rows.map(({ id, us }) => ({ id: Number(id), ms: Number(us) / 1000 }));
    });
    const lastMs = ledger.at(-1)?.ms ?? 0;
    await until('the last commit is restorable', async () => (await restorable()).toMs > lastMs, 60_000);
    const { fromMs } = await restorable();
    const spanMs = lastMs - fromMs;
    expect(spanMs).toBeGreaterThan((LOAD_SECONDS / 3) * 1000);
    const targets = Array.from({ length: RESTORES_BY_COMMAND + RESTORES_BY_LIBRARY }, () =>
      Math.floor(fromMs + 1 + Math.random() * (spanMs - 1)),
    );
    console.info(`targets ${targets.join(' ')}`);
    for (const targetMs of targets.slice(0, RESTORES_BY_COMMAND)) await restoreByCommand(targetMs);
    await restoreByLibrary(targets.slice(RESTORES_BY_COMMAND));
  },
  300_000,
);

async function restoreByCommand(targetMs: number): Promise<void> {
  const into = path.join(folder, `restored-${targetMs}`);
  const port = await freeTestPort();
  const to = new Date(targetMs).toISOString();
  const said = await command(['restore', 'apply', '-d', 'shop', '--to', to, '--into', into, '--port', String(port)]);
  expect(said).toMatch(/answers on port/);
  await withClient(source.url.replace(`:${source.port}/`, `:${port}/`), (client) => expectExact(client, targetMs));
}

/** The same parts in this process, reading one zone alone, so that the rest costs no start of a command each. */
async function restoreByLibrary(targets: readonly number[]): Promise<void> {
  const clock = systemClock;
  const log = silentLog();
  const driver = await openDiskZone({ folder: path.join(folder, 'zones', 'c'), clock, log, create: false });
  const keys = await readVaultKeys({ folder: path.join(folder, 'data', 'keys'), log });
  const zones = [{ name: 'c', failureDomain: 'far', remote: true, driver }];
  const vault = await createVault({ zones, writeQuorum: 1, keys, clock, log });
  const runner = createPostgresRunner({
    folder: path.join(folder, 'programs'),
    clock,
    searchPath: process.env.PATH ?? '',
  });
  try {
    const catalog = await openOfflineCatalog({ vault, clock, log });
    const known = await gatherRestore(catalog, 'shop');
    for (const timeMs of targets) {
      const plan = planRestore({ ...known, source: 'shop', target: { type: 'time', timeMs, inclusive: true } });
      const { server } = await applyRestore(
        { catalog, wal: catalog.wal, vault, runner, clock, log },
        {
          ...{ plan, into: path.join(folder, `aside-${timeMs}`), durable: false },
          start: { port: await freeTestPort(), settings: { fsync: 'off' } },
        },
      );
      try {
        const url = (server?.url ?? '').replace('postgres:///', 'postgres://postgres@/');
        await withClient(url, (client) => expectExact(client, timeMs));
      } finally {
        await server?.stop();
      }
    }
  } finally {
    await vault.close();
  }
}

test.skipIf(!hasPostgres15)('a dropped table is brought back by a restore to the second before', async () => {
  const [before] = await source.query<{ rows: string }>('SELECT count(*)::text AS rows FROM ledger');
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const [{ ms: droppedMs } = { ms: '0' }] = await source.query<{ ms: string }>(
    `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms`,
  );
  await source.query('DROP TABLE ledger');
  const targetMs = Math.floor(Number(droppedMs)) - 1000;
  const into = path.join(folder, 'before-the-drop');
  const port = await freeTestPort();
  const to = new Date(targetMs).toISOString();
  const args = ['restore', 'apply', '-d', 'shop', '--to', to, '--into', into, '--port', String(port)];
  // The vault has to have learnt of a change behind the target first.
  await until('the second is restorable', async () => (await holdfast(program, [...args, '--dry-run'])).code === 0);
  await command(args);
  await withClient(source.url.replace(`:${source.port}/`, `:${port}/`), async (client) => {
    expect((await client.query('SELECT count(*)::text AS rows FROM ledger')).rows).toEqual([before]);
  });
  await expect(source.query('SELECT 1 FROM ledger')).rejects.toThrow(/does not exist/);
});
