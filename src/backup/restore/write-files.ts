import { chmod, chown } from 'node:fs/promises';
import { Failure } from '../../base/index.ts';
import type { Vault } from '../../vault/index.ts';
import { checkFile } from './check-file.ts';
import { BACKUP_RESTORE_FAILURES } from './failures.ts';
import { createFileWriter } from './file-writer.ts';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';
import type { ProgressMeter } from './progress.ts';
import { type FolderOwner, makeOwnedFolder, type RestoreFolder } from './restore-folder.ts';
import type { RestoreLayout } from './restored-files.ts';
import { forEachOf } from './take-turns.ts';
import { writePacks } from './write-packs.ts';

export interface FileWork {
  readonly layout: RestoreLayout;
  readonly target: RestoreFolder;
  readonly vault: Pick<Vault, 'get'>;
  readonly snapshotId: string;
  readonly owner: FolderOwner | undefined;
  /** False for a restore that is thrown away: nothing is synced. */
  readonly durable: boolean;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal;
}

export async function makeFolders(work: Pick<FileWork, 'layout' | 'owner'>): Promise<void> {
  // Parents first, whatever the order of the manifest.
  const folders = [...work.layout.folders].sort((a, b) => (a.place < b.place ? -1 : 1));
  for (const { place, mode } of folders) {
    await makeOwnedFolder(place, work.owner);
    await chmod(place, mode & 0o777);
    if (work.owner !== undefined) await chown(place, work.owner.uid, work.owner.gid);
  }
}

/**
 * Writes all files and holds each to its SHA-256 as soon as its last byte is written, while its pages are still in
 * memory. A file that does not match, because an earlier run was cut off by a power failure, is written once more
 * from its packs; damage that stays is `backup-restore.file-damaged`.
 */
export async function writeFiles(work: FileWork): Promise<void> {
  const { layout, target } = work;
  const { runs } = layout;
  const todo = runs.packs().filter((pack) => !target.donePacks.has(pack));
  for (const pack of runs.packs()) {
    if (!target.donePacks.has(pack)) continue;
    for (const run of runs.runsOf(pack)) work.meter.add(run.length);
  }
  const remaining = Float64Array.from(layout.files, ({ packedBytes }) => packedBytes);
  for (const pack of target.donePacks) {
    for (const run of runs.runsOf(pack)) remaining[run.file] = (remaining[run.file] ?? 0) - run.length;
  }
  let damaged = await writeRound(work, todo, remaining, new Set(layout.files.keys()));
  for (let round = 1; damaged.size > 0; round += 1) {
    const first = layout.files[[...damaged][0] ?? 0]?.path ?? '';
    if (round > BACKUP_RESTORE_LIMITS.repairRounds) {
      throw new Failure(BACKUP_RESTORE_FAILURES.fileDamaged, { path: first, snapshot: work.snapshotId });
    }
    damaged = await rewrite(work, damaged);
  }
}

/** Writes damaged files anew, from those runs alone that belong to them. */
async function rewrite(work: FileWork, damaged: ReadonlySet<number>): Promise<ReadonlySet<number>> {
  const { runs, files } = work.layout;
  const remaining = new Float64Array(files.length);
  for (const file of damaged) remaining[file] = files[file]?.packedBytes ?? 0;
  const packs = runs.packs().filter((pack) => runs.runsOf(pack).some(({ file }) => damaged.has(file)));
  return writeRound(work, packs, remaining, damaged);
}

/** One pass over the packs; resolves with the files that did not match. */
async function writeRound(
  work: FileWork,
  packs: readonly string[],
  remaining: Float64Array,
  wanted: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const { layout, target, meter, durable } = work;
  const stop = new AbortController();
  const signal = AbortSignal.any([work.signal, stop.signal]);
  const writer = createFileWriter(layout.files, work.owner);
  const damaged = new Set<number>();
  const checks = createChecks(signal, async (number) => {
    const file = layout.files[number];
    if (file === undefined) return;
    if (file.packedBytes === 0) await writer.make(number);
    if (!(await checkFile(file, { durable, signal }))) damaged.add(number);
  });
  try {
    for (const number of wanted) if (remaining[number] === 0) await checks.add(number);
    await writePacks({
      vault: work.vault,
      snapshotId: work.snapshotId,
      packs,
      runsOf: (pack) => layout.runs.runsOf(pack).filter(({ file }) => wanted.has(file)),
      writer,
      onWritten: (file, bytes) => {
        meter.add(bytes);
        const left = (remaining[file] ?? 0) - bytes;
        remaining[file] = left;
        if (left === 0) void checks.add(file).catch(() => undefined);
      },
      onPackDone: async (pack) => {
        await checks.room();
        await target.noteDone(pack);
      },
      signal,
    });
    await checks.finish();
    return damaged;
  } catch (error) {
    stop.abort(error);
    throw error;
  } finally {
    await checks.finish().catch(() => undefined);
    await writer.close();
  }
}

interface Checks {
  readonly add: (file: number) => Promise<void>;
  /** Waits while too many written files wait for their check. */
  readonly room: () => Promise<void>;
  readonly finish: () => Promise<void>;
}

/** Checks files beside the writing, a few at once; the first failure is thrown to whoever waits. */
function createChecks(signal: AbortSignal, check: (file: number) => Promise<void>): Checks {
  const queue: number[] = [];
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  const drain = async (): Promise<void> => {
    while (queue.length > 0 && failure === undefined) {
      const taken = queue.splice(0, BACKUP_RESTORE_LIMITS.checkQueue);
      await forEachOf(taken, BACKUP_RESTORE_LIMITS.fileCheckers, signal, check).catch((error: unknown) => {
        failure ??= { error };
      });
    }
    running = undefined;
  };
  const settle = async (isEnough: () => boolean): Promise<void> => {
    // A drain that begins after a failure ends at once and is never cleared: to wait for it would be to wait for ever.
    while (running !== undefined && failure === undefined && !isEnough()) await running;
    if (failure !== undefined) throw failure.error;
  };
  const room = (): Promise<void> => settle(() => queue.length < BACKUP_RESTORE_LIMITS.checkQueue);
  return {
    add: async (file) => {
      queue.push(file);
      running ??= drain();
      await room();
    },
    room,
    finish: () => settle(() => false),
  };
}
