import { Failure } from '../../base/index.ts';
import { VAULT_LIMITS, type Vault } from '../../vault/index.ts';
import { neededRanges, type Run } from './chunk-runs.ts';
import { BACKUP_RESTORE_FAILURES } from './failures.ts';
import type { FileWriter } from './file-writer.ts';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';
import { forEachOf } from './take-turns.ts';

export interface PackWork {
  readonly vault: Pick<Vault, 'get'>;
  readonly snapshotId: string;
  readonly packs: readonly string[];
  readonly runsOf: (pack: string) => readonly Run[];
  readonly writer: FileWriter;
  /** After bytes of a run stand in their file. */
  readonly onWritten: (file: number, bytes: number) => void;
  readonly onPackDone: (pack: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Reads each pack once, a few at a time, and scatters its bytes over the files. */
export async function writePacks(work: PackWork): Promise<void> {
  await forEachOf(work.packs, BACKUP_RESTORE_LIMITS.packReaders, work.signal, async (pack) => {
    const runs = work.runsOf(pack);
    for (const range of neededRanges(runs, VAULT_LIMITS.chunkBytes)) {
      const inRange = runs.filter(
        ({ packOffset }) => packOffset >= range.offset && packOffset < range.offset + range.length,
      );
      await writeRange(work, pack, inRange, range);
    }
    await work.onPackDone(pack);
  });
}

async function writeRange(
  work: PackWork,
  pack: string,
  runs: readonly Run[],
  range: { readonly offset: number; readonly length: number },
): Promise<void> {
  const { vault, writer, signal } = work;
  // Only whole reads are held to the hash of the item; each object of a range is held to its own.
  const parts = vault.get(pack, { signal, range });
  let at = range.offset;
  let first = 0;
  for await (const part of parts) {
    signal.throwIfAborted();
    const end = at + part.length;
    const writes: Promise<void>[] = [];
    for (let index = first; index < runs.length; index += 1) {
      const run = runs[index];
      if (run === undefined || run.packOffset >= end) break;
      const from = Math.max(at, run.packOffset);
      const to = Math.min(end, run.packOffset + run.length);
      if (from >= to) continue;
      const bytes = part.subarray(from - at, to - at);
      const offset = run.fileOffset + (from - run.packOffset);
      writes.push(writer.write(run.file, bytes, offset).then(() => work.onWritten(run.file, bytes.length)));
    }
    await Promise.all(writes);
    at = end;
    // Runs are in the order of their begin; those in front that have ended are not looked at again.
    for (let run = runs[first]; run !== undefined && run.packOffset + run.length <= at; run = runs[first]) first += 1;
  }
  if (at < range.offset + range.length) {
    throw new Failure(BACKUP_RESTORE_FAILURES.chunkMissing, { pack, offset: at, snapshot: work.snapshotId });
  }
}
