import { copyFile, open, stat, truncate } from 'node:fs/promises';
import type { Clock } from '../../../base/index.ts';
import { CATALOG_LIMITS } from '../../limits.ts';

/**
 * Keeps the server's log within its size. The server appends to an open file, so the file is copied to `.1` and
 * emptied in place; lines written in between are lost, which a log of a server may.
 */
export async function trimServerLog(file: string): Promise<void> {
  const size = await logSize(file);
  if (size <= CATALOG_LIMITS.serverLogBytes) return;
  await copyFile(file, `${file}.1`);
  await truncate(file, 0);
}

/** Looks at the size every minute until the signal aborts. */
export async function watchServerLog(file: string, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(CATALOG_LIMITS.serverLogCheckMs, signal);
      await trimServerLog(file);
    } catch {
      // Aborted, or the disk is full: the next look, if any, tries again.
    }
  }
}

export const logSize = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? 0;

/** What the log holds from `offset` on, at most the kept size of a program's output. */
export async function readLogFrom(file: string, offset: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(CATALOG_LIMITS.initOutputBytes);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
