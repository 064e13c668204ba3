import { DAY_MS, defineLimits, HOUR_MS, MiB, SECOND_MS } from '../base/index.ts';

export const DRILLS_LIMITS = defineLimits('drills', {
  receivedBytesMax: { value: MiB, unit: 'bytes', reason: 'a notification that the probe receives is far smaller' },
  alertDeliveredMs: {
    value: 10 * SECOND_MS,
    unit: 'ms',
    reason:
      'from the point that crosses a threshold to the notification; below a second on an idle machine, and within seconds on one at its limits',
  },
  alertCadenceMsMin: {
    value: 90 * SECOND_MS,
    unit: 'ms',
    reason: 'a run takes up to half a minute, most of it for the alarm to end: oftener it would run all the time',
  },
  alertWaitMs: {
    value: 20 * SECOND_MS,
    unit: 'ms',
    reason: 'how long the probe waits for a notification, to tell a late one from none',
  },
  alertEndWaitMs: {
    value: 30 * SECOND_MS,
    unit: 'ms',
    reason: 'an alarm ends when a whole period of ten seconds is below its threshold and had time to settle',
  },
  eventWaitMsMax: {
    value: 60 * SECOND_MS,
    unit: 'ms',
    reason: 'an event that waits longer for its processing is not tracked in real time',
  },
  sdkFlushMs: { value: 5 * SECOND_MS, unit: 'ms', reason: 'the SDK hands its event over in milliseconds' },
  databaseMetricsAgeMax: {
    value: 60 * SECOND_MS,
    unit: 'ms',
    reason: 'databases are looked at four times a minute; older numbers are not real time',
  },
  canaryFindMs: { value: 10_000, unit: 'ms', reason: 'an acknowledged log that is not found by then counts as lost' },
  scanChunkBytes: {
    value: 4 * MiB,
    unit: 'bytes',
    reason: 'files are read piece by piece, so that a large one costs little memory',
  },
  firstSnapshotMs: {
    value: 50 * SECOND_MS,
    unit: 'ms',
    reason:
      'a source that was just added takes its first snapshot and is restored from it once; below the time of a probe',
  },
  snapshotAgeMsMax: {
    value: 26 * HOUR_MS,
    unit: 'ms',
    reason: 'a day, the jitter of the schedule and a long snapshot',
  },
  restorableLagMsMax: {
    value: 30 * SECOND_MS,
    unit: 'ms',
    reason: 'a stream further behind does not keep to its seconds',
  },
  proofAgeMsMax: { value: 8 * DAY_MS, unit: 'ms', reason: 'a restore is proven daily, a random second weekly' },
  probeRetentionDays: { value: 3, unit: 'days', reason: 'canaries are not worth more' },
});
