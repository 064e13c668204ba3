import { chmod, rename } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freeTestPort, hasPostgres15, removeServers, startPostgres, type TestPostgres } from '../backup/postgres.ts';
import { type FaultyProxy, startProxy } from '../backup/proxy.ts';
import { api, holdfast, newFolder, type Program, removeFolder, startProgram, until } from '../harness/program.ts';

/** The program, the source, the network and the zones are broken in turn; what was committed stays restorable. */
interface Status {
  readonly stream: { readonly state: string; readonly gaps: readonly unknown[] };
  readonly ranges: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly snapshots: number;
}

let folder = '';
let program: Program;
let source: TestPostgres;
let proxy: FaultyProxy;

beforeAll(async () => {
  if (!hasPostgres15) return;
  folder = await newFolder();
  await chmod(folder, 0o755);
  source = await startPostgres({ major: 15, settings: { fsync: 'on', track_commit_timestamp: 'on' } });
  await source.query('CREATE TABLE ledger (id bigserial PRIMARY KEY)');
  await source.query(`CREATE TABLE ballast AS SELECT id, md5(id::text) FROM generate_series(1, 100000) id`);
  proxy = await startProxy(source.port);
  program = await start();
  const url = source.url.replace(`:${source.port}/`, `:${proxy.port}/`);
  expect((await api(program, 'POST', '/backup/sources', { body: { name: 'shop', url } })).status).toBe(200);
  await until('the first snapshot stands', async () => (await status()).snapshots > 0, 60_000);
});

afterAll(async () => {
  await program?.stop();
  await proxy?.close();
  await removeServers();
  if (folder !== '') await removeFolder(folder);
});

const start = (): Promise<Program> => startProgram({ folder: path.join(folder, 'data') });

async function restart(): Promise<void> {
  program.kill('SIGKILL');
  await program.exit;
  program = await start();
}

const status = async (): Promise<Status> => (await api<Status>(program, 'GET', '/backup/sources/shop')).body;

/** Commits one row and resolves to its number and the time of its commit, to the microsecond. */
async function commit(): Promise<{ readonly id: number; readonly ms: number }> {
  const client = new pg.Client({ connectionString: source.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('INSERT INTO ledger DEFAULT VALUES RETURNING id::text');
    const id = rows[0]?.id ?? '0';
    const at = await client.query<{ ms: string }>(
      `SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000 AS ms FROM ledger WHERE id = ${id}`,
    );
    return { id: Number(id), ms: Number(at.rows[0]?.ms ?? 0) };
  } finally {
    await client.end();
  }
}

/** A change that is made now becomes restorable, and no gap is told. */
async function expectFlowing(after: string, timeoutMs = 60_000): Promise<void> {
  const { ms } = await commit();
  await until(
    `a change after ${after} is restorable`,
    async () => ((await status()).ranges.at(-1)?.toMs ?? 0) >= ms,
    timeoutMs,
  );
  const { stream } = await status();
  expect({ after, gaps: stream.gaps }).toEqual({ after, gaps: [] });
}

async function alertState(key: string): Promise<string> {
  const { stdout } = await holdfast(program, ['alert', 'list', '--json']);
  const listed = JSON.parse(stdout) as
    | readonly { key: string; state: string }[]
    | { alerts: readonly { key: string; state: string }[] };
  const alerts = 'alerts' in listed ? listed.alerts : listed;
  return alerts.find((alert) => alert.key === key)?.state ?? 'none';
}

test.skipIf(!hasPostgres15)(
  'a snapshot that is killed half-way is not listed, and the next one stands',
  async () => {
    const slow = { throttleBytesPerSecond: 2 * 1024 * 1024 };
    expect((await api(program, 'PATCH', '/backup/sources/shop', { body: slow })).status).toBe(200);
    const before = (await status()).snapshots;
    const { body: run } = await api<{ id: string }>(program, 'POST', '/backup/sources/shop/snapshots');
    await until(
      'the snapshot is half-way',
      async () => {
        const { body } = await api<{ progress?: { doneBytes: number } }>(program, 'GET', `/backup/runs/${run.id}`);
        return (body.progress?.doneBytes ?? 0) > 1024 * 1024;
      },
      60_000,
    );
    await restart();
    expect((await status()).snapshots).toBe(before);
    await api(program, 'PATCH', '/backup/sources/shop', { body: { throttleBytesPerSecond: 0 } });
    expect((await holdfast(program, ['backup', 'run', 'shop'])).stdout).toMatch(/files stand in the vault/);
    expect((await status()).snapshots).toBe(before + 1);
    await expectFlowing('a snapshot that was killed');
  },
  240_000,
);

test.skipIf(!hasPostgres15)(
  'the program, the source and the line between them break without a gap',
  async () => {
    await restart();
    await expectFlowing('the kill of Holdfast');
    await source.kill();
    await source.start();
    await expectFlowing('the kill of the source');
    proxy.cut();
    await expectFlowing('a cut');
    proxy.delay(150);
    await expectFlowing('a delay');
    proxy.delay(0);
    proxy.flipBit(64);
    await until('a bit was flipped on the way', async () => {
      await source.query(`INSERT INTO ballast SELECT id, md5(random()::text) FROM generate_series(1, 5000) id`);
      return proxy.flipped() > 0;
    });
    await expectFlowing('damage on the way');
    proxy.refuse(true);
    proxy.cut();
    const { ms } = await commit();
    await until('the break is told', async () => (await status()).stream.state === 'disconnected');
    expect((await status()).ranges.at(-1)?.toMs ?? 0).toBeLessThan(ms);
    proxy.refuse(false);
    await expectFlowing('a refused line');
  },
  240_000,
);

test.skipIf(!hasPostgres15)(
  'one zone away costs nothing; without a quorum the source keeps its WAL, people are told, and it ends',
  async () => {
    const zone = (name: string): string => path.join(folder, 'data', 'zones', name);
    await rename(zone('b'), `${zone('b')}-away`);
    await expectFlowing('the loss of a zone');
    await rename(zone('c'), `${zone('c')}-away`);
    const { ms } = await commit();
    await until('the alert fires', async () => (await alertState('backup-vault:shop')) === 'firing');
    expect((await status()).ranges.at(-1)?.toMs ?? 0).toBeLessThan(ms);
    await rename(`${zone('b')}-away`, zone('b'));
    await rename(`${zone('c')}-away`, zone('c'));
    await expectFlowing('the return of the zones');
    await until('the alert ends', async () => (await alertState('backup-vault:shop')) === 'resolved');
  },
);

test.skipIf(!hasPostgres15)(
  'what came before a gap is restored whole, and the gap is told until a snapshot stands behind it',
  async () => {
    const last = await commit();
    await commit();
    await expectFlowing('all of it');
    program.kill('SIGKILL');
    await program.exit;
    await until('the slot is left', async () => {
      const rows = await source.query(`SELECT 1 FROM pg_replication_slots WHERE active`);
      return rows.length === 0;
    });
    await source.query(`SELECT pg_drop_replication_slot('holdfast_shop')`);
    for (let round = 0; round < 3; round += 1) {
      await commit();
      await source.query('SELECT pg_switch_wal()');
      await source.query('CHECKPOINT');
    }
    program = await start();
    await until('the gap is told', async () => (await alertState('backup-gap:shop')) !== 'none', 60_000);
    expect((await status()).stream.gaps).toHaveLength(1);
    await until('a new snapshot ends it', async () => (await alertState('backup-gap:shop')) === 'resolved', 90_000);
    for (const target of [new Date(last.ms).toISOString(), 'latest']) await expectRestored(target, last.id);
  },
);

/** By a time the row of it is the newest, for the target is its own commit; the latest state has all rows. */
async function expectRestored(target: string, lastId: number): Promise<void> {
  const [newest] = await source.query<{ id: string }>('SELECT max(id)::text AS id FROM ledger');
  const wanted = target === 'latest' ? Number(newest?.id) : lastId;
  const port = await freeTestPort();
  const into = path.join(folder, `restored-${port}`);
  // A millisecond more, for the text of a time has no microseconds; nothing else is committed in it.
  const to = target === 'latest' ? target : new Date(Date.parse(target) + 1).toISOString();
  const args = ['restore', 'apply', '-d', 'shop', '--to', to, '--into', into, '--port', String(port)];
  const { code, stderr } = await holdfast(program, args);
  expect({ target, code, stderr }).toMatchObject({ target, code: 0 });
  const client = new pg.Client({ connectionString: source.url.replace(`:${source.port}/`, `:${port}/`) });
  await client.connect();
  try {
    const { rows } = await client.query<{ ids: string }>(
      `SELECT string_agg(id::text, ',' ORDER BY id) AS ids FROM ledger`,
    );
    const committed = await source.query<{ ids: string }>(
      `SELECT string_agg(id::text, ',' ORDER BY id) AS ids FROM ledger WHERE id <= ${wanted}`,
    );
    expect(rows).toEqual(committed);
    const ballast = await client.query<{ rows: string }>('SELECT count(*)::text AS rows FROM ballast');
    expect(Number(ballast.rows[0]?.rows)).toBeGreaterThanOrEqual(100_000);
  } finally {
    await client.end();
  }
}
