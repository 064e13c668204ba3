import { readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, Failure, type Log } from '../../../base/index.ts';
import { CATALOG_FAILURES } from '../../failures.ts';
import { CATALOG_LIMITS } from '../../limits.ts';
import { isAlive } from './folder-lock.ts';

interface ServerProcess {
  readonly pid: number;
  readonly isPostmaster: boolean;
}

export interface LeftoverSearch {
  readonly dataFolder: string;
  /** The `cluster_name` that our servers of this folder carry; nobody else's do, for it is random. */
  readonly clusterName: string;
  readonly uid: number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Ends what an earlier Holdfast that was killed left running on this folder, and sees through a `postmaster.pid`
 * whose process id meanwhile belongs to somebody else. A server that somebody started by hand on the folder is
 * not ours to stop: `catalog.folder-in-use`.
 */
export async function endLeftoverServer(search: LeftoverSearch): Promise<void> {
  const { clock, log } = search;
  for (const { pid } of (await serversOf(search)).filter(({ isPostmaster }) => isPostmaster)) {
    log.warn({ pid }, 'stopping the PostgreSQL server that an earlier run left behind');
    sendSignal(pid, 'SIGINT');
    if (await waitForEnd([pid], CATALOG_LIMITS.serverStopFastMs, clock)) continue;
    sendSignal(pid, 'SIGQUIT');
    if (await waitForEnd([pid], CATALOG_LIMITS.serverStopImmediateMs, clock)) continue;
    throw new Failure(CATALOG_FAILURES.stopFailed, { pid });
  }
  // Backends whose postmaster was killed notice and leave; until then they hold the shared memory of the folder.
  const orphans = (await serversOf(search)).map(({ pid }) => pid);
  if (!(await waitForEnd(orphans, CATALOG_LIMITS.serverStopImmediateMs, clock))) {
    for (const pid of orphans) sendSignal(pid, 'SIGKILL');
    if (!(await waitForEnd(orphans, CATALOG_LIMITS.serverStopImmediateMs, clock))) {
      throw new Failure(CATALOG_FAILURES.stopFailed, { pid: orphans[0] });
    }
  }
  await clearReusedPid(search);
}

/**
 * The processes of our server, by their command lines: the postmaster carries `cluster_name=<name>` as an
 * argument, its children show `postgres: <name>: …`. Command lines are readable for every user, also in containers
 * whose root may not look at /proc/<pid>/cwd of another user.
 */
async function serversOf({ clusterName, uid }: LeftoverSearch): Promise<readonly ServerProcess[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: ServerProcess[] = [];
  for (const pid of pids) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const isPostmaster = commandLine.split('\0').includes(`cluster_name=${clusterName}`);
    if (!isPostmaster && !commandLine.startsWith(`postgres: ${clusterName}: `)) continue;
    const owner = await stat(`/proc/${pid}`).catch(() => undefined);
    if (owner?.uid === uid) found.push({ pid, isPostmaster });
  }
  return found;
}

function sendSignal(pid: number, signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in between, which is what the signal was for.
  }
}

const isRunning = async (pid: number): Promise<boolean> => {
  if (!isAlive(pid)) return false;
  // A zombie has ended; only its parent has not looked yet.
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !text.slice(text.lastIndexOf(')') + 2).startsWith('Z');
};

async function waitForEnd(pids: readonly number[], timeoutMs: number, clock: Clock): Promise<boolean> {
  const endMs = clock.monotonicMs() + timeoutMs;
  for (;;) {
    const running = await Promise.all(pids.map(isRunning));
    if (!running.includes(true)) return true;
    if (clock.monotonicMs() >= endMs) return false;
    await clock.sleep(10);
  }
}

/**
 * PostgreSQL refuses to start while the id in postmaster.pid lives, even when that is now a stranger's, as after a
 * reboot or in a new container. The file is removed only when the stranger is no PostgreSQL or one that works in
 * another folder. Removing it is safe then: no process of our server exists at this point.
 */
async function clearReusedPid({ dataFolder, log }: LeftoverSearch): Promise<void> {
  const file = path.join(dataFolder, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !(await isRunning(pid))) return;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => undefined);
  if (name === undefined) return;
  if (/^(postgres|postmaster)/.test(name)) {
    // A postmaster works in its data folder. Where that cannot be looked at, the doubt speaks for the other server.
    const works = await realpath(`/proc/${pid}/cwd`).catch(() => dataFolder);
    if (works === dataFolder) {
      throw new Failure(CATALOG_FAILURES.folderInUse, { folder: dataFolder, owner: `PostgreSQL, process ${pid}` });
    }
  }
  log.warn({ pid }, 'postmaster.pid names a process that is not the server of this folder; removing it');
  await rm(file, { force: true });
}
