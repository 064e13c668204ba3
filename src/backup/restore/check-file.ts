import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';
import type { RestoredFile } from './restored-files.ts';

/**
 * Reads a written file back, holds it to its size and SHA-256, gives it its mode and syncs it. False when it is not
 * what the snapshot says.
 */
export async function checkFile(
  file: RestoredFile,
  options: { readonly durable: boolean; readonly signal: AbortSignal },
): Promise<boolean> {
  const handle = await open(file.place, 'r+');
  try {
    const { size, mode } = await handle.stat();
    if (size !== file.sizeBytes) return false;
    if (file.sha256 !== undefined) {
      const hash = createHash('sha256');
      const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(size, BACKUP_RESTORE_LIMITS.checkBytes)));
      for (let at = 0; at < size; ) {
        options.signal.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) return false;
        hash.update(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
      if (hash.digest('hex') !== file.sha256) return false;
    }
    if ((mode & 0o777) !== (file.mode & 0o777)) await handle.chmod(file.mode & 0o777);
    if (options.durable) await handle.sync();
    return true;
  } finally {
    await handle.close();
  }
}
