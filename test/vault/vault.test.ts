import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, describe, expect, test } from 'vitest';
import { DAY_MS, silentLog } from '../../src/base/index.ts';
import { rotateVaultKey, VAULT_FAILURES } from '../../src/vault/index.ts';
import {
  codeOf,
  flipBitIn,
  idOf,
  memoryState,
  newBench,
  objectFiles,
  readAll,
  removeBenches,
  streamOf,
  ZONES,
} from './three-zones.ts';

afterAll(removeBenches);

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
      const names = await vault.objectNames(item.id);
      expect(names).toHaveLength(size <= 4 * 1_048_576 ? 1 : Math.ceil(size / (4 * 1_048_576)) + 1);
      for (const { driver } of vault.zones) for (const name of names) expect(await driver.head(name)).toBeDefined();
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
    const lagOf = (zone: string) => vault.replication().find((one) => one.zone === zone)?.lag;
    await bench.clock.advance(DAY_MS / 2);
    // What is still missing counts with its age, so that a zone that never comes back does not look fast.
    expect(lagOf('b')).toMatchObject({ meanMs: DAY_MS / 2, samples: 1 });
    await rename(bench.zoneFolder('gone-b'), bench.zoneFolder('b'));
    await rename(bench.zoneFolder('gone-c'), bench.zoneFolder('c'));
    await vault.catchUp();
    await vault.catchUp();
    expect(vault.replication().map((zone) => zone.state)).toEqual(['in-step', 'in-step', 'in-step']);
    expect(bytes.equals(await readAll(vault.get(item.id, { zone: 'b' })))).toBe(true);
    await bench.clock.advance(DAY_MS);
    expect(lagOf('b')).toMatchObject({ meanMs: DAY_MS / 2, samples: 1 });
    await vault.close();
  });

  test('tells the medium under its zones, which one file system shares', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const media = await Promise.all(vault.zones.map(async (zone) => zone.driver.medium?.()));
    expect(media).toEqual(ZONES.map(() => String(statSync(bench.root).dev)));
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
    await flipBitIn((await objectFiles(bench.zoneFolder('a'), 'chunks~'))[0] ?? '');
    const report = await writer.createScrub({ state: memoryState(), bytesPerSecond: 1e12 }).runPass();
    expect(report).toMatchObject({ found: 1, mended: 1 });
    await writer.close();
    const reader = await bench.open({ recipients: [recipient], identities: [identity] });
    expect(bytes.equals(await readAll(reader.get(item.id)))).toBe(true);
    await reader.close();
  });
});
