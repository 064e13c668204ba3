import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Failure, formatBytes } from '../base/index.ts';
import { BOOT_FAILURES } from './failures.ts';
import { BOOT_LIMITS } from './limits.ts';

/** Version of the layout of the data folder; docs/formats/data-folder.md. */
export const DATA_FORMAT = 1;

export interface DataFolder {
  readonly folder: string;
  /** Random, made with the folder; tells one installation from another. */
  readonly installationId: string;
  /** True when this start made the folder. */
  readonly isNew: boolean;
  readonly release: () => Promise<void>;
}

interface Marker {
  readonly format: number;
  readonly installationId: string;
}

interface Owner {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot, where the system tells it: a pid alone is reused. */
  readonly startedTicks: string | undefined;
}

/**
 * Takes the data folder for this process: makes it, checks that it is ours, of a known version, writable and not full,
 * and locks it. Throws the registered failure that says what is wrong. A lock left by a process that has died is
 * taken over.
 */
export async function takeDataFolder(folder: string): Promise<DataFolder> {
  await makeFolder(folder);
  const marker = await readMarker(folder);
  if (marker === undefined) await refuseForeign(folder);
  await refuseFullDisk(folder);
  const lock = await takeLock(folder);
  const installationId = marker?.installationId ?? randomUUID();
  if (marker === undefined) {
    const text = `${JSON.stringify({ format: DATA_FORMAT, installationId } satisfies Marker, null, 2)}\n`;
    await writeFile(path.join(folder, 'holdfast.json'), text, { mode: 0o644, flush: true });
  }
  return { folder, installationId, isNew: marker === undefined, release: () => rm(lock, { force: true }) };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function makeFolder(folder: string): Promise<void> {
  const probe = path.join(folder, `.writable-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await writeFile(probe, 'x');
    await rm(probe);
  } catch (error) {
    if (isCode(error, 'ENOSPC')) throw await diskFull(folder);
    throw new Failure(
      BOOT_FAILURES.folderUnwritable,
      { folder, reason: reasonOf(error), user: os.userInfo().username },
      { cause: error },
    );
  }
}

async function readMarker(folder: string): Promise<Marker | undefined> {
  const file = path.join(folder, 'holdfast.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined;
    throw new Failure(BOOT_FAILURES.folderUnwritable, {
      folder,
      reason: reasonOf(error),
      user: os.userInfo().username,
    });
  });
  if (text === undefined) return undefined;
  const marker = parseMarker(text);
  if (marker === undefined || marker.format > DATA_FORMAT) {
    throw new Failure(BOOT_FAILURES.folderOtherVersion, {
      folder,
      found: marker?.format ?? 'unknown',
      known: DATA_FORMAT,
    });
  }
  return marker;
}

function parseMarker(text: string): Marker | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { format, installationId } = value as Record<string, unknown>;
    return typeof format === 'number' && typeof installationId === 'string' ? { format, installationId } : undefined;
  } catch {
    return undefined;
  }
}

async function refuseForeign(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== 'holdfast.lock' && !name.startsWith('.'));
  if (names.length > 0) throw new Failure(BOOT_FAILURES.folderForeign, { folder });
}

async function diskFull(folder: string, freeBytes = 0): Promise<Failure> {
  return new Failure(BOOT_FAILURES.diskFull, {
    folder,
    free: formatBytes(freeBytes),
    needed: formatBytes(BOOT_LIMITS.freeDiskAtStartBytesMin),
  });
}

async function refuseFullDisk(folder: string): Promise<void> {
  const disk = await statfs(folder);
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes < BOOT_LIMITS.freeDiskAtStartBytesMin) throw await diskFull(folder, freeBytes);
}

async function takeLock(folder: string): Promise<string> {
  const file = path.join(folder, 'holdfast.lock');
  const mine: Owner = { pid: process.pid, startedTicks: await startedTicks(process.pid) };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const handle = await open(file, 'wx', 0o644);
      await handle.writeFile(`${JSON.stringify(mine)}\n`);
      await handle.close();
      return file;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const owner = await readOwner(file);
    if (owner !== undefined && (await isAlive(owner))) {
      throw new Failure(BOOT_FAILURES.folderInUse, { folder, pid: owner.pid });
    }
    await rm(file, { force: true });
  }
  throw new Failure(BOOT_FAILURES.folderInUse, { folder, pid: 'unknown' });
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as Partial<Owner>;
    return typeof value.pid === 'number' ? { pid: value.pid, startedTicks: value.startedTicks } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives under another user. ESRCH: it is gone.
    if (!isCode(error, 'EPERM')) return false;
  }
  const ticks = await startedTicks(owner.pid);
  return owner.startedTicks === undefined || ticks === undefined || ticks === owner.startedTicks;
}

/** Field 22 of /proc/<pid>/stat (proc(5)); undefined where there is no /proc. */
async function startedTicks(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && (error as { code?: unknown }).code === code;
