import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { VaultItem, ZoneObject } from '../types.ts';
import type { VaultContext } from './context.ts';
import { copyInto, fetchObject, headIn, isBadCopy, mergeLocks, strictestLock } from './copies.ts';
import { describeItem } from './describe-item.ts';
import type { OpenedRecord } from './item-objects.ts';
import { itemMissing, locateItem } from './locate-item.ts';
import { objectNames, openRecordOf } from './open-record.ts';
import { quorumOf } from './spread-object.ts';
import type { Zone } from './zone-set.ts';

/** See `Vault.extend`. */
export async function extendItem(context: VaultContext, id: string, retainUntilMs: number): Promise<VaultItem> {
  return context.turn(id, async () => {
    const located = await locateItem(context, id);
    if (located.records.size === 0) throw itemMissing(id);
    const copies = [...located.records.values()].flatMap((zones) => [...zones.values()]);
    const currentMs = mergeLocks(copies)?.retainUntilMs ?? 0;
    if (retainUntilMs < currentMs) {
      throw new Failure(VAULT_FAILURES.lockShortenRefused, { name: id, currentMs, askedMs: retainUntilMs });
    }
    const mostMs = context.clock.nowMs() + VAULT_LIMITS.retentionMsMax;
    if (!Number.isSafeInteger(retainUntilMs) || retainUntilMs > mostMs) {
      throw new Failure(VAULT_FAILURES.retentionInvalid, { retainUntilMs, mostMs });
    }
    for (const name of located.records.keys()) {
      await lockRecord(context, name, (lock) => ({ ...lock, retainUntilMs }), 'extend the lock');
    }
    return describeItem(context, await locateItem(context, id));
  });
}

/**
 * See `Vault.setLegalHold`. A hold begins at a quorum and reaches the other zones by catch-up. It ends only when every
 * zone answers: otherwise a zone that returns would bring it back.
 */
export async function setLegalHold(context: VaultContext, id: string, on: boolean): Promise<VaultItem> {
  return context.turn(id, async () => {
    const located = await locateItem(context, id);
    if (located.records.size === 0) throw itemMissing(id);
    if (!on && located.answered.length < context.zones.all.length) {
      const away = context.zones.all.find((zone) => !located.answered.includes(zone));
      throw new Failure(VAULT_FAILURES.zoneAway, {
        zone: away?.name,
        reason: 'a legal hold ends only when every zone answers',
      });
    }
    for (const name of located.records.keys()) {
      if (on) await lockRecord(context, name, (lock) => ({ ...lock, legalHold: true }), 'hold the item');
      else await releaseRecord(context, name);
    }
    return describeItem(context, await locateItem(context, id));
  });
}

type ChangeLock = (lock: { readonly retainUntilMs: number; readonly legalHold: boolean }) => {
  readonly retainUntilMs: number;
  readonly legalHold: boolean;
};

/**
 * Makes the lock of an item at least what `change` says, in every zone that answers; chunks before the record, so that a
 * record never outlives what it names. A zone that lacks an object gets it from another one first. Resolves with the
 * zones that did when they are a quorum.
 */
export async function lockRecord(
  context: VaultContext,
  name: string,
  change: ChangeLock,
  action: string,
): Promise<readonly string[]> {
  const opened = await openRecordOf(context, name);
  const objects = objectNames(opened);
  const results = context.zones.all.map(async (zone) => {
    try {
      for (const object of objects) await lockObject(context, { zone, opened, name: object, change });
      zone.noteCopied(name);
      return zone.name;
    } catch (error) {
      zone.noteMissing(name);
      throw error;
    }
  });
  const settled = Promise.allSettled(results);
  const names = await quorumOf({ results, zones: context.zones, action });
  context.background(action, () => settled);
  return names;
}

async function lockObject(
  context: VaultContext,
  input: {
    readonly zone: Zone;
    readonly opened: OpenedRecord;
    readonly name: string;
    readonly change: ChangeLock;
  },
): Promise<void> {
  const { zone, name, change } = input;
  const head = await headOrCopy(context, input);
  const wanted = change(head);
  if (wanted.retainUntilMs > head.retainUntilMs) {
    await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.extend(name, wanted.retainUntilMs));
  }
  if (wanted.legalHold && !head.legalHold) {
    await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.setLegalHold(name, true));
  }
}

async function headOrCopy(
  context: VaultContext,
  input: { readonly zone: Zone; readonly opened: OpenedRecord; readonly name: string },
): Promise<ZoneObject> {
  const { zone, opened, name } = input;
  try {
    const head = await headIn(zone, name);
    if (head !== undefined) return head;
  } catch (error) {
    if (!isBadCopy(error)) throw error;
  }
  await copyObject(context, { target: zone, opened, name });
  const head = await headIn(zone, name);
  if (head === undefined) throw new Failure(VAULT_FAILURES.objectMissing, { zone: zone.name, name });
  return head;
}

/** Brings one object of an item from any zone that has it right into a zone that lacks it. */
export async function copyObject(
  context: VaultContext,
  input: { readonly target: Zone; readonly opened: OpenedRecord; readonly name: string },
): Promise<'put' | 'mended'> {
  const { target, opened, name } = input;
  const others = context.zones.all.filter((zone) => zone !== target);
  const { bytes } = await fetchObject(context, {
    name,
    zones: others,
    repair: false,
    check: (candidate) => checkObject(context, opened, name, candidate),
  });
  const lock = await strictestLock(others, name);
  if (lock === undefined) throw new Failure(VAULT_FAILURES.objectMissing, { zone: 'the vault', name });
  const sha256 = (await context.primitives.sha256(bytes)).toString('hex');
  return copyInto({ zone: target, name, bytes, sha256, lock });
}

async function checkObject(
  context: VaultContext,
  opened: OpenedRecord,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  if (name === opened.name.name) {
    await context.items.checkInline(await context.items.openRecord(name, bytes));
    return;
  }
  const { body } = opened.record;
  const entry = body.type === 'chunks' ? body.chunks.find((chunk) => chunk.name === name) : undefined;
  if (entry === undefined) throw new Failure(VAULT_FAILURES.objectMissing, { zone: 'the record', name });
  await context.items.checkChunk(entry, bytes);
}

async function releaseRecord(context: VaultContext, name: string): Promise<void> {
  const opened = await openRecordOf(context, name);
  for (const zone of context.zones.all) {
    for (const object of objectNames(opened).toReversed()) {
      const head = await headIn(zone, object);
      if (head?.legalHold !== true) continue;
      await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.setLegalHold(object, false));
    }
  }
}
