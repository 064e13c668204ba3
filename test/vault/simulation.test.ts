import { expect, test } from 'vitest';
import { simulate } from './simulation/simulate.ts';

/**
 * A subset of the seeds; `node --import tsx test/vault/simulation/run.ts --seeds 10000` runs them all, and
 * `SIMULATION_FROM` moves the subset. A seed that fails is named in the failure with the command that replays it.
 */
const FROM = Number(process.env['SIMULATION_FROM'] ?? 1);
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 250);

test('no acknowledged item is lost, changed or removed early, whatever fails within the fault model', async () => {
  const totals = { acknowledged: 0, refused: 0, crashes: 0, checks: 0 };
  for (let seed = FROM; seed < FROM + SEEDS; seed += 1) {
    const summary = await simulate(seed);
    totals.acknowledged += summary.acknowledged;
    totals.refused += summary.refused;
    totals.crashes += summary.crashes;
    totals.checks += summary.checks;
  }
  // A run in which nothing is put, nothing fails and nothing is checked would pass without proving anything.
  expect(totals.acknowledged).toBeGreaterThan(SEEDS);
  expect(totals.refused).toBeGreaterThan(SEEDS / 10);
  expect(totals.crashes).toBeGreaterThan(SEEDS / 10);
  expect(totals.checks).toBeGreaterThan(SEEDS * 5);
}, 300_000);

test('the same seed gives the same run', async () => {
  expect(await simulate(42)).toEqual(await simulate(42));
});
