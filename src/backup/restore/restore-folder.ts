import { chown, lstat, mkdir, open, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, invariant } from '../../base/index.ts';
import { BACKUP_RESTORE_FAILURES } from './failures.ts';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';

/** What Holdfast keeps in the folder of a restore until recovery has ended: the journal and the WAL to replay. */
export const SIDE_FOLDER = 'holdfast_restore';
export const TABLESPACES_FOLDER = 'holdfast_tablespaces';

export interface FolderOwner {
  readonly uid: number;
  readonly gid: number;
}

/** The folder of one restore, held by this process, with the journal that makes it resumable. */
export interface RestoreFolder {
  readonly folder: string;
  readonly sideFolder: string;
  /** Packs that were written wholly before an interruption. */
  readonly donePacks: ReadonlySet<string>;
  readonly isResumed: boolean;
  /** Everything was written and only the start is left. */
  readonly isComplete: boolean;
  readonly noteDone: (pack: string) => Promise<void>;
  readonly noteComplete: () => Promise<void>;
  /** Gives the folder free, resumable as it is. */
  readonly release: () => Promise<void>;
}

/**
 * Takes an empty folder, or the one in which the restore of this very plan was interrupted. A crash at any point
 * leaves either an empty folder or one with the journal, and no `pg_control` in its place until all is written, so
 * that no server starts over a half-restored folder.
 */
export async function claimFolder(request: {
  readonly folder: string;
  /** Names the plan; see `planKey`. */
  readonly key: string;
  readonly title: string;
  readonly owner: FolderOwner | undefined;
}): Promise<RestoreFolder> {
  const folder = await makeFolder(request.folder, request.owner);
  const sideFolder = path.join(folder, SIDE_FOLDER);
  const journalFile = path.join(sideFolder, 'journal');
  const found = await readJournal(folder, journalFile, request);
  await mkdir(sideFolder, { recursive: true, mode: 0o700 });
  const unlock = await lockSide(folder, sideFolder);
  try {
    if (request.owner !== undefined) await chown(sideFolder, request.owner.uid, request.owner.gid);
    if (found === undefined) {
      await writeFile(journalFile, `${JSON.stringify({ key: request.key, title: request.title })}\n`, { flush: true });
    }
    const journal = await open(journalFile, 'a', 0o600);
    return {
      folder,
      sideFolder,
      donePacks: found?.packs ?? new Set(),
      isResumed: found !== undefined,
      isComplete: found?.isComplete ?? false,
      noteDone: async (pack) => {
        await journal.appendFile(`${pack}\n`);
      },
      noteComplete: async () => {
        await journal.appendFile('complete\n');
        await journal.sync();
      },
      release: async () => {
        await journal.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function makeFolder(wanted: string, owner: FolderOwner | undefined): Promise<string> {
  try {
    const made = await mkdir(wanted, { recursive: true, mode: 0o700 });
    const folder = await realpath(wanted);
    const info = await stat(folder);
    if (!info.isDirectory()) throw new Failure(BACKUP_RESTORE_FAILURES.folderUnusable, { folder, reason: 'no folder' });
    if (owner !== undefined && (made !== undefined || (await readdir(folder)).length === 0)) {
      await chown(folder, owner.uid, owner.gid);
    }
    return folder;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(BACKUP_RESTORE_FAILURES.folderUnusable, { folder: wanted, reason }, { cause: error });
  }
}

/** Makes a folder with its parents; those that were missing belong to the owner too. */
export async function makeOwnedFolder(place: string, owner: FolderOwner | undefined): Promise<void> {
  const first = await mkdir(place, { recursive: true, mode: 0o700 });
  if (first === undefined || owner === undefined) return;
  for (let at = place; at.length >= first.length; at = path.dirname(at)) await chown(at, owner.uid, owner.gid);
}

interface FoundJournal {
  readonly packs: ReadonlySet<string>;
  readonly isComplete: boolean;
}

async function readJournal(
  folder: string,
  journalFile: string,
  request: { readonly key: string },
): Promise<FoundJournal | undefined> {
  const names = await readdir(folder);
  // A server may run over it at this moment, whatever else is there.
  if (names.includes('postmaster.pid')) {
    throw new Failure(BACKUP_RESTORE_FAILURES.folderIsCluster, { folder, found: 'postmaster.pid' });
  }
  const size = (await lstat(journalFile).catch(() => undefined))?.size ?? 0;
  if (size === 0 || size > BACKUP_RESTORE_LIMITS.journalBytes) {
    refuseForeign(folder, names);
    return undefined;
  }
  const [head = '', ...lines] = (await readFile(journalFile, 'utf8')).split('\n');
  const header = parseHeader(head);
  if (header?.key !== request.key) {
    throw new Failure(BACKUP_RESTORE_FAILURES.folderOfOtherRestore, { folder, found: header?.title ?? 'unreadable' });
  }
  // The last line may be torn by the interruption; it then names no pack, which is read again.
  lines.pop();
  return { packs: new Set(lines), isComplete: lines.includes('complete') };
}

function refuseForeign(folder: string, names: readonly string[]): void {
  const cluster = names.find((name) => name === 'PG_VERSION' || name === 'global');
  if (cluster !== undefined) throw new Failure(BACKUP_RESTORE_FAILURES.folderIsCluster, { folder, found: cluster });
  const others = names.filter((name) => name !== 'lost+found' && name !== SIDE_FOLDER);
  if (others.length === 0) return;
  const found = others.slice(0, BACKUP_RESTORE_LIMITS.namesShown).join(', ');
  throw new Failure(BACKUP_RESTORE_FAILURES.folderNotEmpty, { folder, found });
}

function parseHeader(line: string): { readonly key: string; readonly title: string } | undefined {
  try {
    const parsed = JSON.parse(line) as Partial<{ readonly key: string; readonly title: string }>;
    return typeof parsed.key === 'string' ? { key: parsed.key, title: parsed.title ?? 'another plan' } : undefined;
  } catch {
    return undefined;
  }
}

/** A process is told from a later one of the same number by the boot and by when it began (proc(5)). */
async function processMark(pid: number): Promise<string | undefined> {
  const isAlive = ((): boolean => {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  })();
  if (!isAlive) return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const begun = status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${boot.trim()} ${begun}`;
}

async function lockSide(folder: string, sideFolder: string): Promise<() => Promise<void>> {
  const lockFile = path.join(sideFolder, 'lock');
  const own = await processMark(process.pid);
  invariant(own !== undefined, 'this process is alive');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await writeFile(lockFile, own, { flag: 'wx', mode: 0o600 });
      return () => rm(lockFile, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readFile(lockFile, 'utf8').catch(() => '');
    const pid = Number(holder.split(' ')[0]);
    if (holder !== '' && (await processMark(pid)) === holder) {
      throw new Failure(BACKUP_RESTORE_FAILURES.folderBusy, { folder, pid });
    }
    await rm(lockFile, { force: true });
  }
  throw new Failure(BACKUP_RESTORE_FAILURES.folderBusy, { folder, pid: 'unknown' });
}
