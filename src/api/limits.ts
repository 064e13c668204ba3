import { defineLimits, MiB } from '../base/index.ts';

export const API_LIMITS = defineLimits('api', {
  bodyBytesMax: {
    value: 1 * MiB,
    unit: 'bytes',
    reason: 'no request of the JSON API needs more; ingest has its own limit',
  },
  consoleCacheBytesMax: {
    value: 64 * MiB,
    unit: 'bytes',
    reason: 'the built console is a few MiB and is held in memory',
  },
});
