import type { Probe } from '../evidence/index.ts';
import type { VaultProbeDeps } from './vault-probe-deps.ts';

/**
 * M11: computes the durability of the configuration as it runs. It passes when the figure could be computed; whether that
 * reaches eleven nines is said in the summary, whichever way it comes out.
 */
export const durabilityComputed = (deps: VaultProbeDeps): Probe => ({
  id: 'durability-computed',
  promise: 'M11',
  statement: 'The durability of the zones is computed from what was measured',
  cadenceMs: deps.cadenceMs,
  run: async () => {
    const { nines, annualLoss, reachesEleven, sentence, empirical } = await deps.durability();
    return { passed: true, summary: sentence, measurements: { nines, annualLoss, reachesEleven, empirical } };
  },
});
