import { Failure } from '../../base/index.ts';
import { VAULT_DURABILITY_FAILURES } from './failures.ts';
import { VAULT_DURABILITY_LIMITS } from './limits.ts';
import { poissonInterval } from './poisson.ts';
import { createRandomNumbers } from './random-numbers.ts';
import { createClocks, createObjectLives } from './simulated-object.ts';
import type { DurabilityInputs, DurabilityModel, SimulationOptions, SimulationResult } from './types.ts';
import { checkInputs } from './yearly-rates.ts';

/**
 * Simulates the failures and repairs of objects one event at a time. The same seed gives the same result. It is for
 * inflated failure rates: at real ones no loss would be seen in any time that a computer has. Throws
 * `vault-durability.input-invalid` and `vault-durability.simulation-too-long`.
 */
export function simulateDurability(inputs: DurabilityInputs, options: SimulationOptions): SimulationResult {
  checkInputs(inputs);
  const { seed, years, objects, timing = 'exponential' } = options;
  if (!(years > 0 && Number.isFinite(years))) {
    throw new Failure(VAULT_DURABILITY_FAILURES.inputInvalid, { input: 'years', value: years, expected: 'above 0' });
  }
  const random = createRandomNumbers(seed);
  const live = createObjectLives(inputs);
  const { simulationEventsMax: eventsMax } = VAULT_DURABILITY_LIMITS;
  let events = 0;
  let acknowledged = 0;
  let lossesInWindow = 0;
  let lossesWhenWhole = 0;
  let wholeYears = 0;
  for (let object = 0; object < objects; object += 1) {
    for (let left = years; left > 0; ) {
      const life = live(createClocks(inputs, random, timing), left);
      acknowledged += 1;
      events += life.events;
      if (life.wholeAt !== undefined) wholeYears += (life.lostAt ?? left) - life.wholeAt;
      if (life.lostAt !== undefined && life.wholeAt === undefined) lossesInWindow += 1;
      if (life.lostAt !== undefined && life.wholeAt !== undefined) lossesWhenWhole += 1;
      left = life.lostAt === undefined ? 0 : left - life.lostAt;
      if (events > eventsMax)
        throw new Failure(VAULT_DURABILITY_FAILURES.simulationTooLong, { eventsMax, objects: object });
    }
  }
  return { seed, timing, acknowledged, lossesInWindow, wholeYears, lossesWhenWhole, events };
}

export interface Agreement {
  readonly expected: number;
  readonly observed: number;
  /** Exact Poisson interval of the expectation, given what was observed. */
  readonly low: number;
  readonly high: number;
  readonly agrees: boolean;
}

export interface AgreementOfModels {
  readonly whenWhole: Agreement;
  readonly inWindow: Agreement;
}

/** Whether the losses that the chain expects lie in the interval (99.8 % of the time, if it is right) of those seen. */
export function compareModels(model: DurabilityModel, simulated: SimulationResult): AgreementOfModels {
  const agreement = (expected: number, observed: number): Agreement => {
    const { low, high } = poissonInterval(observed, 0.998);
    return { expected, observed, low, high, agrees: expected >= low && expected <= high };
  };
  return {
    whenWhole: agreement(model.lossesPerYear * simulated.wholeYears, simulated.lossesWhenWhole),
    inWindow: agreement(model.windowLoss * simulated.acknowledged, simulated.lossesInWindow),
  };
}
