import { access, link, mkdir, open, readdir, readFile, rename, stat, statfs, unlink } from 'node:fs/promises';
import path from 'node:path';

/**
 * The few file operations that a folder zone is built on. Paths are relative to the zone's root, with `/`.
 * They reject with the system's errors (`code` ENOSPC, EIO …). A simulation implements the same interface over memory
 * and loses whatever was not synced when it crashes.
 */
export interface ZoneFiles {
  readonly root: string;
  /** Makes the root itself, with its parents, when it is not there. */
  readonly makeRoot: () => Promise<void>;
  /** Nothing happens when it stands already. Never makes parents, and does not sync them. */
  readonly makeFolder: (folder: string) => Promise<void>;
  /** Names of files and folders in it, in no order; empty when there is no such folder. */
  readonly names: (folder: string) => Promise<readonly string[]>;
  /** Creates a file that must not exist, read-only, writes all parts and syncs the file, not its folder. */
  readonly writeNew: (file: string, parts: readonly Uint8Array[], signal?: AbortSignal) => Promise<void>;
  /** Gives the file a second name; false when that name is taken. */
  readonly link: (from: string, to: string) => Promise<boolean>;
  /** Replaces what stands under the new name, in one step. */
  readonly rename: (from: string, to: string) => Promise<void>;
  /** Nothing happens when there is no such file. */
  readonly unlink: (file: string) => Promise<void>;
  /** Makes names that were added to or taken from the folder survive a crash. */
  readonly syncFolder: (folder: string) => Promise<void>;
  readonly exists: (file: string) => Promise<boolean>;
  readonly read: (file: string) => Promise<Buffer | undefined>;
  /** The first bytes, and the size of all. */
  readonly readStart: (
    file: string,
    length: number,
  ) => Promise<{ readonly bytes: Buffer; readonly sizeBytes: number } | undefined>;
  readonly freeBytes: () => Promise<number | undefined>;
  /** The file system under the root, as the kernel numbers it; undefined where that cannot be told. */
  readonly device: () => Promise<string | undefined>;
}

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** The real ones. */
export function openZoneFiles(root: string): ZoneFiles {
  const at = (relative: string): string => path.join(root, relative);
  const syncFolder = async (folder: string): Promise<void> => {
    const handle = await open(at(folder), 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  };
  return {
    root,
    makeRoot: async () => {
      await mkdir(root, { recursive: true, mode: 0o700 });
    },
    makeFolder: (folder) =>
      unlessCode('EEXIST', undefined, async () => {
        await mkdir(at(folder), { mode: 0o700 });
      }),
    names: (folder) => unlessCode('ENOENT', [], () => readdir(at(folder))),
    writeNew: (file, parts, signal) => writeNew(at(file), parts, signal),
    link: (from, to) =>
      unlessCode('EEXIST', false, async () => {
        await link(at(from), at(to));
        return true;
      }),
    rename: (from, to) => rename(at(from), at(to)),
    unlink: (file) => unlessCode('ENOENT', undefined, () => unlink(at(file))),
    syncFolder,
    exists: (file) =>
      unlessCode('ENOENT', false, async () => {
        await access(at(file));
        return true;
      }),
    read: (file) => unlessCode('ENOENT', undefined, () => readFile(at(file))),
    readStart: (file, length) => unlessCode('ENOENT', undefined, () => readStart(at(file), length)),
    freeBytes: async () => {
      const stats = await statfs(root);
      return stats.bavail * stats.bsize;
    },
    device: async () => String((await stat(root)).dev),
  };
}

async function unlessCode<T, U>(code: string, otherwise: U, attempt: () => Promise<T>): Promise<T | U> {
  try {
    return await attempt();
  } catch (error) {
    if (errorCode(error) === code) return otherwise;
    throw error;
  }
}

/**
 * A failed write or sync leaves no file: after a failed fsync the kernel may call the pages clean although they never
 * reached the disk, so the file must not be trusted or tried again under its name.
 */
async function writeNew(file: string, parts: readonly Uint8Array[], signal: AbortSignal | undefined): Promise<void> {
  const handle = await open(file, 'wx', 0o444);
  try {
    try {
      signal?.throwIfAborted();
      await writeAll(handle, parts);
      signal?.throwIfAborted();
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await unlink(file).catch(() => undefined);
    throw error;
  }
}

/** One call writes all parts, as a rule; what it leaves is written after it. */
async function writeAll(handle: Awaited<ReturnType<typeof open>>, parts: readonly Uint8Array[]): Promise<void> {
  let { bytesWritten } = await handle.writev(parts.filter((part) => part.length > 0));
  for (const part of parts) {
    for (let offset = Math.min(part.length, bytesWritten); offset < part.length; ) {
      offset += (await handle.write(part, offset, part.length - offset)).bytesWritten;
    }
    bytesWritten = Math.max(0, bytesWritten - part.length);
  }
}

async function readStart(file: string, length: number): Promise<{ bytes: Buffer; sizeBytes: number }> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, 0);
    return { bytes: buffer.subarray(0, bytesRead), sizeBytes: (await handle.stat()).size };
  } finally {
    await handle.close();
  }
}
