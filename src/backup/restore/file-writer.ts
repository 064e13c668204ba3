import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';
import { type FolderOwner, makeOwnedFolder } from './restore-folder.ts';
import type { RestoredFile } from './restored-files.ts';

/** Open files of a restore, made at their full size when first touched; at most a named number is open. */
export interface FileWriter {
  readonly write: (file: number, bytes: Uint8Array, offset: number) => Promise<void>;
  /** Makes the file although nothing is written to it: empty files and those that are one hole. */
  readonly make: (file: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface OpenFile {
  readonly handle: Promise<FileHandle>;
  users: number;
}

export function createFileWriter(files: readonly RestoredFile[], owner: FolderOwner | undefined): FileWriter {
  const opened = new Map<number, OpenFile>();
  const use = async <T>(number: number, work: (handle: FileHandle) => Promise<T>): Promise<T> => {
    let entry = opened.get(number);
    if (entry === undefined) {
      entry = { handle: openFile(files[number], owner), users: 0 };
    } else {
      opened.delete(number);
    }
    // Last in the map is the file that was used last.
    opened.set(number, entry);
    entry.users += 1;
    try {
      return await work(await entry.handle);
    } finally {
      entry.users -= 1;
      await closeIdle(opened);
    }
  };
  return {
    write: (number, bytes, offset) =>
      use(number, async (handle) => {
        let written = 0;
        while (written < bytes.length) {
          const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, offset + written);
          written += bytesWritten;
        }
      }),
    make: (number) => use(number, async () => undefined),
    close: async () => {
      for (const entry of opened.values()) await (await entry.handle.catch(() => undefined))?.close();
      opened.clear();
    },
  };
}

async function closeIdle(opened: Map<number, OpenFile>): Promise<void> {
  for (const [number, entry] of opened) {
    if (opened.size <= BACKUP_RESTORE_LIMITS.openFiles) return;
    if (entry.users > 0) continue;
    opened.delete(number);
    await (await entry.handle.catch(() => undefined))?.close();
  }
}

async function openFile(file: RestoredFile | undefined, owner: FolderOwner | undefined): Promise<FileHandle> {
  const { place = '', mode = 0o600, sizeBytes = 0 } = file ?? {};
  const handle = await openOrMake(place, mode & 0o777, owner);
  try {
    const { size } = await handle.stat();
    if (size !== sizeBytes) await handle.truncate(sizeBytes);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openOrMake(place: string, mode: number, owner: FolderOwner | undefined): Promise<FileHandle> {
  try {
    return await open(place, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const handle = await open(place, 'w+', mode).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    // A manifest lists folders, yet need not list them before what is in them.
    await makeOwnedFolder(path.dirname(place), owner);
    return open(place, 'w+', mode);
  });
  if (owner !== undefined) await handle.chown(owner.uid, owner.gid);
  return handle;
}
