import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { BACKUP_PROVE_LIMITS } from './limits.ts';
import { isPageSound, PAGE_BYTES } from './page-checksum.ts';

export interface PageReport {
  readonly pages: number;
  readonly badPages: number;
  /** Some of the bad ones, as `file:block`. */
  readonly examples: readonly string[];
}

/** A file of a relation: its number, the fork, the segment. Everything else in these folders has no pages. */
const RELATION = /^\d+(?:_(?:fsm|vm|init))?(?:\.(\d+))?$/;
/** A relation is cut into files of 1 GiB. */
const SEGMENT_PAGES = 131_072;

/** Holds every page of a cluster that was shut down cleanly to its checksum. */
export async function checkPages(dataFolder: string, signal: AbortSignal): Promise<PageReport> {
  let pages = 0;
  let badPages = 0;
  const examples: string[] = [];
  for await (const { file, segment } of relationFiles(dataFolder)) {
    signal.throwIfAborted();
    const handle = await open(file, 'r');
    try {
      const buffer = Buffer.alloc(BACKUP_PROVE_LIMITS.pageReadBytes);
      for (let at = 0; ; ) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) break;
        for (let offset = 0; offset < bytesRead; offset += PAGE_BYTES) {
          const block = segment * SEGMENT_PAGES + (at + offset) / PAGE_BYTES;
          const isWhole = offset + PAGE_BYTES <= bytesRead;
          pages += 1;
          if (isWhole && isPageSound(buffer.subarray(offset, offset + PAGE_BYTES), block)) continue;
          badPages += 1;
          if (examples.length < BACKUP_PROVE_LIMITS.badPagesShown)
            examples.push(`${path.relative(dataFolder, file)}:${block}`);
        }
        at += bytesRead;
      }
    } finally {
      await handle.close();
    }
  }
  return { pages, badPages, examples };
}

async function* relationFiles(dataFolder: string): AsyncGenerator<{ readonly file: string; readonly segment: number }> {
  const roots = [path.join(dataFolder, 'global'), ...(await below(path.join(dataFolder, 'base')))];
  for (const space of await below(path.join(dataFolder, 'pg_tblspc'))) {
    for (const version of await below(space)) roots.push(...(await below(version)));
  }
  for (const root of roots) {
    for (const name of await readdir(root).catch(() => [])) {
      const match = RELATION.exec(name);
      if (match !== null) yield { file: path.join(root, name), segment: Number(match[1] ?? 0) };
    }
  }
}

const below = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder).catch(() => [])).map((name) => path.join(folder, name));
