import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../base/index.ts';
import { durabilityReport, observeVault, type VaultSeen, YEAR_MS } from './index.ts';

const NOW = Date.UTC(2026, 0, 30);
const scrub = {
  startedMs: NOW - DAY_MS,
  finishedMs: NOW - DAY_MS + 1000,
  previousStartedMs: NOW - 15 * DAY_MS,
  copies: 3000,
  bytes: 6_000_000_000,
  mended: 0,
  unmended: 0,
  repairMsTotal: 0,
  problems: [],
};
const drill = {
  samples: 4,
  newestMs: NOW,
  repairMs: 20,
  rebuildMs: 100,
  rebuiltObjects: 6,
  rebuiltBytes: 1_000_000,
};
const seen = (change: Partial<VaultSeen> = {}): VaultSeen => ({
  lags: [],
  scrub: undefined,
  drill: undefined,
  zones: 3,
  objectYears: 0,
  nowMs: NOW,
  ...change,
});
const reported = (name: string, change: Partial<VaultSeen>) =>
  durabilityReport(
    {
      zones: ['a', 'b', 'c'].map((zone) => ({ name: zone, failureDomain: zone })),
      writeQuorum: 2,
      scrubIntervalMs: 14 * DAY_MS,
    },
    observeVault(seen(change)),
  ).reported.find((input) => input.name === name);

describe('what the vault measured', () => {
  test('nothing measured is nothing claimed', () => {
    expect(observeVault(seen())).toEqual({ objectYears: 0, objectsLost: 0 });
  });

  test('the lag is that of the zone that lags most', () => {
    const lags = [
      { meanMs: 12, samples: 90, newestMs: NOW },
      { meanMs: 4000, samples: 7, newestMs: NOW },
    ];
    expect(reported('replicationLagMs', { lags })).toMatchObject({ source: 'measured', value: 4000 });
    expect(reported('replicationLagMs', { lags })?.because).toContain('7 measurements');
  });

  test('the drill is scaled up to what a zone holds, by bytes or by objects, and never down', () => {
    expect(observeVault(seen({ drill })).mediaRebuild).toBeUndefined();
    expect(observeVault(seen({ drill, scrub })).mediaRebuild?.ms).toBe(100 * 2000);
    const many = { ...scrub, bytes: 3000, copies: 18_000 };
    expect(observeVault(seen({ drill, scrub: many })).mediaRebuild?.ms).toBe(100 * 1000);
    const few = { ...scrub, bytes: 3000, copies: 3 };
    expect(observeVault(seen({ drill, scrub: few })).mediaRebuild?.ms).toBe(100);
    expect(reported('mediaRebuildMs', { drill, scrub })?.because).toContain('a zone holds 1000 of');
  });

  test('of the repairs of scrub and drill the slower counts', () => {
    expect(observeVault(seen({ drill, scrub })).rotRepair?.ms).toBe(20);
    const mended = { ...scrub, mended: 2, repairMsTotal: 100 };
    expect(observeVault(seen({ drill, scrub: mended })).rotRepair).toMatchObject({ ms: 50, samples: 2 });
    expect(observeVault(seen({ scrub: mended })).rotRepair?.ms).toBe(50);
  });

  test('a scrub that is run more often than configured does not improve the figure, one that is late makes it worse', () => {
    const early = { ...scrub, previousStartedMs: scrub.startedMs - 60_000 };
    expect(reported('scrubIntervalMs', { scrub: early })).toMatchObject({
      source: 'configured',
      value: 14 * DAY_MS,
    });
    expect(reported('scrubIntervalMs', { scrub: { ...scrub, previousStartedMs: NOW - 40 * DAY_MS } })).toMatchObject({
      source: 'measured',
      value: 39 * DAY_MS,
    });
    expect(reported('scrubIntervalMs', { scrub, nowMs: NOW + 60 * DAY_MS })).toMatchObject({ value: 61 * DAY_MS });
  });

  test('rot is what the last pass found in the time since the one before it', () => {
    const rotten = { ...scrub, problems: [{ type: 'damaged' }, { type: 'missing' }] };
    expect(observeVault(seen({ scrub: rotten })).rot).toEqual({ found: 1, copyYears: (3000 * 14 * DAY_MS) / YEAR_MS });
  });
});
