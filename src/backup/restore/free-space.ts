import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { Failure, formatBytes } from '../../base/index.ts';
import { BACKUP_RESTORE_FAILURES } from './failures.ts';

/** Bytes that are still to be written below a folder, which may not exist yet. */
export interface SpaceNeed {
  readonly folder: string;
  readonly bytes: number;
}

/** Refuses before anything is written when a disk is too small for all that goes onto it. */
export async function checkFreeSpace(needs: readonly SpaceNeed[]): Promise<void> {
  const disks = new Map<number, { folder: string; bytes: number }>();
  for (const { folder, bytes } of needs) {
    const existing = await nearestExisting(folder);
    const { dev } = await stat(existing);
    const disk = disks.get(dev);
    if (disk === undefined) disks.set(dev, { folder: existing, bytes });
    else disk.bytes += bytes;
  }
  for (const { folder, bytes } of disks.values()) {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free >= bytes) continue;
    throw new Failure(BACKUP_RESTORE_FAILURES.diskTooSmall, {
      folder,
      needed: formatBytes(bytes),
      free: formatBytes(free),
    });
  }
}

async function nearestExisting(folder: string): Promise<string> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if ((await stat(at).catch(() => undefined)) !== undefined || at === path.dirname(at)) return at;
  }
}
