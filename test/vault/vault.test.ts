import { createHash, randomBytes } from 'node:crypto';
import { appendFile, chmod, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, describe, expect, test } from 'vitest';
import { createManualClock, DAY_MS, HOUR_MS, type ManualClock, silentLog } from '../../src/base/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import {
  createVault,
  openVaultKeys,
  rotateVaultKey,
  type ScrubState,
  VAULT_FAILURES,
  type VaultSettings,
  type VaultStore,
  verifyZone,
} from '../../src/vault/index.ts';

const made: string[] = [];
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true, force: true });
});

interface Bench {
  readonly root: string;
  readonly clock: ManualClock;
  readonly open: (more?: Partial<VaultSettings>) => Promise<VaultStore>;
  readonly zoneFolder: (name: string) => string;
}

const ZONES = ['a', 'b', 'c'] as const;

async function newBench(): Promise<Bench> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'holdfast-vault-'));
  made.push(root);
  const clock = createManualClock(Date.now());
  const log = silentLog();
  const zoneFolder = (name: string): string => path.join(root, name);
  const open = async (more: Partial<VaultSettings> = {}): Promise<VaultStore> => {
    const zones = await Promise.all(
      ZONES.map(async (name) => ({
        name,
        failureDomain: name,
        remote: name === 'c',
        driver: await openDiskZone({ folder: zoneFolder(name), clock, log }),
      })),
    );
    const keys = await openVaultKeys({ folder: path.join(root, 'keys'), clock, log });
    return createVault({ zones, keys, clock, log, ...more });
  };
  return { root, clock, open, zoneFolder };
}

async function* streamOf(bytes: Uint8Array, step = 65_536): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += step) yield bytes.subarray(offset, offset + step);
}

async function readAll(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const part of parts) found.push(part);
  return Buffer.concat(found);
}

const idOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function objectFiles(folder: string, part = ''): Promise<string[]> {
  const names = await readdir(path.join(folder, 'objects'), { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && entry.name.includes(part) && !entry.name.endsWith('=lock'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

async function damage(file: string): Promise<void> {
  await chmod(file, 0o600);
  const bytes = await readFile(file);
  const at = bytes.length - 20;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

const codeOf = async (attempt: Promise<unknown>): Promise<string | undefined> =>
  attempt.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

function memoryState(): ScrubState {
  let text: string | undefined;
  return {
    load: async () => text,
    save: async (next) => {
      text = next;
    },
  };
}

describe('keeping items', () => {
  test('returns every size byte for byte, from each zone by itself', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    for (const size of [0, 1, 70_000, 4 * 1_048_576, 4 * 1_048_576 + 1, 13_000_000]) {
      const bytes = size % 2 === 0 ? Buffer.alloc(size, 'the same line again\n') : randomBytes(size);
      const retainUntilMs = bench.clock.nowMs() + DAY_MS;
      const item = await vault.put(streamOf(bytes), { kind: 'test', facts: { size }, retainUntilMs });
      expect(item).toMatchObject({ id: idOf(bytes), lengthBytes: size, retainUntilMs, legalHold: false });
      expect(item.zones.length).toBeGreaterThanOrEqual(2);
      await vault.idle();
      for (const zone of ZONES) expect(bytes.equals(await readAll(vault.get(item.id, { zone })))).toBe(true);
      expect(await vault.head(item.id)).toMatchObject({ id: item.id, lengthBytes: size, retainUntilMs });
    }
    await vault.close();
  });

  test('stores compressible bytes smaller and incompressible ones hardly larger', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const options = { kind: 'test', facts: {}, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    const text = await vault.put(streamOf(Buffer.alloc(6_000_000, 'a line\n')), options);
    expect(text.storedBytes).toBeLessThan(100_000);
    const noise = await vault.put(streamOf(randomBytes(6_000_000)), options);
    expect(noise.storedBytes).toBeLessThan(6_010_000);
    await vault.close();
  });

  test('recognizes the same item, and keeps the same bytes with other facts beside it', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const bytes = randomBytes(10_000);
    const until = bench.clock.nowMs() + DAY_MS;
    const first = await vault.put(streamOf(bytes), { kind: 'book', facts: { n: 1, a: 'x' }, retainUntilMs: until });
    await vault.idle();
    const again = await vault.put(streamOf(bytes), { kind: 'book', facts: { a: 'x', n: 1 }, retainUntilMs: until + 5 });
    expect(again).toMatchObject({ id: first.id, createdMs: first.createdMs, retainUntilMs: until + 5 });
    expect(await objectFiles(bench.zoneFolder('a'), 'book')).toHaveLength(1);
    await vault.put(streamOf(bytes), { kind: 'book', facts: { n: 2 }, retainUntilMs: until });
    const listed = [];
    for await (const item of vault.list('book')) listed.push(item.facts);
    expect(listed).toHaveLength(2);
    expect(listed).toContainEqual({ n: 1, a: 'x' });
    expect(listed).toContainEqual({ n: 2 });
    await vault.close();
  });

  test('acknowledges with one zone away, refuses with two, and catches up the zone that returns', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const options = { kind: 'test', facts: {}, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    await rename(bench.zoneFolder('b'), bench.zoneFolder('gone-b'));
    const bytes = randomBytes(9_000_000);
    const item = await vault.put(streamOf(bytes), options);
    expect(item.zones.toSorted()).toEqual(['a', 'c']);
    await vault.idle();
    expect(vault.replication().find((zone) => zone.zone === 'b')).toMatchObject({ state: 'away', missingItems: 1 });
    await rename(bench.zoneFolder('c'), bench.zoneFolder('gone-c'));
    expect(await codeOf(vault.put(streamOf(randomBytes(9_000_000)), options))).toBe(VAULT_FAILURES.quorumLost.code);
    await rename(bench.zoneFolder('gone-b'), bench.zoneFolder('b'));
    await rename(bench.zoneFolder('gone-c'), bench.zoneFolder('c'));
    await vault.catchUp();
    await vault.catchUp();
    expect(vault.replication().map((zone) => zone.state)).toEqual(['in-step', 'in-step', 'in-step']);
    expect(bytes.equals(await readAll(vault.get(item.id, { zone: 'b' })))).toBe(true);
    await vault.close();
  });

  test('an aborted upload leaves chunks that expire, and no item', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const abort = new AbortController();
    const bytes = randomBytes(20_000_000);
    const cut = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 12_000_000);
      await expect.poll(() => objectFiles(bench.zoneFolder('a'), 'chunks~')).toHaveLength(2);
      abort.abort(new Error('the client went away'));
      yield bytes.subarray(12_000_000);
    };
    const retainUntilMs = bench.clock.nowMs() + 60 * DAY_MS;
    const put = vault.put(cut(), { kind: 'test', facts: {}, retainUntilMs, signal: abort.signal });
    await expect(put).rejects.toThrow('the client went away');
    await vault.idle();
    expect((await objectFiles(bench.zoneFolder('a'), 'chunks~')).length).toBeGreaterThan(0);
    expect((await vault.planExpiry(bench.clock.nowMs(), new Set())).removals).toBe(0);
    await bench.clock.advance(3 * DAY_MS);
    const plan = await vault.planExpiry(bench.clock.nowMs(), new Set());
    expect(plan.entries.map((entry) => entry.reason)).toContain('unfinished-upload');
    await vault.applyExpiry(plan);
    expect(await objectFiles(bench.zoneFolder('a'), 'chunks~')).toEqual([]);
    await vault.close();
  });
});

describe('damage and loss', () => {
  test('a reader gets whole bytes from beside the damage, which is mended on the way', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const bytes = randomBytes(9_000_000);
    const options = { kind: 'test', facts: {}, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    const item = await vault.put(streamOf(bytes), options);
    await vault.idle();
    for (const file of await objectFiles(bench.zoneFolder('a'))) await damage(file);
    expect(await codeOf(readAll(vault.get(item.id, { zone: 'a' })))).toBe(VAULT_FAILURES.objectDamaged.code);
    expect(bytes.equals(await readAll(vault.get(item.id)))).toBe(true);
    await vault.idle();
    expect(bytes.equals(await readAll(vault.get(item.id, { zone: 'a' })))).toBe(true);
    await vault.close();
  });

  test('a scrub finds rot, loss and short locks in any zone and mends them; the next one finds nothing', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const until = bench.clock.nowMs() + DAY_MS;
    const large = await vault.put(streamOf(randomBytes(9_000_000)), { kind: 'test', facts: {}, retainUntilMs: until });
    const small = await vault.put(streamOf(randomBytes(9000)), { kind: 'test', facts: {}, retainUntilMs: until });
    await vault.setLegalHold(small.id, true);
    await vault.idle();
    await damage((await objectFiles(bench.zoneFolder('a'), 'chunks~'))[0] ?? '');
    await rm((await objectFiles(bench.zoneFolder('b'), 'inline'))[0] ?? '');
    const held = (await objectFiles(bench.zoneFolder('c'), 'inline'))[0] ?? '';
    await rm(`${held}=lock`);
    const scrub = vault.createScrub({ state: memoryState(), bytesPerSecond: 1e12 });
    const report = await scrub.runPass();
    expect(
      report.problems
        .map((problem) => [problem.zone, problem.type, problem.mended])
        .toSorted((a, b) => String(a).localeCompare(String(b))),
    ).toEqual([
      ['a', 'damaged', true],
      ['b', 'missing', true],
      ['c', 'lock-short', true],
    ]);
    expect(report).toMatchObject({ found: 3, mended: 3, unmended: 0, away: [] });
    expect(await scrub.runPass()).toMatchObject({ found: 0, previousStartedMs: report.startedMs });
    for (const zone of ZONES) for (const item of [large, small]) await readAll(vault.get(item.id, { zone }));
    await vault.close();
  });

  test('a scrub reports a file that nobody put there', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const options = { kind: 'test', facts: {}, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    await vault.put(streamOf(randomBytes(9000)), options);
    await vault.idle();
    const [file] = await objectFiles(bench.zoneFolder('a'), 'inline');
    await writeFile(`${file}x`, 'a stranger');
    const report = await vault.createScrub({ state: memoryState(), bytesPerSecond: 1e12 }).runPass();
    expect(report.problems).toMatchObject([{ zone: 'a', type: 'unknown-object', mended: false }]);
    await vault.close();
  });

  test('an emptied zone is rebuilt to what the others hold', async () => {
    const bench = await newBench();
    const first = await bench.open();
    const options = { kind: 'test', facts: { n: 1 }, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    const items = [];
    for (let n = 0; n < 5; n += 1) items.push(await first.put(streamOf(randomBytes(3_000_000 * n)), options));
    await first.close();
    await rm(bench.zoneFolder('c'), { recursive: true });
    const vault = await bench.open();
    const report = await vault.rebuildZone('c');
    expect(report).toMatchObject({ failed: 0, complete: true });
    expect(report.copied).toBeGreaterThanOrEqual(5);
    for (const item of items) await readAll(vault.get(item.id, { zone: 'c' }));
    await vault.close();
  });

  test('one zone alone is verified with the keys, and damage is told by name', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const options = { kind: 'test', facts: {}, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    await vault.put(streamOf(randomBytes(9_000_000)), options);
    await vault.put(streamOf(randomBytes(9000)), options);
    await vault.close();
    const log = silentLog();
    const keys = await openVaultKeys({ folder: path.join(bench.root, 'keys'), clock: bench.clock, log });
    const driver = await openDiskZone({ folder: bench.zoneFolder('b'), clock: bench.clock, log });
    expect(await verifyZone({ driver, keys })).toMatchObject({ items: 2, itemsWhole: 2, chunks: 3, problemCount: 0 });
    await damage((await objectFiles(bench.zoneFolder('b'), 'chunks~'))[0] ?? '');
    await appendFile(await writable((await objectFiles(bench.zoneFolder('b'), 'inline'))[0] ?? ''), 'x');
    const report = await verifyZone({ driver, keys });
    expect(report.problemCount).toBe(2);
    expect(report.itemsWhole).toBe(0);
  });
});

async function writable(file: string): Promise<string> {
  await chmod(file, 0o600);
  return file;
}

describe('locks and expiry', () => {
  test('extends, never shortens, and holds without limit', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const until = bench.clock.nowMs() + DAY_MS;
    const item = await vault.put(streamOf(randomBytes(9_000_000)), { kind: 'test', facts: {}, retainUntilMs: until });
    expect((await vault.extend(item.id, until + DAY_MS)).retainUntilMs).toBe(until + DAY_MS);
    expect(await codeOf(vault.extend(item.id, until))).toBe(VAULT_FAILURES.lockShortenRefused.code);
    expect((await vault.setLegalHold(item.id, true)).legalHold).toBe(true);
    await bench.clock.advance(3 * DAY_MS);
    const plan = await vault.planExpiry(bench.clock.nowMs(), new Set());
    expect(plan.entries).toMatchObject([{ action: 'keep', reason: 'legal-hold' }]);
    expect((await vault.setLegalHold(item.id, false)).legalHold).toBe(false);
    expect((await vault.planExpiry(bench.clock.nowMs(), new Set())).removals).toBe(1);
    await vault.close();
  });

  test('an extension and a hold reach a zone that was away', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const until = bench.clock.nowMs() + DAY_MS;
    const item = await vault.put(streamOf(randomBytes(9_000_000)), { kind: 'test', facts: {}, retainUntilMs: until });
    await vault.idle();
    await rename(bench.zoneFolder('b'), bench.zoneFolder('gone'));
    await vault.extend(item.id, until + DAY_MS);
    await vault.setLegalHold(item.id, true);
    expect(await codeOf(vault.setLegalHold(item.id, false))).toBe(VAULT_FAILURES.zoneAway.code);
    await vault.idle();
    await rename(bench.zoneFolder('gone'), bench.zoneFolder('b'));
    await vault.catchUp();
    await vault.catchUp();
    for await (const object of vault.zones.find((zone) => zone.name === 'b')?.driver.list('') ?? []) {
      expect(object).toMatchObject({ retainUntilMs: until + DAY_MS, legalHold: true });
    }
    await vault.close();
  });

  test('removes what has expired and is not living, explains the rest, and leaves no bytes behind', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const until = bench.clock.nowMs() + DAY_MS;
    const put = (size: number, retainUntilMs: number): Promise<{ id: string }> =>
      vault.put(streamOf(randomBytes(size)), { kind: 'test', facts: {}, retainUntilMs });
    const gone = await put(9_000_000, until);
    const living = await put(9_000_000, until);
    const locked = await put(100, until + 30 * DAY_MS);
    await bench.clock.advance(2 * DAY_MS);
    const plan = await vault.planExpiry(bench.clock.nowMs(), new Set([living.id]));
    const reasons = plan.entries.map((entry) => entry.reason).toSorted();
    expect(reasons).toEqual(['expired', 'living', 'locked']);
    const report = await vault.applyExpiry(plan);
    expect(report.removed.map((entry) => entry.id)).toEqual([gone.id]);
    expect(await vault.head(gone.id)).toBeUndefined();
    expect(await codeOf(readAll(vault.get(gone.id)))).toBe(VAULT_FAILURES.itemMissing.code);
    await readAll(vault.get(living.id));
    await readAll(vault.get(locked.id));
    expect(await objectFiles(bench.zoneFolder('a'), 'chunks~')).toHaveLength(3);
    await vault.close();
  });

  test('an extension between plan and apply wins', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const options = { kind: 'test', facts: {}, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    const item = await vault.put(streamOf(randomBytes(100)), options);
    await bench.clock.advance(2 * DAY_MS);
    const plan = await vault.planExpiry(bench.clock.nowMs(), new Set());
    await vault.extend(item.id, bench.clock.nowMs() + DAY_MS);
    const report = await vault.applyExpiry(plan);
    expect(report.removed).toEqual([]);
    expect(report.refused).toHaveLength(1);
    await readAll(vault.get(item.id));
    await bench.clock.advance(2 * HOUR_MS);
    expect(await codeOf(vault.applyExpiry(plan))).toBe(VAULT_FAILURES.planStale.code);
    await vault.close();
  });

  test('a clock that was set forward or back removes nothing, in this run or after a restart', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const options = { kind: 'test', facts: {}, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    const item = await vault.put(streamOf(randomBytes(100)), options);
    vault.start();
    await expect.poll(async () => (await objectFiles(bench.zoneFolder('a'), 'clock')).length).toBe(1);
    const rightMs = bench.clock.nowMs();
    const plan = (): Promise<unknown> => vault.planExpiry(bench.clock.nowMs(), new Set());
    for (const wrongMs of [rightMs + 400 * DAY_MS, rightMs - DAY_MS]) {
      bench.clock.setNowMs(wrongMs);
      expect(await codeOf(plan())).toBe(VAULT_FAILURES.clockImplausible.code);
    }
    await vault.close();
    for (const wrongMs of [rightMs + 400 * DAY_MS, rightMs - DAY_MS]) {
      bench.clock.setNowMs(wrongMs);
      const restarted = await bench.open();
      expect(await codeOf(restarted.planExpiry(wrongMs, new Set()))).toBe(VAULT_FAILURES.clockImplausible.code);
      await restarted.close();
    }
    bench.clock.setNowMs(rightMs + 40 * DAY_MS);
    const later = await bench.open();
    await later.confirmClock();
    expect((await later.planExpiry(bench.clock.nowMs(), new Set())).removals).toBe(1);
    await readAll(later.get(item.id));
    await later.close();
  });
});

describe('keys', () => {
  test('what an old key sealed is read and recognized after a rotation', async () => {
    const bench = await newBench();
    const before = await bench.open();
    const bytes = randomBytes(9_000_000);
    const options = { kind: 'test', facts: { n: 1 }, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    const item = await before.put(streamOf(bytes), options);
    await before.close();
    await rotateVaultKey({ folder: path.join(bench.root, 'keys'), clock: bench.clock, log: silentLog() });
    const vault = await bench.open();
    expect(bytes.equals(await readAll(vault.get(item.id)))).toBe(true);
    expect((await vault.put(streamOf(bytes), options)).createdMs).toBe(item.createdMs);
    await vault.close();
  });

  test('without the key the vault does not open, and makes no new one in silence', async () => {
    const bench = await newBench();
    const before = await bench.open();
    const options = { kind: 'test', facts: {}, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    await before.put(streamOf(randomBytes(10)), options);
    await before.close();
    await rm(path.join(bench.root, 'keys'), { recursive: true });
    expect(await codeOf(bench.open())).toBe(VAULT_FAILURES.keyMissing.code);
  });

  test('a zone tells neither content nor id, and its objects open under their own name only', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const bytes = Buffer.from('a secret sentence that must not be found in a zone');
    const options = {
      kind: 'test',
      facts: { title: 'quarterly numbers' },
      retainUntilMs: bench.clock.nowMs() + DAY_MS,
    };
    const item = await vault.put(streamOf(bytes), options);
    await vault.close();
    for (const file of await objectFiles(bench.zoneFolder('a'))) {
      const stored = `${file}\n${await readFile(file, 'latin1')}`;
      expect(stored).not.toContain('secret sentence');
      expect(stored).not.toContain('quarterly');
      expect(stored).not.toContain(item.id.slice(7));
    }
  });

  test('with recipients a writer keeps, extends and scrubs what only an identity can read', async () => {
    const bench = await newBench();
    const identity = await generateIdentity();
    const recipient = await identityToRecipient(identity);
    const writer = await bench.open({ recipients: [recipient] });
    const bytes = randomBytes(9_000_000);
    const until = bench.clock.nowMs() + DAY_MS;
    const item = await writer.put(streamOf(bytes), { kind: 'test', facts: { n: 1 }, retainUntilMs: until });
    expect(await codeOf(readAll(writer.get(item.id)))).toBe(VAULT_FAILURES.identityMissing.code);
    expect((await writer.extend(item.id, until + 5)).retainUntilMs).toBe(until + 5);
    await writer.idle();
    await damage((await objectFiles(bench.zoneFolder('a'), 'chunks~'))[0] ?? '');
    const report = await writer.createScrub({ state: memoryState(), bytesPerSecond: 1e12 }).runPass();
    expect(report).toMatchObject({ found: 1, mended: 1 });
    await writer.close();
    const reader = await bench.open({ recipients: [recipient], identities: [identity] });
    expect(bytes.equals(await readAll(reader.get(item.id)))).toBe(true);
    await reader.close();
  });
});
