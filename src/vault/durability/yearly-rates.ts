import { DAY_MS, Failure } from '../../base/index.ts';
import { VAULT_DURABILITY_FAILURES } from './failures.ts';
import { VAULT_DURABILITY_LIMITS } from './limits.ts';
import type { DurabilityInputs } from './types.ts';

export const YEAR_MS = 365 * DAY_MS;

/** Rates per year of exponential clocks. */
export interface YearlyRates {
  readonly mediaLoss: number;
  readonly rot: number;
  readonly domainLoss: number;
  readonly mediaRepair: number;
  /** Discovery and mending of a rotten copy as one step. */
  readonly rotRepair: number;
  readonly domainRebuild: number;
  readonly replication: number;
}

/** An event that happens within a year with probability `afr` has this rate: 1 - exp(-rate) = afr. */
const rateOf = (afr: number): number => -Math.log1p(-afr);

/**
 * Mean time that rot stays unnoticed. Scrubs at times of their own find it after half the interval. When one scrub reads
 * all copies, r copies rot within one interval T with probability C(n,r)(rate T)^r; a chain with detection time d gives
 * the rate C(n,r) r rate^r d^(r-1). Both agree for d = T r^(-1/(r-1)), which is never below T/2.
 */
export function detectionMsOf(inputs: DurabilityInputs): number {
  const lossCopies = inputs.zones.length - inputs.copiesNeeded + 1;
  if (inputs.scrubPhases === 'independent' || lossCopies < 2) return inputs.scrubIntervalMs / 2;
  return inputs.scrubIntervalMs * lossCopies ** (-1 / (lossCopies - 1));
}

export const ratesOf = (inputs: DurabilityInputs): YearlyRates => ({
  mediaLoss: rateOf(inputs.mediaAfr),
  rot: rateOf(inputs.rotAfr),
  domainLoss: rateOf(inputs.domainLossAfr),
  mediaRepair: YEAR_MS / inputs.mediaRepairMs,
  rotRepair: YEAR_MS / (detectionMsOf(inputs) + inputs.rotRepairMs),
  domainRebuild: YEAR_MS / inputs.domainRebuildMs,
  replication: YEAR_MS / inputs.replicationLagMs,
});

const DURATIONS = [
  'scrubIntervalMs',
  'mediaRepairMs',
  'rotRepairMs',
  'domainRebuildMs',
  'replicationLagMs',
] as const satisfies readonly (keyof DurabilityInputs)[];

const PROBABILITIES = ['mediaAfr', 'rotAfr', 'domainLossAfr'] as const satisfies readonly (keyof DurabilityInputs)[];

function refuse(input: string, value: unknown, expected: string): never {
  throw new Failure(VAULT_DURABILITY_FAILURES.inputInvalid, { input, value: String(value), expected });
}

const isWhole = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

/** Refuses inputs for which the model has no meaning; throws `vault-durability.input-invalid`. */
export function checkInputs(inputs: DurabilityInputs): void {
  const { zones, copiesNeeded, writeQuorum } = inputs;
  const { zonesMax } = VAULT_DURABILITY_LIMITS;
  if (!isWhole(zones.length, 1, zonesMax)) refuse('zones', zones.length, `1 to ${zonesMax} zones`);
  if (new Set(zones.map((zone) => zone.name)).size < zones.length)
    refuse('zones', 'ambiguous', 'zones of unique names');
  if (!isWhole(copiesNeeded, 1, zones.length)) refuse('copiesNeeded', copiesNeeded, `1 to ${zones.length}`);
  if (!isWhole(writeQuorum, copiesNeeded, zones.length)) {
    refuse('writeQuorum', writeQuorum, `${copiesNeeded} to ${zones.length}`);
  }
  for (const name of DURATIONS) {
    if (!(inputs[name] > 0 && inputs[name] < Number.POSITIVE_INFINITY)) {
      refuse(name, inputs[name], 'a number of milliseconds above 0');
    }
  }
  for (const name of PROBABILITIES) {
    if (!(inputs[name] >= 0 && inputs[name] < 1)) refuse(name, inputs[name], 'a probability from 0 to below 1');
  }
  if (PROBABILITIES.every((name) => inputs[name] === 0)) {
    refuse(PROBABILITIES.join(', '), 0, 'above 0 for at least one of them, because what never fails needs no model');
  }
}
