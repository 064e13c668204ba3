import { describe, expect, test } from 'vitest';
import { COMPARISON_CASES } from './comparison-cases.ts';
import { compareModels, durabilityModel, simulateDurability, VAULT_DURABILITY_FAILURES } from './index.ts';
import { createRandomNumbers } from './random-numbers.ts';

const SEED = Number(process.env['DURABILITY_SEED'] ?? 20_260_101);

describe(`simulation and chain (seed ${SEED}; DURABILITY_SEED sets another)`, () => {
  for (const { name, inputs, ...options } of COMPARISON_CASES) {
    test(`agree: ${name}`, () => {
      const simulated = simulateDurability(inputs, { seed: SEED, ...options });
      const { whenWhole, inWindow } = compareModels(durabilityModel(inputs), simulated);
      const shown = `seed ${SEED}: ${JSON.stringify({ whenWhole, inWindow })}`;
      // Few losses would agree with anything.
      expect(whenWhole.observed, shown).toBeGreaterThan(80);
      expect(whenWhole.agrees, shown).toBe(true);
      expect(inWindow.agrees, shown).toBe(true);
    });
  }

  test('disagree when the chain is given a repair that is a third slower', () => {
    const [, devices] = COMPARISON_CASES;
    if (devices === undefined) throw new Error('the cases are empty');
    const { inputs, ...options } = devices;
    const slower = { ...inputs, mediaRepairMs: inputs.mediaRepairMs * 1.33 };
    const simulated = simulateDurability(inputs, { seed: SEED, ...options });
    expect(compareModels(durabilityModel(slower), simulated).whenWhole.agrees).toBe(false);
  });

  test('half the interval would not do for scrubs that read all copies together', () => {
    const together = COMPARISON_CASES.find((each) => each.name.startsWith('rot, scrubs together'));
    if (together === undefined) throw new Error('the case is missing');
    const { inputs, ...options } = together;
    const simulated = simulateDurability(inputs, { seed: SEED, ...options, objects: 4000 });
    const half = durabilityModel({ ...inputs, scrubPhases: 'independent' });
    expect(compareModels(half, simulated).whenWhole.agrees).toBe(false);
  });
});

const [SMALL] = COMPARISON_CASES;

test('the same seed gives the same result, another seed another', () => {
  if (SMALL === undefined) throw new Error('the cases are empty');
  const run = (seed: number): unknown => simulateDurability(SMALL.inputs, { seed, years: 20, objects: 20 });
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
});

test('a simulation without time is refused', () => {
  if (SMALL === undefined) throw new Error('the cases are empty');
  expect(() => simulateDurability(SMALL.inputs, { seed: 1, years: 0, objects: 1 })).toThrowError(
    expect.objectContaining({ code: VAULT_DURABILITY_FAILURES.inputInvalid.code }),
  );
});

test('random numbers are uniform and neighbours are not alike', () => {
  const random = createRandomNumbers(SEED);
  const count = 100_000;
  const numbers = Array.from({ length: count }, random);
  const mean = numbers.reduce((sum, number) => sum + number, 0) / count;
  const product = numbers.reduce((sum, number, at) => sum + number * (numbers[at + 1] ?? mean), 0) / count;
  expect(Math.min(...numbers.slice(0, 1000))).toBeGreaterThan(0);
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
  expect(Math.abs(product - 0.25)).toBeLessThan(0.005);
});
