import { type ChildProcess, spawn } from 'node:child_process';
import { access, chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { isFailure, silentLog, systemClock } from '../../src/base/index.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../src/catalog/drivers/embedded/index.ts';
import { CATALOG_FAILURES, openCatalog } from '../../src/catalog/index.ts';

const isRoot = process.getuid?.() === 0;
const PROGRAM = fileURLToPath(new URL('./run-postgres.ts', import.meta.url));
const ROWS_MIGRATION = { name: 'test-0001-rows', statements: ['CREATE TABLE rows (id bigint PRIMARY KEY)'] };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function newFolder(parent = os.tmpdir()): Promise<string> {
  const top = await mkdtemp(path.join(parent, 'holdfast-pg-'));
  cleanups.push(() => rm(top, { recursive: true, force: true }));
  return path.join(top, 'catalog');
}

async function start(folder: string, options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder, clock: systemClock, log: silentLog(), ...options });
  cleanups.push(server.stop);
  return server;
}

const open = async (url: string) => {
  const catalog = await openCatalog({ url, migrations: [ROWS_MIGRATION], clock: systemClock, log: silentLog() });
  cleanups.push(() => catalog.close());
  return catalog;
};

const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  cleanups.push(() => client.end());
  return client;
};

interface Rows {
  rows: { id: number };
}
const insert = async (url: string, id: number): Promise<void> => {
  const catalog = await open(url);
  await catalog.db<Rows>().insertInto('rows').values({ id }).execute();
  await catalog.close();
};
const ids = async (url: string): Promise<readonly number[]> => {
  const catalog = await open(url);
  const rows = await catalog.db<Rows>().selectFrom('rows').select('id').orderBy('id').execute();
  await catalog.close();
  return rows.map(({ id }) => id);
};

interface Started {
  readonly child: ChildProcess;
  readonly said: { readonly url: string; readonly pid: number; readonly uid: number; readonly failure?: string };
  readonly ended: Promise<number | null>;
}

/** Runs the server in a process of its own, optionally as another user. */
async function startProcess(folder: string, source: string, user?: { uid: number; gid: number }): Promise<Started> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, folder, source], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH ?? '', ...(user === undefined ? {} : { HOME: path.dirname(folder) }) },
    ...user,
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  cleanups.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const [line] = await new Promise<string[]>((resolve) => {
    lines.once('line', (text) => resolve([text]));
    lines.once('close', () => resolve(['{"failure":"ended without a word"}']));
  });
  return { child, said: JSON.parse(line ?? '{}') as Started['said'], ended };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(['system', 'packaged'] as const)('the %s programs', (source) => {
  test('lay out a durable server once and start it again within a second', async () => {
    const folder = await newFolder();
    const first = await start(folder, { source });
    await insert(first.url, 1);
    await first.stop();
    // The machine may be busy with something else once; the quicker of two starts counts.
    const tookMs: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      const startedMs = performance.now();
      const server = await start(folder, { source });
      tookMs.push(performance.now() - startedMs);
      await server.stop();
    }
    expect(Math.min(...tookMs)).toBeLessThan(1000);
    const second = await start(folder, { source });
    expect(second.port).toBe(first.port);
    expect(await ids(second.url)).toEqual([1]);
  });

  test.skipIf(!isRoot)('run below a folder that only root may enter', async () => {
    const closed = await mkdtemp('/root/holdfast-closed-');
    cleanups.push(() => rm(closed, { recursive: true, force: true }));
    await chmod(closed, 0o700);
    const folder = path.join(closed, 'data', 'catalog');
    const server = await start(folder, { source });
    await insert(server.url, 7);
    await server.stop();
    const again = await start(folder, { source });
    expect(await ids(again.url)).toEqual([7]);
    expect((await stat(again.dataFolder)).uid).not.toBe(0);
    expect((await stat(path.join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  test.skipIf(!isRoot)('run for a plain user as that user', async () => {
    const user = { uid: 65_534, gid: 65_534 };
    const folder = await newFolder();
    await chown(path.dirname(folder), user.uid, user.gid);
    const { child, said, ended } = await startProcess(folder, source, user);
    expect(said.failure).toBeUndefined();
    expect(said.uid).toBe(user.uid);
    expect((await stat(`/proc/${said.pid}`)).uid).toBe(user.uid);
    await insert(said.url, 3);
    child.stdin?.end();
    expect(await ended).toBe(0);
    expect(await readFile(`/proc/${said.pid}/cmdline`, 'utf8').catch(() => '')).toBe('');
  });
});

describe('the server', () => {
  test('keeps what counts for durability, reachability and secrecy', async () => {
    const server = await start(await newFolder());
    const client = await connect(server.url);
    const root = await connect(server.superuserUrl);
    const show = async (name: string): Promise<unknown> => (await root.query(`SHOW ${name}`)).rows[0]?.[name];
    expect(await show('fsync')).toBe('on');
    expect(await show('data_checksums')).toBe('on');
    expect(await show('server_encoding')).toBe('UTF8');
    expect(await show('listen_addresses')).toBe('127.0.0.1');
    expect(await show('unix_socket_directories')).toBe('');
    expect(await show('wal_level')).toBe('replica');
    expect(await show('log_statement')).toBe('none');
    const role = await client.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
    expect(role.rows).toEqual([{ rolsuper: false }]);
    const stored = await root.query('SELECT DISTINCT left(rolpassword, 13) AS form FROM pg_authid WHERE rolcanlogin');
    expect(stored.rows).toEqual([{ form: 'SCRAM-SHA-256' }]);
  });

  test('refuses a wrong password', async () => {
    const server = await start(await newFolder());
    const url = new URL(server.url);
    url.password = 'wrong';
    const error = await failureOf(openCatalog({ url: url.href, migrations: [], clock: systemClock, log: silentLog() }));
    expect((error as { code?: string }).code).toBe('28P01');
  });

  test('writes no statement, value or row detail into its log', async () => {
    const folder = await newFolder();
    const server = await start(folder);
    await insert(server.url, 424_242);
    expect(await failureOf(insert(server.url, 424_242))).toBeDefined();
    const client = await connect(server.url);
    await failureOf(client.query("SELECT 'needle-in-statement' FROM nowhere"));
    await failureOf(client.query('SELECT 1 / length($1)', ['']));
    const text = await readFile(path.join(folder, 'server.log'), 'utf8');
    expect(text).toContain('duplicate key value');
    expect(text).not.toContain('424242');
    expect(text).not.toContain('needle-in-statement');
  });

  test('reports its death, and recovers every acknowledged row after kill -9', async () => {
    const folder = await newFolder();
    const exits: unknown[] = [];
    const server = await start(folder, { onExit: (exit) => exits.push(exit) });
    for (let id = 1; id <= 5; id += 1) await insert(server.url, id);
    const catalog = await open(server.url);
    process.kill(server.pid, 'SIGKILL');
    await expect.poll(() => exits.length).toBe(1);
    expect(exits).toEqual([{ code: null, signal: 'SIGKILL' }]);
    expect(server.alive()).toBe(false);
    const error = await failureOf(catalog.db<Rows>().selectFrom('rows').select('id').execute());
    expect(isFailure(error, CATALOG_FAILURES.unavailable) && error.retryable).toBe(true);
    await server.stop();
    const again = await start(folder);
    expect(await ids(again.url)).toEqual([1, 2, 3, 4, 5]);
  });

  test('can be started again by whoever hears of its death, at the same address', async () => {
    const folder = await newFolder();
    const died = new Promise<void>((resolve) => {
      void start(folder, { onExit: () => resolve() }).then((server) => process.kill(server.pid, 'SIGKILL'));
    });
    await died;
    const port = Number(await readFile(path.join(folder, 'port'), 'utf8'));
    const again = await start(folder);
    expect(again.port).toBe(port);
    expect(await ids(again.url)).toEqual([]);
  });

  test('does not report a stop that was asked for', async () => {
    const exits: unknown[] = [];
    const server = await start(await newFolder(), { onExit: (exit) => exits.push(exit) });
    await server.stop();
    expect(server.alive()).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(exits).toEqual([]);
  });
});

describe('a folder', () => {
  test('belongs to one Holdfast at a time', async () => {
    const folder = await newFolder();
    const server = await start(folder);
    const inside = await failureOf(start(folder));
    expect(isFailure(inside, CATALOG_FAILURES.folderInUse)).toBe(true);
    const outside = await startProcess(folder, 'any');
    expect(outside.said.failure).toBe('catalog.folder-in-use');
    expect(server.alive()).toBe(true);
    await server.stop();
    expect((await start(folder)).alive()).toBe(true);
  });

  test('is taken over from a Holdfast that was killed, whose server still runs', async () => {
    const folder = await newFolder();
    const { child, said, ended } = await startProcess(folder, 'any');
    await insert(said.url, 11);
    child.kill('SIGKILL');
    await ended;
    process.kill(said.pid, 0);
    const server = await start(folder);
    expect(server.pid).not.toBe(said.pid);
    // Ended; where nobody has collected it yet, the system still lists it, without a command line.
    expect(await readFile(`/proc/${said.pid}/cmdline`, 'utf8').catch(() => '')).toBe('');
    expect(await ids(server.url)).toEqual([11]);
  });

  test('starts although its postmaster.pid and its lock name living strangers', async () => {
    const folder = await newFolder();
    const server = await start(folder);
    await insert(server.url, 5);
    const pidFile = path.join(server.dataFolder, 'postmaster.pid');
    const left = (await readFile(pidFile, 'utf8')).split('\n');
    process.kill(server.pid, 'SIGKILL');
    await server.stop();
    await writeFile(pidFile, [process.pid, ...left.slice(1)].join('\n'));
    await writeFile(path.join(folder, 'holdfast.lock'), JSON.stringify({ pid: process.pid, birth: 'another' }));
    expect(await ids((await start(folder)).url)).toEqual([5]);
  });

  test('is laid out anew after a crash in the middle of the first start', async () => {
    const folder = await newFolder();
    await mkdir(path.join(folder, 'pgdata.unfinished', 'base'), { recursive: true });
    await writeFile(path.join(folder, 'pgdata.unfinished.password'), 'left over');
    const server = await start(folder);
    expect(server.alive()).toBe(true);
    expect(await failureOf(access(path.join(folder, 'pgdata.unfinished')))).toBeDefined();
    expect(await failureOf(access(path.join(folder, 'pgdata.unfinished.password')))).toBeDefined();
  });

  test('of a version that is not installed is refused by name', async () => {
    const folder = await newFolder();
    await mkdir(path.join(folder, 'pgdata'), { recursive: true });
    await writeFile(path.join(folder, 'pgdata', 'PG_VERSION'), '13\n');
    const error = await failureOf(start(folder));
    expect(isFailure(error, CATALOG_FAILURES.engineVersionMissing) && error.message).toContain('PostgreSQL 13');
  });

  test('without its passwords is refused, not laid out over', async () => {
    const folder = await newFolder();
    const server = await start(folder);
    await insert(server.url, 1);
    await server.stop();
    const secrets = path.join(folder, 'secrets.json');
    const kept = await readFile(secrets, 'utf8');
    await rm(secrets);
    expect(isFailure(await failureOf(start(folder)), CATALOG_FAILURES.secretsMissing)).toBe(true);
    await writeFile(secrets, kept.slice(0, 40));
    expect(isFailure(await failureOf(start(folder)), CATALOG_FAILURES.secretsMissing)).toBe(true);
    await writeFile(secrets, kept);
    expect(await ids((await start(folder)).url)).toEqual([1]);
  });

  test('that is damaged says why in the words of the server', async () => {
    const folder = await newFolder();
    const server = await start(folder);
    await server.stop();
    await rm(path.join(server.dataFolder, 'global', 'pg_control'));
    const error = await failureOf(start(folder));
    expect(isFailure(error, CATALOG_FAILURES.startFailed) && error.message).toMatch(/pg_control|control file/);
  });
});
