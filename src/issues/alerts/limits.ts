import { DAY_MS, defineLimits, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../base/index.ts';

/** Limits of issue alerts: rules, how many alerts come one by one, and what a look at the past may cost. */
export const ISSUE_ALERTS_LIMITS = defineLimits('issue-alerts', {
  rulesPerProjectMax: {
    value: 50,
    unit: 'count',
    reason: 'each signal of a project is compared with each of its rules',
  },
  triggersMax: { value: 10, unit: 'count', reason: 'of one rule' },
  tagFiltersMax: { value: 20, unit: 'count', reason: 'of one rule' },
  environmentsMax: { value: 50, unit: 'count', reason: 'of one rule' },
  textCharsMax: { value: 200, unit: 'count', reason: 'names, keys and values that people type' },
  thresholdMax: { value: 10_000_000, unit: 'count', reason: 'events or users; more is a mistake' },
  windowMsMin: { value: MINUTE_MS, unit: 'ms', reason: 'bursts are looked for every few seconds' },
  windowMsMax: { value: 7 * DAY_MS, unit: 'ms', reason: 'longer windows cost much and tell little' },
  signalsBatch: { value: 200, unit: 'count', reason: 'signals decided in one transaction' },
  retryMs: {
    value: 2 * SECOND_MS,
    unit: 'ms',
    reason: 'pause after a decision that failed, with the store away for one',
  },
  pollMs: {
    value: 5 * SECOND_MS,
    unit: 'ms',
    reason: 'signals are decided as they come; the poll is for those that nobody called for, and for the clock',
  },
  individualPerWindow: {
    value: 20,
    unit: 'count',
    reason: 'alerts of one project that come one by one within the window; what is more is a storm with one alert',
  },
  stormWindowMs: {
    value: 10 * MINUTE_MS,
    unit: 'ms',
    reason: 'a storm ends after a window with at most half as many as would come one by one',
  },
  stormRefreshMs: { value: 30 * SECOND_MS, unit: 'ms', reason: 'how often the numbers of a storm are renewed' },
  stormTitles: { value: 5, unit: 'count', reason: 'worst titles told in the alert of a storm' },
  quietMs: {
    value: 3 * HOUR_MS,
    unit: 'ms',
    reason: 'an alert whose issue was not seen for so long ends, before it would be repeated every four hours',
  },
  quietEveryMs: { value: MINUTE_MS, unit: 'ms', reason: 'how often open alerts are compared with their issues' },
  quietBatch: { value: 500, unit: 'count', reason: 'open alerts compared at once, those longest not looked at first' },
  burstEveryMs: { value: 15 * SECOND_MS, unit: 'ms', reason: 'how often frequency and users of issues are looked at' },
  burstOverlapMs: {
    value: 5 * SECOND_MS,
    unit: 'ms',
    reason: 'issues seen so long before the last look are looked at again',
  },
  burstIssuesMax: {
    value: 1_000,
    unit: 'count',
    reason: 'issues with new events that are looked at in one turn, the most recent first',
  },
  burstHashesMax: { value: 5_000, unit: 'count', reason: 'hashes counted in one query' },
  queryTimeoutMs: { value: 20 * SECOND_MS, unit: 'ms', reason: 'a look at stored events; the next turn tries again' },
  dryRunMs: { value: 7 * DAY_MS, unit: 'ms', reason: 'how far back a dry run looks; signals are kept as long' },
  dryRunSignalsMax: { value: 2_000, unit: 'count', reason: 'signals that one dry run looks at' },
  dryRunBurstsMax: { value: 2_000, unit: 'count', reason: 'bursts that one dry run looks at' },
  dryRunFiringsMax: { value: 200, unit: 'count', reason: 'firings shown; the rest are counted' },
  blindMs: {
    value: 60 * SECOND_MS,
    unit: 'ms',
    reason: 'an event that waits longer is told of by errors:blind: issues and their alerts lag behind',
  },
  bodyLineChars: { value: 300, unit: 'count', reason: 'one line of an alert on a telephone' },
});
