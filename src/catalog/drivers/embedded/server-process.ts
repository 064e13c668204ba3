import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, Failure, type Log } from '../../../base/index.ts';
import { CATALOG_FAILURES } from '../../failures.ts';
import { CATALOG_LIMITS } from '../../limits.ts';
import type { Binaries } from './binaries.ts';
import { lastLine, reachable } from './data-folder.ts';
import type { OsUser } from './os-user.ts';
import { asUser, PROGRAM_ENV } from './run-program.ts';
import { logSize, readLogFrom } from './server-log.ts';
import { serverArguments } from './settings.ts';

export interface ServerExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface ServerProcess {
  readonly pid: number;
  readonly exited: Promise<ServerExit>;
  readonly isAlive: () => boolean;
  /** Fast shutdown, then immediate, then SIGKILL; each has its time. */
  readonly stop: () => Promise<void>;
}

export interface ServerLaunch {
  readonly binaries: Binaries;
  readonly user: OsUser;
  readonly dataFolder: string;
  readonly logFile: string;
  readonly port: number;
  readonly clusterName: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Starts the server and returns when it accepts connections. Throws `catalog.start-failed`. */
export async function launchServer(launch: ServerLaunch): Promise<ServerProcess> {
  const offset = await logSize(launch.logFile);
  const { child, exited } = await spawnServer(launch);
  const server: ServerProcess = {
    pid: child.pid ?? 0,
    exited,
    isAlive: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    stop: () => stopServer(child, exited, launch),
  };
  try {
    await waitUntilReady(server, launch);
    return server;
  } catch (error) {
    await server.stop();
    const reason = error instanceof Error ? error.message : lastLine(await readLogFrom(launch.logFile, offset));
    const logFile = launch.logFile;
    throw new Failure(CATALOG_FAILURES.startFailed, { reason, logFile }, { cause: error });
  }
}

async function spawnServer(launch: ServerLaunch): Promise<{ child: ChildProcess; exited: Promise<ServerExit> }> {
  const { binaries, user, dataFolder, logFile, port, clusterName } = launch;
  const data = await open(dataFolder, 'r');
  const log = await open(logFile, 'a', 0o600);
  try {
    const child = spawn(
      path.join(binaries.folder, 'postgres'),
      ['-D', reachable(dataFolder, 3, user), ...serverArguments({ port, clusterName, major: binaries.major })],
      {
        ...asUser(user),
        env: PROGRAM_ENV,
        stdio: ['ignore', log.fd, log.fd, data.fd],
        // Its own session: Ctrl-C in a terminal must reach Holdfast alone, which then stops in its own order.
        detached: true,
      },
    );
    const exited = new Promise<ServerExit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.once('error', () => resolve({ code: -1, signal: null }));
    });
    return { child, exited };
  } finally {
    // The child holds its own copies from here on.
    await data.close();
    await log.close();
  }
}

async function waitUntilReady(server: ServerProcess, { dataFolder, clock }: ServerLaunch): Promise<void> {
  const endMs = clock.monotonicMs() + CATALOG_LIMITS.serverStartMs;
  while (clock.monotonicMs() < endMs) {
    // The eighth line of postmaster.pid is the state; the first tells whether the file is this server's.
    const text = await readFile(path.join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '');
    const lines = text.split('\n');
    if (Number(lines[0]) === server.pid && lines[7]?.startsWith('ready') === true) return;
    // Thrown without an Error: the reason then is what the server wrote in its log.
    if (!server.isAlive()) throw await server.exited;
    await clock.sleep(10);
  }
  throw new Failure(CATALOG_FAILURES.unavailable, { reason: `not ready after ${CATALOG_LIMITS.serverStartMs} ms` });
}

const STEPS = [
  ['SIGINT', CATALOG_LIMITS.serverStopFastMs],
  ['SIGQUIT', CATALOG_LIMITS.serverStopImmediateMs],
  ['SIGKILL', CATALOG_LIMITS.serverStopImmediateMs],
] as const;

async function stopServer(child: ChildProcess, exited: Promise<ServerExit>, launch: ServerLaunch): Promise<void> {
  for (const [signal, timeoutMs] of STEPS) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    if (signal !== 'SIGINT') launch.log.warn({ pid: child.pid, signal }, 'PostgreSQL did not stop in time');
    child.kill(signal);
    const waited = new AbortController();
    await Promise.race([exited, launch.clock.sleep(timeoutMs, waited.signal).catch(() => undefined)]);
    waited.abort();
  }
}
