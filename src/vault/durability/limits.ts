import { defineLimits, HOUR_MS, SECOND_MS } from '../../base/index.ts';

export const VAULT_DURABILITY_LIMITS = defineLimits('vault-durability', {
  zonesMax: { value: 32, unit: 'count', reason: 'more than any layout of copies; keeps states small' },
  statesMax: {
    value: 600,
    unit: 'count',
    reason: 'solving takes time with their cube, and is done for the trust page',
  },
  simulationEventsMax: { value: 50_000_000, unit: 'count', reason: 'about half a minute on one core' },
  improvementMsMin: {
    value: HOUR_MS,
    unit: 'ms',
    reason: 'people and whole scrubs are not faster, so nothing shorter is recommended to them',
  },
  improvementLagMsMin: { value: SECOND_MS, unit: 'ms', reason: 'replication over a distance is not planned faster' },
  domainsAddedMax: { value: 3, unit: 'count', reason: 'a recommendation to buy more places than that helps nobody' },
});
