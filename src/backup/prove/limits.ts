import { DAY_MS, defineLimits, HOUR_MS, KiB, MINUTE_MS, MiB, SECOND_MS } from '../../base/index.ts';

export const BACKUP_PROVE_LIMITS = defineLimits('backup-prove', {
  heartbeatGapMs: {
    value: 2 * SECOND_MS,
    unit: 'ms',
    reason: 'a row is written each second; the second may be under way',
  },
  statementMs: { value: 10 * MINUTE_MS, unit: 'ms', reason: 'a check that reads a large table on a busy machine' },
  connectMs: { value: 30 * SECOND_MS, unit: 'ms', reason: 'the server has said that it accepts connections' },
  checks: { value: 50, unit: 'count', reason: 'checks of one source that people wrote' },
  checkValueBytes: { value: 4 * KiB, unit: 'bytes', reason: 'what a report keeps of the result of a check' },
  pageReadBytes: { value: MiB, unit: 'bytes', reason: 'one read of the page check; the event loop waits for its sums' },
  badPagesShown: { value: 10, unit: 'count', reason: 'pages that a report names; the number of all is told too' },
  stopLeftoverMs: { value: 10 * SECOND_MS, unit: 'ms', reason: 'an immediate shutdown writes nothing' },
  newestEveryMs: { value: DAY_MS, unit: 'ms', reason: 'the newest state is proven as often as snapshots are taken' },
  randomEveryMs: { value: 7 * DAY_MS, unit: 'ms', reason: 'a random second and a random day, each week' },
  retryAfterFailureMs: {
    value: HOUR_MS,
    unit: 'ms',
    reason: 'a failed proof is tried again soon, and not without end',
  },
});
