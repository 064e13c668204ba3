import { defineLimits } from '../base/index.ts';

export const EVIDENCE_LIMITS = defineLimits('evidence', {
  freshCadences: {
    value: 1.5,
    unit: 'count',
    reason: 'a proof counts for its cadence and half of it again, so that a run under way is not a gap',
  },
  clockSkewMs: {
    value: 5000,
    unit: 'ms',
    reason: 'a proof this far in the future is the clock being slewed, not set back',
  },
  probeTimeoutMs: {
    value: 60_000,
    unit: 'ms',
    reason: 'a measurement that takes longer has failed, and blindness is told within a minute',
  },
  retryAfterFailureMs: {
    value: 15_000,
    unit: 'ms',
    reason: 'a broken promise is measured again soon, so that mending shows at once',
  },
  tallyFlushMs: {
    value: 5000,
    unit: 'ms',
    reason: 'counts of masks may be this old on disk; a crash loses no more of them',
  },
  tallyDaysMax: { value: 400, unit: 'days', reason: 'as far back as an audit period asks' },
  proofsPageMax: { value: 200, unit: 'count', reason: 'what a page of evidence holds at the most' },
});
