import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';
import { forEachOf } from './take-turns.ts';

/** Syncs folders and all below them, so that the names in them survive a power failure; files were synced before. */
export async function syncFolders(roots: readonly string[]): Promise<void> {
  for (let level: readonly string[] = roots; level.length > 0; ) {
    const below: string[] = [];
    await forEachOf(level, BACKUP_RESTORE_LIMITS.syncers, undefined, async (folder) => {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        if (entry.isDirectory()) below.push(path.join(folder, entry.name));
      }
      const handle = await open(folder, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
    level = below;
  }
}
