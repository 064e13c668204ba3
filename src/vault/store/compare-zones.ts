import { isFailure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { CHUNKS, ITEMS } from '../format/item-record.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { ZoneObject } from '../types.ts';
import { repairObject } from './check-object.ts';
import type { VaultContext } from './context.ts';
import { headIn, isBadCopy, isLockedLike, type Lock, mergeLocks } from './copies.ts';
import { copyObject } from './lock-item.ts';
import { objectNames, openRecordOf } from './open-record.ts';
import { type WalkedName, walkZones } from './walk-zones.ts';
import type { Zone } from './zone-set.ts';

export interface CompareReport {
  readonly names: number;
  readonly copied: number;
  readonly copiedBytes: number;
  readonly locksRaised: number;
  /** Objects past their time that fewer than a quorum of zones hold: left over from an expiry, not copied. */
  readonly leftExpired: number;
  readonly failed: number;
  readonly complete: boolean;
}

export interface CompareOptions {
  /** Only this zone is brought up to date. */
  readonly only?: Zone;
  /** Copies what has expired too. */
  readonly everything?: boolean;
  readonly onProgress?: (report: CompareReport) => void;
  readonly signal?: AbortSignal;
}

type Counts = { -readonly [K in keyof CompareReport]: CompareReport[K] };

/**
 * Compares names and locks of all zones and brings every zone to what the others hold: copies that are missing, locks
 * that are shorter, holds that are not set. Chunks come before items, so that no zone holds a record without its chunks.
 */
export async function compareZones(context: VaultContext, options: CompareOptions = {}): Promise<CompareReport> {
  const counts: Counts = {
    names: 0,
    copied: 0,
    copiedBytes: 0,
    locksRaised: 0,
    leftExpired: 0,
    failed: 0,
    complete: false,
  };
  const troubled = new Set<Zone>();
  let answering: ReadonlySet<Zone> = new Set(context.zones.all);
  for (const prefix of [CHUNKS, ITEMS]) {
    const walk = walkZones({ zones: context.zones.all, prefix, signal: options.signal });
    for await (const walked of walk) {
      answering = walked.answering;
      counts.names += 1;
      const targets = [...walked.answering].filter((zone) => options.only === undefined || zone === options.only);
      for (const zone of targets) {
        await bringUp(context, { walked, zone, counts, options }).catch((error: unknown) => {
          counts.failed += 1;
          troubled.add(zone);
          context.log.warn({ zone: zone.name, name: walked.name, error }, 'a copy could not be brought up to date');
        });
      }
      if (counts.names % VAULT_LIMITS.scrubCheckpointObjects === 0) options.onProgress?.({ ...counts });
    }
    for (const zone of context.zones.all) if (zone.awaySinceMs() !== undefined) troubled.add(zone);
  }
  // A zone is in step only with those that were compared to the end: an absent one may hold what it lacks.
  counts.complete = troubled.size === 0 && answering.size === context.zones.all.length;
  if (counts.complete && options.only === undefined) for (const zone of context.zones.all) zone.noteCompared();
  options.onProgress?.({ ...counts });
  return { ...counts };
}

async function bringUp(
  context: VaultContext,
  input: {
    readonly walked: WalkedName;
    readonly zone: Zone;
    readonly counts: Counts;
    readonly options: CompareOptions;
  },
): Promise<void> {
  const { walked, zone, counts, options } = input;
  const { name, copies } = walked;
  const lock = mergeLocks([...copies.values()]);
  if (lock === undefined || context.uploading.has(name)) return;
  const mine = copies.get(zone);
  if (mine !== undefined) {
    if (await raiseTo(zone, mine, lock)) counts.locksRaised += 1;
    return;
  }
  if (options.everything !== true && isLeftOver(context, walked, lock)) {
    counts.leftExpired += 1;
    return;
  }
  // The lists of two zones are not of one moment: what was put in between is there by now.
  if ((await headOrDamaged(zone, name)) !== undefined) return;
  const copied = name.startsWith(ITEMS)
    ? await copyItem(context, { zone, name })
    : await repairObject(context, { target: zone, name, lock });
  if (copied === undefined || copied === 0) return;
  counts.copied += 1;
  counts.copiedBytes += [...copies.values()][0]?.lengthBytes ?? 0;
}

async function raiseTo(zone: Zone, mine: ZoneObject, lock: Lock): Promise<boolean> {
  if (isLockedLike(mine, lock)) return false;
  const { name } = mine;
  if (mine.retainUntilMs < lock.retainUntilMs) {
    await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.extend(name, lock.retainUntilMs));
  }
  if (lock.legalHold && !mine.legalHold) {
    await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.setLegalHold(name, true));
  }
  return true;
}

const isLeftOver = (context: VaultContext, walked: WalkedName, lock: Lock): boolean =>
  lock.retainUntilMs <= context.clock.nowMs() &&
  !lock.legalHold &&
  walked.copies.size < context.zones.quorum &&
  walked.answering.size >= context.zones.quorum + walked.copies.size;

async function headOrDamaged(zone: Zone, name: string): Promise<ZoneObject | undefined> {
  try {
    return await headIn(zone, name);
  } catch (error) {
    if (isBadCopy(error)) return undefined;
    throw error;
  }
}

/** Brings all objects of an item into a zone, the record last; resolves with how many were lacking. */
export async function copyItem(
  context: VaultContext,
  input: { readonly zone: Zone; readonly name: string },
): Promise<number> {
  const { zone, name } = input;
  const opened = await openRecordOf(context, name);
  let copied = 0;
  for (const object of objectNames(opened)) {
    const head = await headOrDamaged(zone, object);
    if (head !== undefined) continue;
    await copyObject(context, { target: zone, opened, name: object });
    copied += 1;
  }
  zone.noteCopied(name);
  return copied;
}

/** Tries the copies that are known to be missing, then compares all names where that is not known for sure. */
export async function catchUp(context: VaultContext, signal?: AbortSignal): Promise<CompareReport | undefined> {
  for (const zone of context.zones.all) {
    for (const name of [...zone.missing.keys()]) {
      signal?.throwIfAborted();
      try {
        await copyItem(context, { zone, name });
      } catch (error) {
        // Gone everywhere: it was never acknowledged, or its time has passed.
        if (isFailure(error, VAULT_FAILURES.objectMissing)) zone.noteCopied(name);
        if (zone.awaySinceMs() !== undefined) break;
      }
    }
  }
  if (!context.zones.all.some((zone) => zone.unsure())) return undefined;
  return compareZones(context, signal === undefined ? {} : { signal });
}
