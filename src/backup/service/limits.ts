import { defineLimits, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../base/index.ts';

export const BACKUP_SERVICE_LIMITS = defineLimits('backup-service', {
  sourcesMax: { value: 100, unit: 'count', reason: 'each has a stream, a heartbeat and a schedule of its own' },
  runsRememberedMax: {
    value: 200,
    unit: 'count',
    reason: 'runs are kept in memory; snapshots and reports stand elsewhere',
  },
  reportsListedMax: { value: 500, unit: 'count', reason: 'a report a day for a year and more in one answer' },
  snapshotJitterMs: {
    value: 10 * MINUTE_MS,
    unit: 'ms',
    reason: 'many sources with one schedule do not read their disks in the same minute',
  },
  snapshotRetryMs: { value: 5 * MINUTE_MS, unit: 'ms', reason: 'a failed snapshot is tried again well within the day' },
  firstSnapshotDelayMs: { value: 2 * SECOND_MS, unit: 'ms', reason: 'the stream gets its slot first' },
  vaultRetryMs: { value: 10 * SECOND_MS, unit: 'ms', reason: 'a vault whose zones come back is read soon' },
  retentionSweepMs: { value: HOUR_MS, unit: 'ms', reason: 'what may go, goes within the hour' },
  clockSkewWarnMs: {
    value: 2 * SECOND_MS,
    unit: 'ms',
    reason: 'beyond it, times of commits mislead whoever picks a second',
  },
  checkTimeoutMs: { value: 10 * SECOND_MS, unit: 'ms', reason: 'a check answers in one screen and soon' },
});
