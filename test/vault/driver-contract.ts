import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure, type RegisteredFailure } from '../../src/base/index.ts';
import {
  VAULT_FAILURES,
  VAULT_LIMITS,
  type ZoneAnomaly,
  type ZoneDriver,
  type ZoneObject,
} from '../../src/vault/index.ts';

/** What the contract needs of a driver's test. Differences between stores are stated here, not skipped in silence. */
export interface DriverHarness {
  readonly driver: ZoneDriver;
  /** The time that the store itself goes by. */
  readonly nowMs: () => number;
  /** Lets that much time pass for the store: moves a manual clock, or waits. */
  readonly passMs: (ms: number) => Promise<void>;
  /** The shortest lock that the store can be given and let lapse within the test; undefined when it cannot lapse here. */
  readonly shortLockMs: number | undefined;
  /** Changes one bit of the stored bytes behind the driver's back; undefined where the store cannot be reached so. */
  readonly flipBit: ((name: string) => Promise<void>) | undefined;
  /** Puts something beside the objects, behind the driver's back; resolves with its name. */
  readonly plantStranger: (() => Promise<string>) | undefined;
  /** Opens the same place again, as after a restart. */
  readonly reopen: () => Promise<ZoneDriver>;
  /** How many objects the listing test puts; more than one page of the store. */
  readonly listedObjects: number;
  readonly close: () => Promise<void>;
}

type PutInput = Parameters<ZoneDriver['put']>[0];

const HOUR = 3_600_000;
const objectOf = (name: string, bytes: Uint8Array, retainUntilMs: number): PutInput => ({
  name,
  bytes,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  retainUntilMs,
});
const freshName = (folder = 'contract'): string => `${folder}/${randomBytes(12).toString('hex')}`;

async function refusedBy(spec: RegisteredFailure, attempt: Promise<unknown>): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  expect((error as Failure).code).toBe(spec.code);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The contract of every zone driver; a driver's test is its factory. */
export function driverContract(name: string, open: () => Promise<DriverHarness>): void {
  describe(`zone driver contract: ${name}`, () => {
    let harness: DriverHarness;
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(async () => {
      await harness.close();
    });
    const now = (): number => harness.nowMs();
    const putFresh = async (bytes: Uint8Array, lockMs = HOUR): Promise<{ input: PutInput; stored: ZoneObject }> => {
      const input = objectOf(freshName(), bytes, now() + lockMs);
      return { input, stored: await harness.driver.put(input) };
    };
    keepsObjects(() => harness, putFresh);
    refusesChanges(() => harness, putFresh);
    locksObjects(() => harness, putFresh);
    listsObjects(() => harness);
    findsDamage(() => harness, putFresh);
  });
}

type Harness = () => DriverHarness;
type PutFresh = (bytes: Uint8Array, lockMs?: number) => Promise<{ input: PutInput; stored: ZoneObject }>;

function keepsObjects(harness: Harness, putFresh: PutFresh): void {
  test('returns the bytes that were put, of every size', async () => {
    for (const size of [0, 1, 4096, 500_000, VAULT_LIMITS.chunkBytes + 4096]) {
      const bytes = randomBytes(size);
      const { input, stored } = await putFresh(bytes);
      expect(stored).toMatchObject({ name: input.name, lengthBytes: size, sha256: input.sha256, legalHold: false });
      expect(stored.retainUntilMs).toBeGreaterThanOrEqual(input.retainUntilMs);
      expect(bytes.equals(await harness().driver.get(input.name))).toBe(true);
      expect(await harness().driver.head(input.name)).toEqual(stored);
    }
  });

  test('keeps objects and locks over a restart', async () => {
    const bytes = randomBytes(500_000);
    const { input } = await putFresh(bytes);
    const extended = await harness().driver.extend(input.name, input.retainUntilMs + HOUR);
    const again = await harness().reopen();
    expect(bytes.equals(await again.get(input.name))).toBe(true);
    expect(await again.head(input.name)).toEqual(extended);
  });

  test('says that a missing object is missing', async () => {
    const missing = freshName();
    expect(await harness().driver.head(missing)).toBeUndefined();
    await refusedBy(VAULT_FAILURES.objectMissing, harness().driver.get(missing));
    await refusedBy(VAULT_FAILURES.objectMissing, harness().driver.extend(missing, harness().nowMs() + HOUR));
    await refusedBy(VAULT_FAILURES.objectMissing, harness().driver.setLegalHold(missing, true));
    await refusedBy(VAULT_FAILURES.objectMissing, harness().driver.remove(missing, harness().nowMs()));
  });

  test('refuses bytes that do not have the checksum given with them', async () => {
    const input = objectOf(freshName(), randomBytes(100), harness().nowMs() + HOUR);
    await refusedBy(VAULT_FAILURES.checksumMismatch, harness().driver.put({ ...input, bytes: randomBytes(100) }));
    expect(await harness().driver.head(input.name)).toBeUndefined();
  });

  test('refuses names that leave the zone or that not every store keeps', async () => {
    for (const name of ['', '../up', 'a/../b', '/a', 'a/', 'a//b', 'A', 'ä', 'a b', 'x'.repeat(201), '.', 'a/.']) {
      const input = objectOf(name, Buffer.from('x'), harness().nowMs() + HOUR);
      await refusedBy(VAULT_FAILURES.nameInvalid, harness().driver.put(input));
      await refusedBy(VAULT_FAILURES.nameInvalid, harness().driver.get(name));
    }
  });

  test('leaves nothing behind when a put is aborted', async () => {
    const input = objectOf(freshName(), randomBytes(2_000_000), harness().nowMs() + HOUR);
    const abort = new AbortController();
    const put = harness().driver.put(input, abort.signal);
    abort.abort(new Error('the caller went away'));
    const outcome = await put.then(
      () => 'put' as const,
      () => 'refused' as const,
    );
    const head = await harness().driver.head(input.name);
    // The abort may come too late, but then the object is whole; what must not be is half of one.
    if (outcome === 'put') expect(Buffer.from(input.bytes).equals(await harness().driver.get(input.name))).toBe(true);
    else if (head !== undefined) expect(head.lengthBytes).toBe(2_000_000);
    await harness().driver.put(input);
    expect(Buffer.from(input.bytes).equals(await harness().driver.get(input.name))).toBe(true);
  });
}

function refusesChanges(harness: Harness, putFresh: PutFresh): void {
  test('takes the same bytes again without change, and makes the lock last longer when asked', async () => {
    const { input, stored } = await putFresh(randomBytes(1000));
    expect(await harness().driver.put(input)).toEqual(stored);
    const longer = await harness().driver.put({ ...input, retainUntilMs: input.retainUntilMs + HOUR });
    expect(longer.retainUntilMs).toBeGreaterThanOrEqual(input.retainUntilMs + HOUR);
    const shorter = await harness().driver.put(input);
    expect(shorter.retainUntilMs).toBe(longer.retainUntilMs);
  });

  test('refuses other bytes under a taken name, of the same length too', async () => {
    const bytes = randomBytes(500_000);
    const { input } = await putFresh(bytes);
    for (const other of [randomBytes(500_000), randomBytes(10), Buffer.alloc(0)]) {
      await refusedBy(VAULT_FAILURES.nameTaken, harness().driver.put(objectOf(input.name, other, input.retainUntilMs)));
    }
    expect(bytes.equals(await harness().driver.get(input.name))).toBe(true);
  });

  test('keeps exactly one of many different puts at the same time', async () => {
    const name = freshName();
    const inputs = Array.from({ length: 8 }, () => objectOf(name, randomBytes(50_000), harness().nowMs() + HOUR));
    const outcomes = await Promise.allSettled(inputs.map((input) => harness().driver.put(input)));
    const winners = inputs.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    const kept = await harness().driver.get(name);
    expect(Buffer.from(winners[0]?.bytes ?? []).equals(kept)).toBe(true);
  });

  test('takes the same bytes from many writers at the same time', async () => {
    const input = objectOf(freshName(), randomBytes(50_000), harness().nowMs() + HOUR);
    const stored = await Promise.all(Array.from({ length: 8 }, () => harness().driver.put(input)));
    expect(new Set(stored.map((object) => object.sha256))).toEqual(new Set([input.sha256]));
  });
}

function locksObjects(harness: Harness, putFresh: PutFresh): void {
  test('refuses to remove before the time, whatever time the caller claims', async () => {
    const { input } = await putFresh(randomBytes(10));
    await refusedBy(VAULT_FAILURES.locked, harness().driver.remove(input.name, harness().nowMs()));
    await refusedBy(VAULT_FAILURES.locked, harness().driver.remove(input.name, input.retainUntilMs + HOUR));
    expect(await harness().driver.head(input.name)).toBeDefined();
  });

  test('extends a lock and never shortens it', async () => {
    const { input } = await putFresh(randomBytes(10));
    const later = input.retainUntilMs + HOUR;
    expect((await harness().driver.extend(input.name, later)).retainUntilMs).toBeGreaterThanOrEqual(later);
    await refusedBy(VAULT_FAILURES.lockShortenRefused, harness().driver.extend(input.name, later - 60_000));
    expect((await harness().driver.head(input.name))?.retainUntilMs).toBeGreaterThanOrEqual(later);
  });

  test('removes an object once its time has passed, and not under legal hold', async (context) => {
    const { shortLockMs } = harness();
    if (shortLockMs === undefined) context.skip('the store cannot let a lock lapse within a test');
    const { input } = await putFresh(randomBytes(10), shortLockMs ?? 0);
    expect((await harness().driver.setLegalHold(input.name, true)).legalHold).toBe(true);
    await harness().passMs((shortLockMs ?? 0) + 1000);
    await refusedBy(VAULT_FAILURES.locked, harness().driver.remove(input.name, harness().nowMs()));
    expect((await harness().driver.setLegalHold(input.name, false)).legalHold).toBe(false);
    await harness().driver.remove(input.name, harness().nowMs());
    expect(await harness().driver.head(input.name)).toBeUndefined();
    await refusedBy(VAULT_FAILURES.objectMissing, harness().driver.get(input.name));
  });

  test('reports what it enforces after trying it', async () => {
    const capabilities = await harness().driver.probe(harness().nowMs());
    expect(capabilities).toMatchObject({
      overwriteRefused: true,
      deleteRefused: true,
      shortenRefused: true,
      extendWorks: true,
      legalHoldWorks: true,
    });
    expect(capabilities.caveats.every((caveat) => caveat.length > 20)).toBe(true);
  });
}

function listsObjects(harness: Harness): void {
  test('lists every name once, in order, from any place on', async () => {
    const folder = `listing-${randomBytes(6).toString('hex')}`;
    const count = harness().listedObjects;
    const shapes = ['a', 'a-b', 'a.b', 'a/b', 'a_b', 'aa', 'b', '0'];
    const names = [
      ...shapes.map((shape) => `${folder}/${shape}`),
      ...shapes.map((shape) => `${folder}-x/${shape}`),
      ...Array.from({ length: count - 2 * shapes.length }, () => `${folder}/${randomBytes(9).toString('hex')}`),
    ].sort();
    for (let first = 0; first < names.length; first += 32) {
      const batch = names.slice(first, first + 32);
      await Promise.all(
        batch.map((name) => harness().driver.put(objectOf(name, Buffer.from(name), harness().nowMs() + HOUR))),
      );
    }
    const namesOf = async (prefix: string, after?: string): Promise<string[]> =>
      (await collect(harness().driver.list(prefix, after))).map((object) => object.name);
    expect(await namesOf(folder)).toEqual(names);
    expect(await namesOf(`${folder}/`)).toEqual(names.filter((name) => name.startsWith(`${folder}/`)));
    const middle = names[Math.floor(count / 2)] ?? '';
    expect(await namesOf(folder, middle)).toEqual(names.filter((name) => name > middle));
    expect(await namesOf(`${folder}/no-such`)).toEqual([]);
    const [first] = await collect(harness().driver.list(names[0] ?? ''));
    expect(first).toEqual(await harness().driver.head(names[0] ?? ''));
  }, 300_000);
}

function findsDamage(harness: Harness, putFresh: PutFresh): void {
  test('notices a changed bit, mends it, and leaves whole objects alone', async (context) => {
    const { flipBit } = harness();
    const bytes = randomBytes(500_000);
    const { input, stored } = await putFresh(bytes);
    await refusedBy(VAULT_FAILURES.mendRefused, harness().driver.mend(input));
    const other = objectOf(input.name, randomBytes(500_000), input.retainUntilMs);
    await refusedBy(VAULT_FAILURES.nameTaken, harness().driver.mend(other));
    if (flipBit === undefined) context.skip('the bytes of this store cannot be reached behind its back');
    await flipBit?.(input.name);
    await refusedBy(VAULT_FAILURES.objectDamaged, harness().driver.get(input.name));
    await refusedBy(VAULT_FAILURES.objectDamaged, harness().driver.put(input));
    const mended = await harness().driver.mend(input);
    expect(mended.retainUntilMs).toBeGreaterThanOrEqual(stored.retainUntilMs);
    expect(bytes.equals(await harness().driver.get(input.name))).toBe(true);
    await refusedBy(VAULT_FAILURES.locked, harness().driver.remove(input.name, harness().nowMs()));
  });

  test('tells what stands in it that nobody put there', async (context) => {
    const { plantStranger, driver } = harness();
    if (plantStranger === undefined) context.skip('nothing can be put into this store behind its back');
    const { input } = await putFresh(randomBytes(10));
    const stranger = await plantStranger?.();
    const known = new Set(
      (await collect(driver.list(''))).map((object) => object.name).filter((one) => one !== stranger),
    );
    const anomalies: ZoneAnomaly[] = await collect(driver.anomalies(known));
    expect(anomalies.map((anomaly) => anomaly.name)).toContain(stranger);
    expect(anomalies.map((anomaly) => anomaly.name)).not.toContain(input.name);
  });
}
