import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, chown, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Clock, Failure } from '../../../base/index.ts';
import { CATALOG_FAILURES } from '../../failures.ts';
import { CATALOG_LIMITS } from '../../limits.ts';
import { type Binaries, type BinarySource, listBinaries } from './binaries.ts';
import { lastLine, reachable } from './data-folder.ts';
import { createLogTail, type LogTail } from './log-tail.ts';
import { type OsUser, resolveOsUser } from './os-user.ts';
import { asUser, PROGRAM_ENV } from './run-program.ts';

export interface PostgresRunnerOptions {
  /** Where copies of packaged programs may be kept. */
  readonly folder: string;
  readonly clock: Clock;
  readonly searchPath?: string;
  readonly source?: BinarySource;
}

export interface AsideServer {
  readonly majorVersion: number;
  readonly dataFolder: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly onLogLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface RunningAside {
  readonly url: string;
  readonly port: number;
  readonly logTail: () => readonly string[];
  readonly stop: () => Promise<void>;
}

export interface PostgresRunner {
  readonly versions: () => Promise<readonly number[]>;
  readonly owner: () => Promise<{ readonly uid: number; readonly gid: number } | undefined>;
  readonly libraries: (majorVersion: number) => Promise<ReadonlySet<string> | undefined>;
  readonly start: (server: AsideServer) => Promise<RunningAside>;
}

/**
 * Starts servers over data folders that other parts of the program made, such as a restored one. Unlike the server of
 * the catalog it knows no role of theirs: its socket stands in a folder that only the server's own user may enter, and
 * whoever comes through it is trusted; over TCP, where the caller's settings open it, a password is asked as ever.
 */
export function createPostgresRunner(options: PostgresRunnerOptions): PostgresRunner {
  const { folder, searchPath = '', source = 'any' } = options;
  // A user that owned some data folder has no say here: each start takes the user that fits this machine.
  const userOf = (): Promise<OsUser> => resolveOsUser(folder);
  const programs = async (): Promise<readonly Binaries[]> =>
    listBinaries({ folder, searchPath, source, user: await userOf() });
  return {
    versions: async () => [...new Set((await programs()).map(({ major }) => major))].sort((a, b) => b - a),
    owner: async () => {
      const user = await userOf();
      return user.isOther ? { uid: user.uid, gid: user.gid } : undefined;
    },
    libraries: async (majorVersion) => {
      const binaries = (await programs()).find(({ major }) => major === majorVersion);
      return binaries === undefined ? undefined : librariesBeside(binaries.folder);
    },
    start: async (server) => {
      const found = await programs();
      const binaries = found.find(({ major }) => major === server.majorVersion);
      if (binaries === undefined) {
        const names = found.map(({ version }) => version).join(', ');
        throw new Failure(CATALOG_FAILURES.asideVersionMissing, {
          version: server.majorVersion,
          found: names === '' ? 'none' : names,
        });
      }
      return startAside({ server, binaries, user: await userOf(), clock: options.clock });
    },
  };
}

/** Distributions keep loadable modules in `lib` beside `bin`, or one folder deeper. */
async function librariesBeside(binFolder: string): Promise<ReadonlySet<string> | undefined> {
  const root = path.dirname(binFolder);
  const names = new Set<string>();
  for (const folder of ['lib', 'lib/postgresql', 'lib64', 'lib64/postgresql']) {
    for (const name of await readdir(path.join(root, folder)).catch(() => [])) {
      const match = /^(.+)\.(so|dylib|dll)$/.exec(name);
      if (match?.[1] !== undefined) names.add(match[1]);
    }
  }
  return names.size === 0 ? undefined : names;
}

interface AsideLaunch {
  readonly server: AsideServer;
  readonly binaries: Binaries;
  readonly user: OsUser;
  readonly clock: Clock;
}

/** The socket's folder is the guard of the first line: only the server's own user and root may enter it. */
const HBA = `local all all trust
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
`;

async function startAside(launch: AsideLaunch): Promise<RunningAside> {
  const { server, user } = launch;
  // The path of a socket has at most 107 bytes, so it stands in the folder for temporary files.
  const socketFolder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-pg-'));
  const removeFolder = (): Promise<void> => rm(socketFolder, { recursive: true, force: true });
  try {
    const hbaFile = path.join(socketFolder, 'pg_hba.conf');
    await writeFile(hbaFile, HBA, { mode: 0o600 });
    await chmod(socketFolder, 0o700);
    if (user.isOther) {
      await chown(hbaFile, user.uid, user.gid);
      await chown(socketFolder, user.uid, user.gid);
    }
    const tail = createLogTail(server.onLogLine);
    const child = await spawnAside(launch, socketFolder, tail);
    const exited = new Promise<void>((resolve) => {
      child.once('close', () => resolve());
      child.once('error', () => resolve());
    });
    const stop = async (): Promise<void> => {
      await stopChild(child, exited, launch.clock);
      await removeFolder();
    };
    try {
      await waitUntilReady(child, launch);
    } catch (error) {
      await stop();
      throw asFailure(error, server.dataFolder, tail);
    }
    const url = `postgres:///postgres?host=${encodeURIComponent(socketFolder)}&port=${server.port}`;
    return { url, port: server.port, logTail: tail.lines, stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

function asFailure(error: unknown, folder: string, tail: LogTail): unknown {
  if (error instanceof Error) return error;
  const lines = tail.lines().slice(-12).join(' | ');
  const fatal = tail.lines().findLast((line) => /FATAL|PANIC/.test(line));
  return new Failure(CATALOG_FAILURES.asideFailed, { folder, reason: fatal ?? lastLine(lines), lines });
}

async function spawnAside(launch: AsideLaunch, socketFolder: string, tail: LogTail): Promise<ChildProcess> {
  const { server, binaries, user } = launch;
  const settings: Readonly<Record<string, string>> = {
    listen_addresses: '',
    ...server.settings,
    port: String(server.port),
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    hba_file: path.join(socketFolder, 'pg_hba.conf'),
    external_pid_file: '',
    // The log comes through the pipe, whatever the files of the restored cluster say.
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '%m [%p] ',
    log_min_messages: 'warning',
    log_statement: 'none',
    log_min_duration_statement: '-1',
    lc_messages: 'C',
    log_timezone: 'UTC',
  };
  const data = await open(server.dataFolder, 'r');
  try {
    const dataPath = reachable(server.dataFolder, 3, user);
    const child = spawn(
      path.join(binaries.folder, 'postgres'),
      ['-D', dataPath, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        ...asUser(user),
        env: PROGRAM_ENV,
        stdio: ['ignore', 'ignore', 'pipe', data.fd],
        // Its own session: Ctrl-C in a terminal must reach Holdfast alone.
        detached: true,
      },
    );
    child.stderr?.on('data', tail.write);
    return child;
  } finally {
    await data.close();
  }
}

async function waitUntilReady(child: ChildProcess, { server, clock }: AsideLaunch): Promise<void> {
  const endMs = clock.monotonicMs() + CATALOG_LIMITS.asideRecoveryMs;
  while (clock.monotonicMs() < endMs) {
    server.signal?.throwIfAborted();
    const text = await readFile(path.join(server.dataFolder, 'postmaster.pid'), 'utf8').catch(() => '');
    const lines = text.split('\n');
    if (Number(lines[0]) === child.pid && lines[7]?.startsWith('ready') === true) return;
    // Thrown without an Error: the reason then is what the server wrote in its log.
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) throw child.exitCode ?? -1;
    await clock.sleep(15);
  }
  throw CATALOG_LIMITS.asideRecoveryMs;
}

const STEPS = [
  ['SIGINT', CATALOG_LIMITS.serverStopFastMs],
  ['SIGQUIT', CATALOG_LIMITS.serverStopImmediateMs],
  ['SIGKILL', CATALOG_LIMITS.serverStopImmediateMs],
] as const;

async function stopChild(child: ChildProcess, exited: Promise<void>, clock: Clock): Promise<void> {
  for (const [signal, timeoutMs] of STEPS) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) break;
    child.kill(signal);
    const waited = new AbortController();
    await Promise.race([exited, clock.sleep(timeoutMs, waited.signal).catch(() => undefined)]);
    waited.abort();
  }
  if (child.pid !== undefined) await exited;
}
