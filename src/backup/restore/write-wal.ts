import { chown, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, newSecret } from '../../base/index.ts';
import type { RestorePlan, TimelineHistory, WalReader } from '../types.ts';
import { BACKUP_RESTORE_FAILURES } from './failures.ts';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';
import type { ProgressMeter } from './progress.ts';
import type { FolderOwner } from './restore-folder.ts';
import { forEachOf } from './take-turns.ts';
import { historyFileName, walFileName } from './wal-files.ts';

export interface WalWork {
  readonly plan: RestorePlan;
  readonly wal: WalReader;
  readonly timelines: readonly TimelineHistory[];
  /** Made when missing; the restore_command copies from here. */
  readonly folder: string;
  readonly owner: FolderOwner | undefined;
  readonly durable: boolean;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal;
}

/**
 * Puts the WAL of a plan beside the data, under the names that recovery asks for. All history files go with it, so
 * that the restored cluster takes a timeline number that no history has had. A file is complete or absent.
 */
export async function writeWal(work: WalWork): Promise<void> {
  await mkdir(work.folder, { recursive: true, mode: 0o700 });
  if (work.owner !== undefined) await chown(work.folder, work.owner.uid, work.owner.gid);
  await dropLastSegments(work.folder);
  for (const { timeline, text } of work.timelines) {
    if (text !== '') await writeWhole(work, historyFileName(timeline), Buffer.from(text));
  }
  await forEachOf(work.plan.wal.entries(), BACKUP_RESTORE_LIMITS.walReaders, work.signal, async ([index, segment]) => {
    const size = work.plan.snapshot.walSegmentBytes;
    const name = walFileName(segment.timeline, segment.segmentNumber, size);
    const there = await stat(path.join(work.folder, name)).catch(() => undefined);
    if (there?.size !== size) await writeWhole(work, name, await readSegment(work, index));
    work.meter.add(size);
  });
}

/**
 * The last segment of an interrupted attempt may have been cut at the end of what was known then. It is the highest of
 * its timeline, and is written anew.
 */
async function dropLastSegments(folder: string): Promise<void> {
  const last = new Map<string, string>();
  for (const name of (await readdir(folder)).sort()) if (/^[0-9A-F]{24}$/.test(name)) last.set(name.slice(0, 8), name);
  for (const name of last.values()) await rm(path.join(folder, name), { force: true });
}

async function readSegment(work: WalWork, index: number): Promise<Uint8Array> {
  const { plan } = work;
  const segment = plan.wal[index];
  const size = plan.snapshot.walSegmentBytes;
  const { timeline = 0, segmentNumber = 0n } = segment ?? {};
  const bytes = await work.wal.segment(plan.source, timeline, segmentNumber, size, work.signal);
  if (bytes === undefined || bytes.length !== size) {
    const name = walFileName(timeline, segmentNumber, size);
    throw new Failure(BACKUP_RESTORE_FAILURES.segmentMissing, { segment: name, source: plan.source });
  }
  return cutAtEnd(plan, segmentNumber, await fillFromParent(work, timeline, segmentNumber, bytes));
}

/**
 * A server that is promoted begins the first segment of its timeline with a copy of what the old timeline had in it.
 * Where the stream began only at the switch, that part is filled in from the parent.
 */
async function fillFromParent(
  work: WalWork,
  timeline: number,
  segmentNumber: bigint,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const { plan } = work;
  const size = plan.snapshot.walSegmentBytes;
  if (bytes[0] !== 0 || bytes[1] !== 0) return bytes;
  const parent = work.timelines
    .find((history) => history.timeline === timeline)
    ?.parents.findLast(({ switchLsn }) => switchLsn / BigInt(size) === segmentNumber);
  const length = Number((parent?.switchLsn ?? 0n) % BigInt(size));
  if (parent === undefined || length === 0) return bytes;
  const old = await work.wal.segment(plan.source, parent.timeline, segmentNumber, size, work.signal);
  if (old === undefined) return bytes;
  const filled = Uint8Array.from(bytes);
  filled.set(old.subarray(0, length));
  return filled;
}

/** What the vault learnt after the plan was made is no part of it. */
function cutAtEnd({ walEnd, snapshot }: RestorePlan, segmentNumber: bigint, bytes: Uint8Array): Uint8Array {
  const size = BigInt(snapshot.walSegmentBytes);
  if (walEnd === undefined || walEnd.lsn >= (segmentNumber + 1n) * size) return bytes;
  const from = walEnd.lsn <= segmentNumber * size ? 0 : Number(walEnd.lsn % size);
  return Uint8Array.from(bytes).fill(0, from);
}

async function writeWhole(work: WalWork, name: string, bytes: Uint8Array): Promise<void> {
  const draft = path.join(work.folder, `${name}.${newSecret(12)}`);
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    if (work.owner !== undefined) await handle.chown(work.owner.uid, work.owner.gid);
    if (work.durable) await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, path.join(work.folder, name));
}
