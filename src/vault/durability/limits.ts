import { defineLimits, MINUTE_MS } from '../../base/index.ts';

export const VAULT_DURABILITY_LIMITS = defineLimits('vault-durability', {
  zonesMax: { value: 32, unit: 'count', reason: 'more than any layout of copies; keeps states small' },
  statesMax: {
    value: 600,
    unit: 'count',
    reason: 'solving takes time with their cube, and is done for the trust page',
  },
  simulationEventsMax: { value: 50_000_000, unit: 'count', reason: 'about half a minute on one core' },
  improvementDurationMsMin: {
    value: MINUTE_MS,
    unit: 'ms',
    reason: 'no scrub or repair that people would plan is shorter, so none is recommended',
  },
});
