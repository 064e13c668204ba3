import { DAY_MS, defineLimits, MINUTE_MS, SECOND_MS } from '../../base/index.ts';

/** Limits of release health: sessions that are open, and what a look at them may cost. */
export const ISSUES_HEALTH_LIMITS = defineLimits('issues-health', {
  openSessionsMax: {
    value: 50_000,
    unit: 'count',
    reason: 'sessions remembered so that each counts once, about 7 MiB; the oldest are forgotten first',
  },
  updateAgeMsMax: {
    value: 5 * DAY_MS,
    unit: 'ms',
    reason: 'for so long a session may be updated, as Sentry documents',
  },
  countMax: { value: 100_000_000, unit: 'count', reason: 'sessions of one aggregate; more is no number of a minute' },
  textCharsMax: { value: 200, unit: 'count', reason: 'names of releases and environments; longer ones are cut' },
  textsCached: { value: 5_000, unit: 'count', reason: 'names that were looked through for secrets lately' },
  saveMs: {
    value: 10 * MINUTE_MS,
    unit: 'ms',
    reason: 'how often open sessions are written down; kill -9 forgets what came since',
  },
  stepsMax: { value: 500, unit: 'count', reason: 'steps of a trend, more than a screen is wide' },
  stepMsMin: { value: MINUTE_MS, unit: 'ms', reason: 'sessions are counted by the minute' },
  releasesMax: { value: 200, unit: 'count', reason: 'releases of one answer' },
  rangeMsMax: { value: 400 * DAY_MS, unit: 'ms', reason: 'longer than sessions are kept by default' },
  queryTimeoutMs: { value: 20 * SECOND_MS, unit: 'ms', reason: 'a page that waits longer has lost its reader' },
});
