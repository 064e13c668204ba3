/**
 * The Markov chain beside the simulation: `node --import tsx bench/durability.ts [seed]`.
 *
 * For each layout, at failure rates so high that losses can be counted: the losses that the chain expects, those that
 * the simulation counted, and the exact Poisson interval (99.8 %) of the count; then the same for the window between
 * quorum and the last copy. Ends with exit code 1 when one expectation lies outside its interval. About ten seconds.
 */
import { COMPARISON_CASES } from '../src/vault/durability/comparison-cases.ts';
import { type Agreement, compareModels, durabilityModel, simulateDurability } from '../src/vault/durability/index.ts';

const seed = Number(process.argv[2] ?? 20_260_101);
const OBJECTS_FACTOR = 3;

const cell = ({ expected, observed, low, high, agrees }: Agreement): string =>
  expected === 0
    ? '-'
    : `${expected.toFixed(1)} | ${observed} [${low.toFixed(0)}, ${high.toFixed(0)}] ${agrees ? '' : 'NO'}`;

let disagreements = 0;
process.stdout.write(`seed ${seed}\n`);
process.stdout.write(
  `${'layout'.padEnd(40)}${'when whole: chain | simulation'.padEnd(36)}${'in window: chain | simulation'.padEnd(34)}states   events\n`,
);
for (const { name, inputs, objects, ...options } of COMPARISON_CASES) {
  const model = durabilityModel(inputs);
  const simulated = simulateDurability(inputs, { ...options, seed, objects: objects * OBJECTS_FACTOR });
  const { whenWhole, inWindow } = compareModels(model, simulated);
  disagreements += [whenWhole, inWindow].filter((agreement) => !agreement.agrees).length;
  const row = `${name.padEnd(40)}${cell(whenWhole).padEnd(36)}${cell(inWindow).padEnd(34)}`;
  process.stdout.write(`${row}${String(model.states).padStart(6)}${String(simulated.events).padStart(9)}\n`);
}
process.stdout.write(`${disagreements === 0 ? 'all agree' : `${disagreements} disagree`}\n`);
process.exitCode = disagreements === 0 ? 0 : 1;
