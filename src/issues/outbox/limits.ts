import { defineLimits, MINUTE_MS, SECOND_MS } from '../../base/index.ts';

export const ISSUES_OUTBOX_LIMITS = defineLimits('issues-outbox', {
  batch: { value: 200, unit: 'count', reason: 'alerts read at once; notify stores as many in one transaction' },
  retryMs: { value: 2 * SECOND_MS, unit: 'ms', reason: 'pause after notify did not take an alert; doubles with each' },
  retryMsMax: { value: MINUTE_MS, unit: 'ms', reason: 'people hear within a minute once notify takes alerts again' },
  pollMs: {
    value: 15 * SECOND_MS,
    unit: 'ms',
    reason: 'rows are offered as they are written; the poll is for those that rest after a refusal',
  },
});
