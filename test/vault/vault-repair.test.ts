import { randomBytes } from 'node:crypto';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, silentLog } from '../../src/base/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import { openVaultKeys, VAULT_FAILURES, verifyZone } from '../../src/vault/index.ts';
import {
  codeOf,
  flipBitIn,
  memoryState,
  newBench,
  objectFiles,
  readAll,
  removeBenches,
  streamOf,
  writable,
  ZONES,
} from './three-zones.ts';

afterAll(removeBenches);

describe('damage and loss', () => {
  test('a reader gets whole bytes from beside the damage, which is mended on the way', async () => {
    const bench = await newBench();
    const vault = await bench.open();
    const bytes = randomBytes(9_000_000);
    const options = { kind: 'test', facts: {}, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    const item = await vault.put(streamOf(bytes), options);
    await vault.idle();
    for (const file of await objectFiles(bench.zoneFolder('a'))) await flipBitIn(file);
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
    await flipBitIn((await objectFiles(bench.zoneFolder('a'), 'chunks~'))[0] ?? '');
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
    await flipBitIn((await objectFiles(bench.zoneFolder('b'), 'chunks~'))[0] ?? '');
    await appendFile(await writable((await objectFiles(bench.zoneFolder('b'), 'inline'))[0] ?? ''), 'x');
    const report = await verifyZone({ driver, keys });
    expect(report.problemCount).toBe(2);
    expect(report.itemsWhole).toBe(0);
  });

  test('a zone that hangs holds up neither commits nor memory, and is caught up when it answers', async () => {
    const bench = await newBench();
    const opened = await bench.open();
    let hangs = true;
    let held = 0;
    const zones = opened.zones.map((zone) => {
      if (zone.name !== 'a') return zone;
      const put: typeof zone.driver.put = (object, signal) => {
        if (!hangs) return zone.driver.put(object, signal);
        held += object.bytes.length;
        return new Promise(() => undefined);
      };
      return { ...zone, driver: { ...zone.driver, put } };
    });
    const vault = await bench.open({ zones });
    const options = { kind: 'test', facts: {}, retainUntilMs: bench.clock.nowMs() + DAY_MS };
    const items = [];
    for (let n = 0; n < 60; n += 1) items.push(await vault.put(streamOf(randomBytes(1_000_000)), options));
    expect(held).toBeLessThan(40_000_000);
    items.push(await vault.put(streamOf(randomBytes(60_000_000)), options));
    expect(held).toBeLessThan(80_000_000);
    for (const item of items) expect(item.zones.toSorted()).toEqual(['b', 'c']);
    await bench.clock.advance(HOUR_MS);
    await vault.idle();
    expect(vault.replication().find((zone) => zone.zone === 'a')).toMatchObject({ missingItems: 61 });
    hangs = false;
    await vault.catchUp();
    await vault.catchUp();
    expect(vault.replication().map((zone) => zone.state)).toEqual(['in-step', 'in-step', 'in-step']);
    for (const item of items) await readAll(vault.get(item.id, { zone: 'a' }));
    await vault.close();
    await opened.close();
  });
});
