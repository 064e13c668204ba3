import { defineLimits, MiB } from '../base/index.ts';

export const DRILLS_LIMITS = defineLimits('drills', {
  canaryFindMs: { value: 10_000, unit: 'ms', reason: 'an acknowledged log that is not found by then counts as lost' },
  scanChunkBytes: {
    value: 4 * MiB,
    unit: 'bytes',
    reason: 'files are read piece by piece, so that a large one costs little memory',
  },
  probeRetentionDays: { value: 3, unit: 'days', reason: 'canaries are not worth more' },
});
