import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, isFailure, MINUTE_MS } from '../../base/index.ts';
import { durabilityModel, VAULT_DURABILITY_FAILURES, YEAR_MS } from './index.ts';
import type { DurabilityInputs, DurabilityZone } from './types.ts';

const apart = (count: number): readonly DurabilityZone[] =>
  Array.from({ length: count }, (_, at) => ({ name: `zone-${at}`, failureDomain: `domain-${at}` }));

const layout = (copies: number, change: Partial<DurabilityInputs>): DurabilityInputs => ({
  zones: apart(copies),
  copiesNeeded: 1,
  writeQuorum: copies,
  mediaAfr: 0,
  rotAfr: 0,
  domainLossAfr: 0,
  scrubIntervalMs: 14 * DAY_MS,
  scrubPhases: 'together',
  mediaRepairMs: DAY_MS,
  rotRepairMs: MINUTE_MS,
  domainRebuildMs: 7 * DAY_MS,
  replicationLagMs: MINUTE_MS,
  ...change,
});

describe('published layouts', () => {
  /** Both figures have two digits, so the second may be off by its rounding. */
  const check = (name: string, inputs: DurabilityInputs, expected: { loss: number; nines: number }): void => {
    test(name, () => {
      const model = durabilityModel(inputs);
      expect(Number(model.annualLoss.toPrecision(2))).toBe(expected.loss);
      expect(Number(model.nines.toFixed(1))).toBe(expected.nines);
    });
  };
  const media = (hours: number): Partial<DurabilityInputs> => ({ mediaAfr: 0.015, mediaRepairMs: hours * HOUR_MS });
  check('2 copies, 24 h', layout(2, media(24)), { loss: 1.3e-6, nines: 5.9 });
  check('3 copies, 168 h', layout(3, media(168)), { loss: 3.8e-9, nines: 8.4 });
  check('3 copies, 24 h', layout(3, media(24)), { loss: 7.8e-11, nines: 10.1 });
  check('3 copies, 6 h', layout(3, media(6)), { loss: 4.9e-12, nines: 11.3 });
  check('4 copies, 24 h', layout(4, media(24)), { loss: 4.3e-15, nines: 14.4 });
  const backblaze = { mediaAfr: 0.00405, mediaRepairMs: 156 * HOUR_MS, copiesNeeded: 17 };
  check('erasure coding 17+3', layout(20, backblaze), { loss: 3.0e-11, nines: 10.5 });
  check('erasure coding 4+2', layout(6, { ...media(24), copiesNeeded: 4 }), { loss: 1.6e-9, nines: 8.8 });
  check('whole site, 1 site', layout(1, { domainLossAfr: 1e-3 }), { loss: 1e-3, nines: 3 });
  check('whole site, 2 sites', layout(2, { domainLossAfr: 1e-3 }), { loss: 3.8e-8, nines: 7.4 });
  check('whole site, 3 sites', layout(3, { domainLossAfr: 1e-3 }), { loss: 1.1e-12, nines: 12 });
  check('latent rot, 3 copies, scrub 14 d', layout(3, { rotAfr: 1e-4 }), { loss: 1.5e-15, nines: 14.8 });
});

describe('failure domains and devices', () => {
  const all = { mediaAfr: 0.015, rotAfr: 1e-4, domainLossAfr: 1e-3 };
  const here = (device?: (at: number) => string): readonly DurabilityZone[] =>
    apart(3).map(({ name }, at) => ({
      name,
      failureDomain: 'here',
      ...(device === undefined ? {} : { device: device(at) }),
    }));

  test('zones of one domain without known devices count once', () => {
    const one = durabilityModel(layout(1, { ...all, rotAfr: 0 }));
    const three = durabilityModel(layout(3, { ...all, rotAfr: 0, zones: here() }));
    expect(three.annualLoss).toBeCloseTo(one.annualLoss, 12);
  });

  test('own devices lift a single domain no higher than the loss of the domain allows', () => {
    const model = durabilityModel(layout(3, { ...all, zones: here(String) }));
    expect(model.nines).toBeGreaterThan(2.99);
    expect(model.nines).toBeLessThan(3);
  });

  test('the order and the names of zones change nothing', () => {
    const zones: readonly DurabilityZone[] = [
      { name: 'a', failureDomain: 'x', device: '1' },
      { name: 'b', failureDomain: 'y', device: '1' },
      { name: 'c', failureDomain: 'x', device: '2' },
    ];
    const renamed = zones.toReversed().map((zone) => ({ ...zone, name: `other-${zone.name}` }));
    const inputs = layout(3, { ...all, writeQuorum: 2 });
    const expected = durabilityModel({ ...inputs, zones }).annualLoss;
    expect(durabilityModel({ ...inputs, zones: renamed }).annualLoss / expected).toBeCloseTo(1, 12);
  });

  test('every hazard, every slower repair and every lost copy lowers the nines', () => {
    const inputs = layout(3, { ...all, writeQuorum: 2 });
    const { nines } = durabilityModel(inputs);
    const worse: readonly Partial<DurabilityInputs>[] = [
      { mediaAfr: 0.03 },
      { rotAfr: 1e-3 },
      { domainLossAfr: 2e-3 },
      { mediaRepairMs: 2 * DAY_MS },
      { domainRebuildMs: 14 * DAY_MS },
      { scrubIntervalMs: 90 * DAY_MS },
      { rotRepairMs: 30 * DAY_MS },
      { writeQuorum: 1 },
      { replicationLagMs: DAY_MS },
      { zones: apart(2), writeQuorum: 2 },
    ];
    for (const change of worse) expect(durabilityModel({ ...inputs, ...change }).nines).toBeLessThan(nines);
  });
});

describe('the window between quorum and the last copy', () => {
  test('one copy that must survive the lag is lost with rate times lag', () => {
    const inputs = layout(3, { mediaAfr: 0.015, writeQuorum: 1, replicationLagMs: MINUTE_MS });
    // The first of two further copies ends the exposure, so half the lag counts.
    const expected = (-Math.log1p(-0.015) * (MINUTE_MS / YEAR_MS)) / 2;
    expect(durabilityModel(inputs).windowLoss / expected).toBeCloseTo(1, 4);
  });

  test('a quorum that can lie in one failure domain is judged by that case', () => {
    const zones = ['x', 'x', 'y'].map((failureDomain, at) => ({ name: `z${at}`, failureDomain, device: `d${at}` }));
    const inputs = layout(3, { domainLossAfr: 1e-3, zones, writeQuorum: 2 });
    const expected = 1e-3 * (MINUTE_MS / YEAR_MS);
    expect(durabilityModel(inputs).windowLoss / expected).toBeCloseTo(1, 2);
  });

  test('acknowledging only when all copies are durable leaves no window', () => {
    expect(durabilityModel(layout(3, { mediaAfr: 0.015 })).windowLoss).toBe(0);
  });
});

describe('small probabilities', () => {
  test('keep their digits far below the rounding of one', () => {
    const inputs = layout(5, { mediaAfr: 0.001, mediaRepairMs: HOUR_MS });
    const rate = -Math.log1p(-0.001);
    // Leading term for n copies repaired independently: n rate^n / repair^(n-1); here about 8e-31.
    const expected = 5 * rate ** 5 * (HOUR_MS / YEAR_MS) ** 4;
    const { annualLoss } = durabilityModel(inputs);
    expect(annualLoss).toBeLessThan(1e-29);
    expect(annualLoss / expected).toBeCloseTo(1, 5);
  });
});

describe('refusals', () => {
  const check = (name: string, change: Partial<DurabilityInputs>): void => {
    test(name, () => {
      const call = (): unknown => durabilityModel(layout(3, { mediaAfr: 0.015, ...change }));
      expect(call).toThrowError(expect.objectContaining({ code: VAULT_DURABILITY_FAILURES.inputInvalid.code }));
    });
  };
  check('no zones', { zones: [] });
  check('two zones of one name', { zones: [...apart(2), ...apart(1)] });
  check('more copies needed than there are', { copiesNeeded: 4, writeQuorum: 4 });
  check('a quorum below the copies needed', { copiesNeeded: 2, writeQuorum: 1 });
  check('a quorum above the zones', { writeQuorum: 4 });
  check('a certain failure', { mediaAfr: 1 });
  check('a probability that is not a number', { rotAfr: Number.NaN });
  check('a negative probability', { domainLossAfr: -0.1 });
  check('repair in no time', { mediaRepairMs: 0 });
  check('repair in infinite time', { domainRebuildMs: Number.POSITIVE_INFINITY });
  check('nothing that ever fails', { mediaAfr: 0 });

  test('a layout with too many states is refused instead of computed for minutes', () => {
    const zones = apart(30);
    const inputs = layout(3, { mediaAfr: 0.015, rotAfr: 0.01, domainLossAfr: 0.01, zones, writeQuorum: 30 });
    let failure: unknown;
    try {
      durabilityModel(inputs);
    } catch (error) {
      failure = error;
    }
    expect(isFailure(failure, VAULT_DURABILITY_FAILURES.layoutTooLarge)).toBe(true);
  });
});
