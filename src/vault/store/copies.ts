import { Failure, isFailure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { ZoneObject } from '../types.ts';
import type { VaultContext } from './context.ts';
import type { Zone } from './zone-set.ts';

export const headIn = (zone: Zone, name: string): Promise<ZoneObject | undefined> =>
  zone.call(VAULT_LIMITS.zoneReadMs, (driver, signal) => driver.head(name, signal));

/** Makes the lock last at least until then; throws `vault.object-missing`. */
export async function raiseLock(zone: Zone, name: string, retainUntilMs: number): Promise<ZoneObject> {
  const head = await headIn(zone, name);
  if (head === undefined) throw new Failure(VAULT_FAILURES.objectMissing, { zone: zone.name, name });
  if (head.retainUntilMs >= retainUntilMs) return head;
  return zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.extend(name, retainUntilMs));
}

export interface Lock {
  readonly retainUntilMs: number;
  readonly legalHold: boolean;
}

/** The strictest lock that any answering zone has on the object; undefined when none of them holds it whole. */
export async function strictestLock(zones: readonly Zone[], name: string): Promise<Lock | undefined> {
  const heads = await Promise.all(zones.map((zone) => headIn(zone, name).catch(() => undefined)));
  return mergeLocks(heads.filter((head) => head !== undefined));
}

/**
 * Whether a copy is locked as strictly as the strictest. Some stores keep whole seconds, so that copies of one put differ
 * by less than one; that is no difference to mend.
 */
export const isLockedLike = (mine: Lock, strictest: Lock): boolean =>
  mine.retainUntilMs > strictest.retainUntilMs - 1000 && (mine.legalHold || !strictest.legalHold);

export const mergeLocks = (heads: readonly Lock[]): Lock | undefined =>
  heads.length === 0
    ? undefined
    : {
        retainUntilMs: Math.max(...heads.map((head) => head.retainUntilMs)),
        legalHold: heads.some((head) => head.legalHold),
      };

/**
 * Puts right bytes into a zone that lacks them or holds them damaged, under at least that lock. Throws
 * `vault.name-taken` when the zone holds other whole bytes, which nothing here may replace.
 */
export async function copyInto(input: {
  readonly zone: Zone;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly lock: Lock;
}): Promise<'put' | 'mended'> {
  const { zone, name, bytes, sha256, lock } = input;
  const object = { name, bytes, sha256, retainUntilMs: lock.retainUntilMs };
  const write = async (): Promise<'put' | 'mended'> => {
    try {
      await zone.call(VAULT_LIMITS.zoneWriteMs, (driver, signal) => driver.put(object, signal));
      return 'put';
    } catch (error) {
      if (!isFailure(error, VAULT_FAILURES.objectDamaged)) throw error;
      await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.mend(object));
      return 'mended';
    }
  };
  const result = await write();
  if (lock.legalHold) await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.setLegalHold(name, true));
  return result;
}

export interface Fetched<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
  readonly zone: Zone;
}

/**
 * Reads an object from the first zone whose copy passes the check; copies that were missing or damaged on the way are
 * mended after the caller has its bytes. Throws the last failure when no zone has it whole.
 */
export async function fetchObject<T>(
  context: VaultContext,
  input: {
    readonly name: string;
    readonly zones: readonly Zone[];
    readonly check: (bytes: Uint8Array) => Promise<T>;
    readonly repair: boolean;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Fetched<T>> {
  const { name, zones, check, repair, signal } = input;
  const bad: Zone[] = [];
  let last: unknown;
  for (const zone of zones) {
    try {
      const bytes = await zone.call(VAULT_LIMITS.zoneReadMs, (driver, own) => driver.get(name, own), signal);
      const value = await check(bytes);
      if (repair && bad.length > 0) {
        const fetched = { name, bytes, source: zone, bad };
        context.background(`mending ${name}`, () => mendCopies(context, fetched));
      }
      return { bytes, value, zone };
    } catch (error) {
      if (signal?.aborted === true) throw error;
      last = error;
      if (isBadCopy(error)) bad.push(zone);
    }
  }
  throw last ?? new Failure(VAULT_FAILURES.objectMissing, { zone: 'the vault', name });
}

export const isBadCopy = (error: unknown): boolean =>
  isFailure(error, VAULT_FAILURES.objectMissing) ||
  isFailure(error, VAULT_FAILURES.objectDamaged) ||
  isFailure(error, VAULT_FAILURES.formatUnknown);

async function mendCopies(
  context: VaultContext,
  fetched: {
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly source: Zone;
    readonly bad: readonly Zone[];
  },
): Promise<void> {
  const { name, bytes, bad } = fetched;
  const lock = await strictestLock(context.zones.all, name);
  // Removed in the meantime: mending would bring back what has expired.
  if (lock === undefined || (await headIn(fetched.source, name)) === undefined) return;
  const sha256 = (await context.primitives.sha256(bytes)).toString('hex');
  for (const zone of bad) {
    const result = await copyInto({ zone, name, bytes, sha256, lock });
    context.log.warn({ zone: zone.name, name, result }, 'mended a copy that a reader found missing or damaged');
  }
}
