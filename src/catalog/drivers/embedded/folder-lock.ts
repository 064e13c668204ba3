import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, newSecret } from '../../../base/index.ts';
import { CATALOG_FAILURES } from '../../failures.ts';

interface LockOwner {
  readonly pid: number;
  /** Names the very process on Linux, where process ids come again; empty elsewhere. */
  readonly birth: string;
}

/**
 * Takes the folder for this process; a second Holdfast on it is refused with `catalog.folder-in-use`. Returns the
 * release. The lock names a process by id and start, so a crash leaves a lock that the next start sees through.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, 'holdfast.lock');
  const draft = `${file}.${newSecret(8)}`;
  const content = JSON.stringify({ pid: process.pid, birth: await birthOf(process.pid) } satisfies LockOwner);
  await writeFile(draft, content, { mode: 0o600 });
  try {
    // One round finds a stale lock and clears it, the next takes the free place or finds a quicker rival.
    for (let round = 0; round < 3; round += 1) {
      if (await linkNew(draft, file)) return releaseOnce(file);
      await clearWhenStale(file, folder);
    }
    throw new Failure(CATALOG_FAILURES.folderInUse, { folder, owner: 'another process that starts now' });
  } finally {
    await rm(draft, { force: true });
  }
}

/** A second release must not take the lock away from a later start in the same process. */
function releaseOnce(file: string): () => Promise<void> {
  let released: Promise<void> | undefined;
  return () => {
    released ??= rm(file, { force: true });
    return released;
  };
}

/** link(2) makes a name or fails when it exists, in one step. */
async function linkNew(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function clearWhenStale(file: string, folder: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === undefined) return;
  const owner = parseOwner(before);
  if (owner !== undefined && (await birthOf(owner.pid)) === owner.birth && isAlive(owner.pid)) {
    throw new Failure(CATALOG_FAILURES.folderInUse, { folder, owner: `process ${owner.pid}` });
  }
  // A rival may have cleared and taken the lock since it was read: what was moved away is looked at again.
  const aside = `${file}.${newSecret(8)}`;
  await rename(file, aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved !== undefined && moved !== before) await linkNew(aside, file);
  await rm(aside, { force: true });
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    const parsed = JSON.parse(text) as Partial<LockOwner>;
    return Number.isSafeInteger(parsed.pid) && typeof parsed.birth === 'string' ? (parsed as LockOwner) : undefined;
  } catch {
    return undefined;
  }
}

/** True when a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Boot id and start time in clock ticks since boot (proc(5), stat field 22); empty where there is no /proc. */
async function birthOf(pid: number): Promise<string> {
  const ticks = await startTicks(pid);
  if (ticks === undefined) return '';
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()}:${ticks}`;
}

/** Field 22 of /proc/<pid>/stat; the second field is a name in parentheses that may hold spaces. */
async function startTicks(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const ticks = text
    ?.slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .at(19);
  return ticks === undefined ? undefined : Number(ticks);
}
