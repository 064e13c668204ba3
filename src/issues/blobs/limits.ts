import { DAY_MS, defineLimits, GiB, MiB } from '../../base/index.ts';

/** Limits of what is kept beside events. */
export const ISSUES_BLOBS_LIMITS = defineLimits('blobs', {
  bytesMax: {
    value: 2 * GiB,
    unit: 'bytes',
    reason: 'the largest upload of any kind; edges and bundles have smaller limits of their own',
  },
  readAheadBytes: {
    value: 4 * MiB,
    unit: 'bytes',
    reason: 'a blob up to it is hashed before it is stored, so that the same one again costs one row read',
  },
  sweepRowsMax: { value: 10_000, unit: 'count', reason: 'rows that one sweep removes; the next one takes the rest' },
  retainMarginMs: {
    value: DAY_MS,
    unit: 'ms',
    reason: 'a lock in the past is refused by the vault; what is given late is kept so long',
  },
});
