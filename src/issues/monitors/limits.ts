import { DAY_MS, defineLimits, HOUR_MS, SECOND_MS } from '../../base/index.ts';

/** Limits of crons: monitors, their check-ins and the clock that looks after them. */
export const MONITORS_LIMITS = defineLimits('monitors', {
  perProjectMax: {
    value: 500,
    unit: 'count',
    reason: 'monitors of one project; a slug made anew with each run would fill the store',
  },
  environmentsMax: { value: 50, unit: 'count', reason: 'of one monitor; names made by machines would fill the store' },
  slugCharsMax: { value: 50, unit: 'count', reason: 'what Sentry allows' },
  nameCharsMax: { value: 128, unit: 'count', reason: 'one line of a list' },
  textCharsMax: { value: 200, unit: 'count', reason: 'names of environments and releases; longer ones are cut' },
  scheduleCharsMax: { value: 255, unit: 'count', reason: 'a crontab that people can read' },
  intervalValueMax: { value: 10_000, unit: 'count', reason: 'more of a unit is a mistake in the unit' },
  marginMinutesMax: { value: 40_320, unit: 'count', reason: 'four weeks, what Sentry allows' },
  runtimeMinutesMax: { value: 40_320, unit: 'count', reason: 'four weeks, what Sentry allows' },
  thresholdMax: { value: 720, unit: 'count', reason: 'runs in a row, what Sentry allows' },
  marginMinutesDefault: { value: 1, unit: 'count', reason: 'as Sentry: a minute late is not missed' },
  runtimeMinutesDefault: { value: 30, unit: 'count', reason: 'as Sentry' },
  earlyMs: {
    value: 30 * SECOND_MS,
    unit: 'ms',
    reason: 'a run that begins so much before its time is that run: clocks differ. At most a quarter of the schedule',
  },
  tickMs: {
    value: 5 * SECOND_MS,
    unit: 'ms',
    reason: 'schedules are in minutes; people hear of a miss within seconds',
  },
  tickBatch: { value: 200, unit: 'count', reason: 'environments and runs that are due, taken at once' },
  tickGapMs: {
    value: 30 * SECOND_MS,
    unit: 'ms',
    reason: 'a pause between two turns that counts as downtime: the machine slept, or the store was away',
  },
  startOverlapMs: {
    value: 5 * SECOND_MS,
    unit: 'ms',
    reason: 'Holdfast last noted that it runs up to so long before it ended',
  },
  blindAtTimeMs: {
    value: 60 * SECOND_MS,
    unit: 'ms',
    reason: 'most check-ins come within a minute of their time: downtime in it makes a run unknown',
  },
  blindShareDivisor: {
    value: 10,
    unit: 'count',
    reason: 'downtime over a tenth of the time in which a check-in may come makes a run unknown',
  },
  downtimeKeptMs: { value: 60 * DAY_MS, unit: 'ms', reason: 'longer than the longest margin and runtime' },
  keptMs: { value: 90 * DAY_MS, unit: 'ms', reason: 'runs are shown for three months' },
  durationMsMax: { value: 28 * DAY_MS, unit: 'ms', reason: 'as long as a run may take' },
  absentLookedAt: {
    value: 20,
    unit: 'count',
    reason: 'newest runs among which one that was missed is looked for when a check-in comes late',
  },
  missedPerTurnMax: {
    value: 100,
    unit: 'count',
    reason: 'missed runs of one environment written in one transaction; the next turn goes on',
  },
  runsPerEnvironmentMax: {
    value: 20_000,
    unit: 'count',
    reason: 'two weeks of a run a minute; older runs go first when there are more',
  },
  sweepMs: { value: HOUR_MS, unit: 'ms', reason: 'between two removals of old runs' },
  pageMax: { value: 200, unit: 'count', reason: 'runs of one answer' },
  timelineStepsMax: { value: 500, unit: 'count', reason: 'steps of a timeline, more than a screen is wide' },
  previewMax: { value: 50, unit: 'count', reason: 'times shown to who writes a schedule' },
  schedulesCached: { value: 2_000, unit: 'count', reason: 'parsed schedules kept in memory' },
});
