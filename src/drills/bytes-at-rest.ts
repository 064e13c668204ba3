import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { DRILLS_LIMITS } from './limits.ts';

export interface ByteSearch {
  /** For each needle, the files below the folder that hold it. */
  readonly foundIn: ReadonlyMap<string, readonly string[]>;
  readonly filesRead: number;
  readonly bytesRead: number;
}

/**
 * Looks for texts (as UTF-8) in the bytes of every file below `folder` that was written at or after `sinceMs`. Files
 * that disappear while it reads are passed over: an engine replaced them, and what replaced them is read too.
 */
export async function searchBytesAtRest(
  folder: string,
  needles: readonly string[],
  sinceMs: number,
  signal: AbortSignal,
): Promise<ByteSearch> {
  const wanted = needles.map((needle) => ({ needle, bytes: Buffer.from(needle) }));
  const foundIn = new Map<string, string[]>(needles.map((needle) => [needle, []]));
  let filesRead = 0;
  let bytesRead = 0;
  for await (const file of filesBelow(folder)) {
    signal.throwIfAborted();
    const about = await stat(file).catch(() => undefined);
    if (about === undefined || !about.isFile() || Math.max(about.mtimeMs, about.ctimeMs) < sinceMs) continue;
    const { found, bytes } = await searchFile(file, wanted).catch(() => ({ found: new Set<string>(), bytes: 0 }));
    filesRead += 1;
    bytesRead += bytes;
    for (const needle of found) foundIn.get(needle)?.push(path.relative(folder, file));
  }
  return { foundIn, filesRead, bytesRead };
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(at);
    else yield at;
  }
}

interface Needle {
  readonly needle: string;
  readonly bytes: Buffer;
}

async function searchFile(file: string, needles: readonly Needle[]): Promise<{ found: Set<string>; bytes: number }> {
  const overlap = Math.max(...needles.map(({ bytes }) => bytes.length)) - 1;
  const chunk = Buffer.alloc(DRILLS_LIMITS.scanChunkBytes + overlap);
  const found = new Set<string>();
  const handle = await open(file, 'r');
  let total = 0;
  let kept = 0;
  try {
    for (;;) {
      const { bytesRead } = await handle.read(chunk, kept, DRILLS_LIMITS.scanChunkBytes, total);
      if (bytesRead === 0) break;
      total += bytesRead;
      const seen = chunk.subarray(0, kept + bytesRead);
      for (const { needle, bytes } of needles) if (seen.includes(bytes)) found.add(needle);
      // The tail is searched again with the next piece: a text may lie across the border.
      kept = Math.min(overlap, seen.length);
      seen.copy(chunk, 0, seen.length - kept);
    }
  } finally {
    await handle.close();
  }
  return { found, bytes: total };
}
