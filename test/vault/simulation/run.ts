import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

/**
 * `node --import tsx test/vault/simulation/run.ts --seeds 10000` runs that many seeds from `--from` (1) on;
 * `--seed N` replays one. Ends with 1 and the seed when an invariant does not hold.
 */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, seeds: { type: 'string' }, from: { type: 'string' } },
});
const first = Number(values.seed ?? values.from ?? 1);
const count = values.seed === undefined ? Number(values.seeds ?? 1000) : 1;
const totals = { seeds: 0, turns: 0, acknowledged: 0, refused: 0, crashes: 0, checks: 0 };
const started = performance.now();
for (let seed = first; seed < first + count; seed += 1) {
  try {
    const summary = await simulate(seed);
    totals.seeds += 1;
    for (const key of ['turns', 'acknowledged', 'refused', 'crashes', 'checks'] as const) totals[key] += summary[key];
  } catch (error) {
    console.error(`seed ${seed} failed`);
    console.error(error);
    process.exitCode = 1;
    break;
  }
}
console.log(JSON.stringify({ ...totals, seconds: Math.round((performance.now() - started) / 1000) }));
