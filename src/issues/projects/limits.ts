import { defineLimits } from '../../base/index.ts';

export const ISSUES_PROJECTS_LIMITS = defineLimits('projects', {
  projectsMax: {
    value: 1_000,
    unit: 'count',
    reason: 'every project and its keys are held in memory, and lists show them all',
  },
  keysMax: { value: 50, unit: 'count', reason: 'keys of one project, the deactivated ones included' },
  nameCharsMax: { value: 200, unit: 'count', reason: 'names stand in tables and messages' },
  slugCharsMax: { value: 50, unit: 'count', reason: 'slugs are parts of addresses and of the short names of issues' },
  platformCharsMax: { value: 64, unit: 'count', reason: 'names of platforms are short words' },
  rulesCharsMax: { value: 65_536, unit: 'count', reason: 'rules of one project are parsed at once and held in memory' },
  originsMax: { value: 100, unit: 'count', reason: 'each request of a browser is compared with all of them' },
  originCharsMax: { value: 200, unit: 'count', reason: 'a scheme, a host name and a port fit' },
  retentionDaysDefault: { value: 90, unit: 'days', reason: 'long enough to compare two releases a quarter apart' },
  retentionDaysMax: { value: 3_650, unit: 'days', reason: 'ten years; partitions are dropped by day' },
  resolveAfterDaysMax: { value: 3_650, unit: 'days', reason: 'longer than any retention makes no sense' },
  perMinuteMax: { value: 10_000_000, unit: 'per minute', reason: 'far beyond what one machine takes' },
  previousGroupingDays: {
    value: 30,
    unit: 'days',
    reason: 'most issues that are alive are seen within a month, and find their way to the new algorithm by it',
  },
  countsFlushMs: { value: 5_000, unit: 'ms', reason: 'counts of what was sent may be lost for so long by a crash' },
  countKeysPerHourMax: {
    value: 200,
    unit: 'count',
    reason: 'senders choose the words of reasons and item types; what is beyond is counted as `other`',
  },
  countWordCharsMax: { value: 64, unit: 'count', reason: 'reasons and item types are short words' },
  countsKeptDays: { value: 90, unit: 'days', reason: 'statistics of a quarter' },
  statsRangeDaysMax: { value: 92, unit: 'days', reason: 'as long as counts are kept' },
  statsSeriesMax: { value: 500, unit: 'count', reason: 'more series than anybody reads on one page' },
  triedEventsMax: { value: 500, unit: 'count', reason: 'grouped on the main thread while somebody waits' },
  eraseRetryMs: { value: 30_000, unit: 'ms', reason: 'an engine that was away is asked again after it' },
});
