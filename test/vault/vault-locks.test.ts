import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/base/index.ts';
import { VAULT_FAILURES } from '../../src/vault/index.ts';
import { codeOf, newBench, objectFiles, readAll, removeBenches, streamOf } from './three-zones.ts';

afterAll(removeBenches);

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
