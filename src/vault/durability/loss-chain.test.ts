import { expect, test } from 'vitest';
import { allGood, quorumStates } from './copy-state.ts';
import { absorptionOf, buildLossChain, type LossChain } from './loss-chain.ts';
import type { DurabilityInputs } from './types.ts';
import { ratesOf, YEAR_MS } from './yearly-rates.ts';

const INPUTS: DurabilityInputs = {
  zones: [0, 1, 2, 3].map((at) => ({ name: `z${at}`, failureDomain: `d${at % 2}`, device: `v${at}` })),
  copiesNeeded: 1,
  writeQuorum: 2,
  mediaAfr: 0.3,
  rotAfr: 0.2,
  domainLossAfr: 0.1,
  scrubIntervalMs: YEAR_MS / 10,
  scrubPhases: 'together',
  mediaRepairMs: YEAR_MS / 20,
  rotRepairMs: YEAR_MS / 100,
  domainRebuildMs: YEAR_MS / 10,
  replicationLagMs: YEAR_MS / 50,
};

/**
 * Distribution over transient states, lost and whole after `years`, by uniformization: another algorithm than
 * elimination, which shares only the chain with it.
 */
function distributionAfter({ size, rows }: LossChain, years: number): Float64Array {
  const leaving = rows.map((row) => row.reduce((sum, rate) => sum + rate, 0));
  const pace = Math.max(...leaving) * 1.01;
  let step = new Float64Array(size + 2);
  step[0] = 1;
  const result = new Float64Array(size + 2);
  let logWeight = -pace * years;
  for (let jumps = 0; jumps < pace * years + 12 * Math.sqrt(pace * years) + 50; jumps += 1) {
    const weight = Math.exp(logWeight);
    for (let at = 0; at < size + 2; at += 1) result[at] = (result[at] ?? 0) + weight * (step[at] ?? 0);
    const next = new Float64Array(size + 2);
    for (let at = 0; at < size + 2; at += 1) {
      const here = step[at] ?? 0;
      next[at] = (next[at] ?? 0) + here * (1 - (leaving[at] ?? 0) / pace);
      for (let to = 0; to < size + 2; to += 1) {
        next[to] = (next[to] ?? 0) + (here * (rows[at]?.[to] ?? 0)) / pace;
      }
    }
    step = next;
    logWeight += Math.log((pace * years) / (jumps + 1));
  }
  return result;
}

test('the rate of loss agrees with the matrix exponential', () => {
  const chain = buildLossChain(INPUTS, ratesOf(INPUTS), { start: allGood(INPUTS), endAtWhole: false });
  const { meanYears, lost } = absorptionOf(chain);
  expect(lost).toBe(1);
  // After the first months the hazard is constant, so survival falls by the same factor every year.
  const alive = (years: number): number => 1 - (distributionAfter(chain, years)[chain.size] ?? 0);
  expect(Math.log(alive(3) / alive(4)) * meanYears).toBeCloseTo(1, 2);
});

test('the probability of loss before all copies are written agrees with the matrix exponential', () => {
  const starts = quorumStates(INPUTS);
  // Two of four copies: both in one domain, or one in each.
  expect(starts).toHaveLength(2);
  for (const start of starts) {
    const chain = buildLossChain(INPUTS, ratesOf(INPUTS), { start, endAtWhole: true });
    const end = distributionAfter(chain, 10);
    expect((end[chain.size] ?? 0) + (end[chain.size + 1] ?? 0)).toBeCloseTo(1, 9);
    expect(absorptionOf(chain).lost / (end[chain.size] ?? 0)).toBeCloseTo(1, 6);
  }
});

test('a chain that can be solved by hand is solved exactly', () => {
  // Two states, rates 2 down, 10 up, 1 to the end: the mean is (2 + 10 + 1) / (2 * 1).
  const rows = [Float64Array.of(0, 2, 0, 0), Float64Array.of(10, 0, 1, 0)];
  expect(absorptionOf({ size: 2, rows }).meanYears).toBeCloseTo(6.5, 12);
});
