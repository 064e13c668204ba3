import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../base/index.ts';
import {
  DURABILITY_ASSUMPTIONS,
  type DurabilityConfiguration,
  type DurabilityReport,
  durabilityReport,
  empiricalBound,
  formatNines,
} from './index.ts';

const configuration = (domains: readonly string[]): DurabilityConfiguration => ({
  zones: domains.map((failureDomain, at) => ({ name: `zone-${at}`, failureDomain })),
  writeQuorum: Math.min(2, domains.length),
  scrubIntervalMs: 14 * DAY_MS,
});

const NOTHING_SEEN = { objectYears: 0, objectsLost: 0 };

const inputOf = (report: DurabilityReport, name: string): DurabilityReport['reported'][number] | undefined =>
  report.reported.find((input) => input.name === name);

describe('what the trust page says', () => {
  test('three folders on one machine are said to be far from eleven nines, with the reason and the remedy', () => {
    const report = durabilityReport(configuration(['here', 'here', 'here']), NOTHING_SEEN);
    expect(report.reachesClaim).toBe(false);
    expect(report.model.nines).toBeLessThan(2);
    expect(report.sentence).toContain('does not reach eleven nines: it computes to 1.7 nines');
    expect(report.sentence).toContain('one device');
    expect(report.improvements[0]).toMatchObject({ type: 'separate-and-add', reaches: true });
    expect(report.sentence).toContain(report.improvements[0]?.change);
  });

  test('four copies in domains of their own reach eleven and nothing is recommended', () => {
    const report = durabilityReport(configuration(['a', 'b', 'c', 'd']), NOTHING_SEEN);
    expect(report.reachesClaim).toBe(true);
    expect(report.sentence).toContain('reaches eleven nines by computation');
    expect(report.improvements).toEqual([]);
  });

  test('each recommended change, applied, gives what was said', () => {
    const report = durabilityReport(configuration(['a', 'b', 'c']), NOTHING_SEEN);
    const repair = report.improvements.find((improvement) => improvement.type === 'media-repair');
    expect(repair?.reaches).toBe(false);
    const replacing = { mediaReplaceMs: HOUR_MS / 2, mediaRebuildMs: HOUR_MS / 2 };
    const applied = durabilityReport({ ...configuration(['a', 'b', 'c']), replacing }, NOTHING_SEEN);
    expect(applied.model.nines).toBeCloseTo(repair?.nines ?? 0, 9);
    const added = report.improvements.find((improvement) => improvement.type === 'more-domains');
    const larger = durabilityReport(configuration(['a', 'b', 'c', 'd']), NOTHING_SEEN);
    expect(added).toMatchObject({ reaches: true, change: 'add one zone in another failure domain' });
    expect(larger.model.nines).toBeCloseTo(added?.nines ?? 0, 9);
  });

  test('acknowledging with a single copy is named as what limits', () => {
    const report = durabilityReport({ ...configuration(['a', 'b', 'c', 'd']), writeQuorum: 1 }, NOTHING_SEEN);
    expect(report.limitedBy).toBe('quorum-window');
    expect(report.improvements[0]).toMatchObject({ type: 'write-quorum', reaches: true });
  });
});

describe('where the inputs come from', () => {
  test('without measurements every rate and time is an assumption with its source', () => {
    const report = durabilityReport(configuration(['a', 'b', 'c']), NOTHING_SEEN);
    for (const [name, assumption] of Object.entries(DURABILITY_ASSUMPTIONS)) {
      expect(inputOf(report, name)).toMatchObject({ source: 'assumed', value: assumption.value });
      expect(inputOf(report, name)?.because).toBe(assumption.source);
    }
  });

  test('measurements and the choices of the operator replace assumptions and say so', () => {
    const chosen = { ...configuration(['a', 'b', 'c']), replacing: { mediaAfr: 0.05, rotRepairMs: HOUR_MS } };
    const rotRepair = { ms: 300, samples: 3, newestMs: Date.UTC(2026, 0, 2) };
    const report = durabilityReport(chosen, {
      ...NOTHING_SEEN,
      rotRepair,
      scrubInterval: { ...rotRepair, ms: 20 * DAY_MS },
    });
    expect(inputOf(report, 'mediaAfr')).toMatchObject({ source: 'configured', value: 0.05, text: '5 %' });
    expect(inputOf(report, 'rotRepairMs')).toMatchObject({ source: 'measured', value: 300, text: '300 ms' });
    expect(inputOf(report, 'rotRepairMs')?.because).toContain('3 measurements');
    expect(inputOf(report, 'scrubIntervalMs')).toMatchObject({ source: 'measured', text: '20 d' });
    expect(report.inputs).toMatchObject({ mediaAfr: 0.05, rotRepairMs: 300, scrubIntervalMs: 20 * DAY_MS });
  });

  test('a fast rebuild does not hide the time until people replace a device', () => {
    const mediaRebuild = { ms: 60_000, samples: 1, newestMs: 0 };
    const report = durabilityReport(configuration(['a', 'b', 'c']), { ...NOTHING_SEEN, mediaRebuild });
    expect(report.inputs.mediaRepairMs).toBe(DURABILITY_ASSUMPTIONS.mediaReplaceMs.value + 60_000);
  });

  test('rot that was seen counts where it is worse than assumed, and never makes the figure better', () => {
    const zones = configuration(['a', 'b', 'c']);
    const worse = durabilityReport(zones, { ...NOTHING_SEEN, rot: { found: 1, copyYears: 500 } });
    expect(inputOf(worse, 'rotAfr')).toMatchObject({ source: 'measured', text: '0.2 %' });
    const inTheFirstMinutes = durabilityReport(zones, { ...NOTHING_SEEN, rot: { found: 1, copyYears: 1e-6 } });
    expect(inTheFirstMinutes.model.nines).toBeGreaterThanOrEqual(0);
    const better = durabilityReport(zones, { ...NOTHING_SEEN, rot: { found: 0, copyYears: 1e6 } });
    expect(inputOf(better, 'rotAfr')).toMatchObject({ source: 'assumed', value: DURABILITY_ASSUMPTIONS.rotAfr.value });
  });
});

describe('what counting shows', () => {
  test('no loss follows the rule of three', () => {
    const bound = empiricalBound(1_200_000, 0);
    expect(bound.annualLossUpper * 1_200_000).toBeCloseTo(2.9957, 4);
    expect(bound.sentence).toContain('0 objects were lost in 1,200,000 object-years');
    expect(bound.sentence).toContain('3.0e11 object-years');
  });

  test('losses raise the bound by the exact Poisson limit', () => {
    expect(empiricalBound(1000, 2).annualLossUpper).toBeCloseTo(6.296e-3, 5);
  });

  test('hardly any time shows nothing', () => {
    expect(empiricalBound(0, 0).annualLossUpper).toBe(1);
    expect(empiricalBound(2, 0).sentence).toContain('too little to show anything');
  });
});

test('nines are rounded down', () => {
  expect(formatNines(10.96)).toBe('10.9');
  expect(formatNines(3)).toBe('3.0');
});
