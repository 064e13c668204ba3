import { defineLimits, MINUTE_MS } from '../../base/index.ts';

export const SIGV4_LIMITS = defineLimits('sigv4', {
  clockSkewMs: {
    value: 5 * MINUTE_MS,
    unit: 'ms',
    reason: 'the tolerance of AWS: a captured request can be replayed no longer than this',
  },
  presignedExpiresS: {
    value: 604_800,
    unit: 's',
    reason: 'the longest life that AWS allows for a presigned request: seven days',
  },
  signedHeaders: {
    value: 100,
    unit: 'count',
    reason: 'an SDK signs about ten; the work done before a key is known must stay small',
  },
  authorizationBytes: {
    value: 8192,
    unit: 'bytes',
    reason: 'an SDK sends about 300; bounds what is parsed before a key is known',
  },
});
