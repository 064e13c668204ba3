import type { DurabilityInputs, DurabilityZone, TimingOfSimulation } from './types.ts';
import { YEAR_MS } from './yearly-rates.ts';

/** A layout with failure rates so high that losses can be counted; the tests and the benchmark compare on the same. */
export interface ComparisonCase {
  readonly name: string;
  readonly inputs: DurabilityInputs;
  readonly timing: TimingOfSimulation;
  readonly years: number;
  readonly objects: number;
}

const zones = (count: number, domains: number, ownDevices = true): readonly DurabilityZone[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `zone-${at}`,
    failureDomain: `domain-${at % domains}`,
    ...(ownDevices ? { device: `device-${at}` } : {}),
  }));

const INFLATED: DurabilityInputs = {
  zones: zones(3, 3),
  copiesNeeded: 1,
  writeQuorum: 3,
  mediaAfr: 0,
  rotAfr: 0,
  domainLossAfr: 0,
  scrubIntervalMs: 0.1 * YEAR_MS,
  scrubPhases: 'together',
  mediaRepairMs: 0.05 * YEAR_MS,
  rotRepairMs: 0.0001 * YEAR_MS,
  domainRebuildMs: 0.1 * YEAR_MS,
  replicationLagMs: 0.02 * YEAR_MS,
};

const inflated = (
  name: string,
  change: Partial<DurabilityInputs>,
  { objects, years = 50, timing = 'exponential' }: { objects: number; years?: number; timing?: TimingOfSimulation },
): ComparisonCase => ({
  name,
  inputs: { ...INFLATED, writeQuorum: change.zones?.length ?? INFLATED.zones.length, ...change },
  timing,
  years,
  objects,
});

const everything = { mediaAfr: 0.5, rotAfr: 0.4, domainLossAfr: 0.3 };

export const COMPARISON_CASES: readonly ComparisonCase[] = [
  inflated('2 copies, devices fail', { zones: zones(2, 2), mediaAfr: 0.5 }, { objects: 400 }),
  inflated('3 copies, devices fail', { mediaAfr: 0.7 }, { objects: 1000 }),
  inflated('3 copies, domains are lost', { domainLossAfr: 0.5 }, { objects: 1000 }),
  inflated('3 copies, all hazards, quorum 2', { ...everything, writeQuorum: 2 }, { objects: 1000, years: 20 }),
  inflated('3 copies, all hazards, quorum 1', { ...everything, writeQuorum: 1 }, { objects: 4000, years: 2 }),
  inflated(
    '2 domains, one with a shared device',
    { ...everything, zones: zones(3, 2, false), writeQuorum: 1 },
    { objects: 2000, years: 5 },
  ),
  inflated(
    '6 copies in 3 domains',
    { ...everything, domainLossAfr: 0.5, zones: zones(6, 3) },
    { objects: 1000, years: 20 },
  ),
  inflated('6 parts in 6 domains, 4 needed', { mediaAfr: 0.3, zones: zones(6, 6), copiesNeeded: 4 }, { objects: 400 }),
  inflated('rot, scrubs together, fixed times', { rotAfr: 0.5 }, { objects: 2000, timing: 'clockwork' }),
  inflated(
    'rot, scrubs independent, fixed times',
    { rotAfr: 0.5, scrubPhases: 'independent' },
    { objects: 2000, timing: 'clockwork' },
  ),
  inflated(
    'devices fail, fixed repair times',
    { mediaAfr: 0.5, mediaRepairMs: 0.03 * YEAR_MS },
    { objects: 4000, timing: 'clockwork' },
  ),
];
