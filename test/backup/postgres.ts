/** Real PostgreSQL servers in temporary folders, run as a plain user: 15 of the system and 18 of the npm package. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { resolveOsUser } from '../../src/catalog/drivers/embedded/os-user.ts';
import { findPackaged, installPackaged, packagedPlaces } from '../../src/catalog/drivers/embedded/packaged-binaries.ts';

export type Major = 15 | 18;

/** Programs of clients (psql, pgbench, pg_basebackup, pg_waldump), which only the system's version has. */
export const CLIENT_PROGRAMS = '/usr/lib/postgresql/15/bin';
/** Empty where this machine lacks the version; for `test.skipIf`. */
export const hasPostgres15 = existsSync(path.join(CLIENT_PROGRAMS, 'postgres'));

export interface PostgresOptions {
  readonly major?: Major;
  readonly settings?: Readonly<Record<string, string>>;
  readonly walSegmentMiB?: number;
  /** Makes the server a streaming standby of this one. */
  readonly standbyOf?: TestPostgres;
  /** An existing data folder, such as a restored one; it is not removed by {@link removeServers}. */
  readonly dataFolder?: string;
  /** Takes a server.crt and server.key from this folder and asks for TLS. */
  readonly tlsFolder?: string;
}

export interface TestPostgres {
  readonly major: Major;
  readonly programs: string;
  readonly dataFolder: string;
  readonly port: number;
  /** Superuser `postgres` on database `postgres`, by password over TCP. */
  readonly url: string;
  readonly log: () => string;
  readonly pid: () => number;
  readonly query: <Row extends pg.QueryResultRow = Record<string, string>>(sql: string) => Promise<Row[]>;
  readonly start: () => Promise<void>;
  readonly stop: (mode?: 'fast' | 'immediate') => Promise<void>;
  /** SIGKILL of the postmaster, whose children end by themselves. */
  readonly kill: () => Promise<void>;
  readonly promote: () => Promise<void>;
}

const PASSWORD = 'only-for-tests';
const servers = new Set<{ readonly server: TestPostgres; readonly folder: string | undefined }>();

/** Stops all servers of this test file and removes their folders; give it to `afterAll`. */
export async function removeServers(): Promise<void> {
  for (const entry of servers) {
    await entry.server.stop('immediate').catch(() => undefined);
    if (entry.folder !== undefined) await rm(entry.folder, { recursive: true, force: true, maxRetries: 5 });
  }
  servers.clear();
}

/** The plain user that servers of tests run as; owner of their folders. */
export const serverUser = (): ReturnType<typeof resolveOsUser> => resolveOsUser('/nonexistent');

export async function programsOf(major: Major): Promise<string> {
  if (major === 15) return CLIENT_PROGRAMS;
  const packaged = await findPackaged();
  if (packaged === undefined) throw new Error('the npm package with PostgreSQL is not installed');
  const places = packagedPlaces(path.join(os.tmpdir(), 'holdfast-postgres-programs'), process.geteuid?.() === 0);
  return installPackaged(packaged, places);
}

export async function freeTestPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      listener.close(() => resolve(port));
    });
  });
}

/** Runs a program as the server's user to its end; rejects with what it said. */
export async function runAsServerUser(program: string, args: readonly string[], cwd = '/'): Promise<string> {
  const user = await serverUser();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, ...identity(user), stdio: ['ignore', 'pipe', 'pipe'], env: serverEnv });
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${program} ended with ${code}: ${text}`)),
    );
  });
}

const serverEnv = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC', PGPASSWORD: PASSWORD };

const identity = (user: { readonly uid: number; readonly gid: number; readonly isOther: boolean }) =>
  user.isOther ? { uid: user.uid, gid: user.gid } : {};

export async function newServerFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-pg-'));
  const user = await serverUser();
  await chmod(folder, 0o755);
  if (user.isOther) await chown(folder, user.uid, user.gid);
  return folder;
}

export async function startPostgres(options: PostgresOptions = {}): Promise<TestPostgres> {
  const major = options.major ?? options.standbyOf?.major ?? 15;
  const programs = await programsOf(major);
  const folder = options.dataFolder === undefined ? await newServerFolder() : undefined;
  const dataFolder = options.dataFolder ?? path.join(folder ?? '', 'data');
  if (options.dataFolder === undefined) {
    if (options.standbyOf === undefined) await layOut(programs, dataFolder, folder ?? '', options);
    else await copyRunning(options.standbyOf, dataFolder);
  }
  const server = await createServerHandle({ major, programs, dataFolder, options });
  servers.add({ server, folder });
  await server.start();
  return server;
}

async function layOut(programs: string, dataFolder: string, folder: string, options: PostgresOptions): Promise<void> {
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, PASSWORD);
  await chmod(passwordFile, 0o644);
  await runAsServerUser(path.join(programs, 'initdb'), [
    ...['-D', dataFolder, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
    ...['--no-sync', '--data-checksums', '--encoding=UTF8', '--locale=C'],
    ...(options.walSegmentMiB === undefined ? [] : [`--wal-segsize=${options.walSegmentMiB}`]),
  ]);
}

/** A copy of a running server the low-level way, which works for every version without client programs. */
async function copyRunning(from: TestPostgres, dataFolder: string): Promise<void> {
  const client = new pg.Client({ connectionString: from.url });
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('standby', true)`);
    await runAsServerUser('/bin/sh', [
      '-c',
      `cp -a "${from.dataFolder}" "${dataFolder}"; rm -rf "${dataFolder}"/pg_wal/* "${dataFolder}"/postmaster.* "${dataFolder}"/pg_replslot/*; chmod 700 "${dataFolder}"`,
    ]);
    await runAsServerUser('/bin/mkdir', ['-p', path.join(dataFolder, 'pg_wal', 'archive_status')]);
    const stopped = await client.query<{ labelfile: string }>(`SELECT labelfile FROM pg_backup_stop(false)`);
    const user = await serverUser();
    for (const [name, text] of [
      ['backup_label', stopped.rows[0]?.labelfile ?? ''],
      ['standby.signal', ''],
    ] as const) {
      const file = path.join(dataFolder, name);
      await writeFile(file, text, { mode: 0o600 });
      if (user.isOther) await chown(file, user.uid, user.gid);
    }
    const info = `host=127.0.0.1 port=${from.port} user=postgres password=${PASSWORD} application_name=standby`;
    await appendFile(
      path.join(dataFolder, 'postgresql.auto.conf'),
      `primary_conninfo = '${info}'\nrecovery_target_timeline = 'latest'\n`,
    );
  } finally {
    await client.end();
  }
}

async function createServerHandle(input: {
  readonly major: Major;
  readonly programs: string;
  readonly dataFolder: string;
  readonly options: PostgresOptions;
}): Promise<TestPostgres> {
  const { major, programs, dataFolder, options } = input;
  const port = await freeTestPort();
  const url = `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let log = '';
  const start = async (): Promise<void> => {
    const user = await serverUser();
    const args = ['-D', dataFolder, '-p', String(port), ...settingsArguments(options)];
    const started = spawn(path.join(programs, 'postgres'), args, {
      cwd: dataFolder,
      ...identity(user),
      env: serverEnv,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    ended = new Promise((resolve) => {
      started.once('close', () => resolve());
      started.once('error', () => resolve());
    });
    const seen = log.length;
    started.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 20) {
      if (/ready to accept/.test(log.slice(seen))) return;
      if (started.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the server did not start:\n${log.slice(seen)}`);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child?.kill(signal);
    await ended;
  };
  const query = async <Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    ...{ major, programs, dataFolder, port, url, start, query },
    log: () => log,
    pid: () => child?.pid ?? 0,
    stop: (mode = 'fast') => end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    kill: async () => {
      await end('SIGKILL');
      await rm(path.join(dataFolder, 'postmaster.pid'), { force: true });
    },
    promote: async () => {
      await query('SELECT pg_promote(true, 60)');
    },
  };
}

function settingsArguments(options: PostgresOptions): readonly string[] {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    wal_level: 'replica',
    max_wal_senders: '10',
    max_replication_slots: '10',
    max_prepared_transactions: '10',
    shared_buffers: '64MB',
    log_timezone: 'UTC',
    timezone: 'UTC',
    logging_collector: 'off',
    ...(options.major === 18 || options.standbyOf?.major === 18 ? { io_method: 'sync' } : {}),
    ...(options.tlsFolder === undefined
      ? {}
      : {
          ssl: 'on',
          ssl_cert_file: path.join(options.tlsFolder, 'server.crt'),
          ssl_key_file: path.join(options.tlsFolder, 'server.key'),
        }),
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** pgbench and the like against a server; resolves with its output. */
export const runClient = (server: TestPostgres, program: string, args: readonly string[]): Promise<string> =>
  runAsServerUser(path.join(CLIENT_PROGRAMS, program), [
    ...['-h', '127.0.0.1', '-p', String(server.port), '-U', 'postgres'],
    ...args,
  ]);
