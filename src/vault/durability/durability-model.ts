import { allGood, quorumStates } from './copy-state.ts';
import { absorptionOf, buildLossChain } from './loss-chain.ts';
import type { DurabilityInputs, DurabilityModel } from './types.ts';
import { checkInputs, detectionMsOf, ratesOf, type YearlyRates } from './yearly-rates.ts';

/** The worst over all choices of the zones that acknowledged, because the acknowledgement does not promise which. */
function windowLossOf(inputs: DurabilityInputs, rates: YearlyRates): number {
  if (inputs.writeQuorum === inputs.zones.length) return 0;
  const losses = quorumStates(inputs).map(
    (start) => absorptionOf(buildLossChain(inputs, rates, { start, endAtWhole: true })).lost,
  );
  return Math.max(...losses);
}

/** The model for inputs that were checked; a hazard may be zero. */
export function solveDurability(inputs: DurabilityInputs): DurabilityModel {
  const rates = ratesOf(inputs);
  const chain = buildLossChain(inputs, rates, { start: allGood(inputs), endAtWhole: false });
  const meanYearsToLoss = absorptionOf(chain).meanYears;
  const lossesPerYear = 1 / meanYearsToLoss;
  const windowLoss = windowLossOf(inputs, rates);
  const annualLoss = windowLoss - (1 - windowLoss) * Math.expm1(-lossesPerYear);
  return {
    annualLoss,
    nines: -Math.log10(annualLoss),
    lossesPerYear,
    meanYearsToLoss,
    windowLoss,
    detectionMs: detectionMsOf(inputs),
    states: chain.size,
  };
}

/**
 * Probability that one object is lost within a year, from an absorbing continuous-time Markov chain over the states of
 * its copies; formula and sources in docs/durability.md. Throws `vault-durability.input-invalid` and
 * `vault-durability.layout-too-large`.
 */
export function durabilityModel(inputs: DurabilityInputs): DurabilityModel {
  checkInputs(inputs);
  return solveDurability(inputs);
}
