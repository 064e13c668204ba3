/**
 * durability: how likely the vault is to lose an object, computed and not asserted.
 *
 * Purpose: a Markov chain over the copies of one object gives the annual loss probability and its nines; a simulation
 * that shares nothing with the chain but its inputs checks it; the report puts the figure, every input with its source,
 * and what counting alone shows onto the trust page. Formula and sources: docs/durability.md.
 * Invariants: pure functions, no clock and no files; the same inputs give the same report, the same seed the same
 * simulation; zones without a known device share one, and copies of one failure domain are lost together; the nines are
 * rounded down; an input that was not measured says so.
 * Limits: VAULT_DURABILITY_LIMITS (zones, states, simulated events).
 * It does not measure anything itself, and it does not cover what no copy survives: bugs, lost keys, deletion by
 * whoever rules over all failure domains.
 */
export { type Assumption, type AssumptionName, DURABILITY_ASSUMPTIONS } from './assumptions.ts';
export { durabilityModel } from './durability-model.ts';
export {
  type DurabilityReport,
  durabilityReport,
  type EmpiricalBound,
  empiricalBound,
  formatNines,
  type LossCause,
  NINES_CLAIMED,
} from './durability-report.ts';
export { VAULT_DURABILITY_FAILURES } from './failures.ts';
export type { Improvement } from './find-improvements.ts';
export type {
  DurabilityConfiguration,
  DurabilityObservations,
  InputSource,
  MeasuredDuration,
  ReportedInput,
} from './gather-inputs.ts';
export { VAULT_DURABILITY_LIMITS } from './limits.ts';
export { type DrillMeasured, observeVault, type VaultSeen } from './observe-vault.ts';
export { poissonInterval, poissonUpperBound } from './poisson.ts';
export { type Agreement, type AgreementOfModels, compareModels, simulateDurability } from './simulate-durability.ts';
export type {
  DurabilityInputs,
  DurabilityModel,
  DurabilityZone,
  ScrubPhases,
  SimulationOptions,
  SimulationResult,
  TimingOfSimulation,
} from './types.ts';
export { YEAR_MS } from './yearly-rates.ts';
