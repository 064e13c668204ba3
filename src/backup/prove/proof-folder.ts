import { mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../base/index.ts';
import { BACKUP_PROVE_LIMITS } from './limits.ts';

/** A folder for one proof below `parent`, named for this process, so that the next one knows whose it was. */
export async function makeProofFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  return mkdtemp(path.join(parent, `proof-${process.pid}-`));
}

/**
 * Removes what proofs of processes that are gone left behind, and ends their servers. A server is known by its working
 * folder, which is its data folder; a process of another folder with the same number is left alone.
 */
export async function sweepProofFolders(parent: string, clock: Clock): Promise<number> {
  let removed = 0;
  for (const name of await readdir(parent).catch(() => [])) {
    const owner = Number(/^proof-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isInteger(owner) || owner === process.pid || isAlive(owner)) continue;
    const folder = path.join(parent, name);
    await endServer(path.join(folder, 'data'), clock);
    await rm(folder, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

async function endServer(dataFolder: string, clock: Clock): Promise<void> {
  const text = await readFile(path.join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const runsThere = async (): Promise<boolean> =>
    (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === dataFolder && isAlive(pid);
  if (!(await runsThere())) return;
  process.kill(pid, 'SIGQUIT');
  const endMs = clock.monotonicMs() + BACKUP_PROVE_LIMITS.stopLeftoverMs;
  while ((await runsThere()) && clock.monotonicMs() < endMs) await clock.sleep(50);
}
