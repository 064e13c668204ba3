import { defineLimits, KiB, MiB } from '../../base/index.ts';

/** Limits of the edge for sentry-cli and bundler plugins. */
export const SENTRY_API_LIMITS = defineLimits('sentry-api', {
  jsonBytesMax: {
    value: 16 * MiB,
    unit: 'bytes',
    reason: 'a release with a thousand commits and their files, as a set-commits of a large repository sends it',
  },
  multipartOverheadBytes: { value: 64 * KiB, unit: 'bytes', reason: 'what the parts of an upload add to their chunks' },
  projectsMax: { value: 100, unit: 'count', reason: 'projects in one page' },
  listMax: { value: 100, unit: 'count', reason: 'items in one page, as Sentry has it' },
  bulkIssuesMax: { value: 1_000, unit: 'count', reason: 'issues that one call for all of them changes' },
  bulkStep: { value: 100, unit: 'count', reason: 'issues changed in one transaction' },
});
