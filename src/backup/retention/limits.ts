import { DAY_MS, defineLimits, HOUR_MS, MINUTE_MS } from '../../base/index.ts';

export const BACKUP_RETENTION_LIMITS = defineLimits('backup-retention', {
  windowMarginMs: {
    value: 2 * HOUR_MS,
    unit: 'ms',
    reason: 'the window reaches back that much further, so that its first second is never the one being removed',
  },
  lockAheadMs: {
    value: 12 * HOUR_MS,
    unit: 'ms',
    reason:
      'what the window needs and whose lock ends within it gets a longer one; longer than a night without Holdfast',
  },
  lockStepMs: { value: 2 * DAY_MS, unit: 'ms', reason: 'by how much such a lock is made longer: every other day' },
  clockToleranceMs: { value: 5 * MINUTE_MS, unit: 'ms', reason: 'steps of NTP; more is a clock that was set' },
  extendsInFlight: { value: 4, unit: 'count', reason: 'locks that are lengthened at once' },
  planMsMax: { value: HOUR_MS, unit: 'ms', reason: 'a plan that is older was made of what may have changed' },
});
