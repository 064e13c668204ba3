import { defineLimits, MiB, SECOND_MS } from '../../base/index.ts';

/** Limits of reading stored events. */
export const ISSUES_STORE_LIMITS = defineLimits('issues-store', {
  queryTimeoutMs: {
    value: 20 * SECOND_MS,
    unit: 'ms',
    reason: 'a page that has not its numbers by then is better told so',
  },
  queryMemoryBytes: {
    value: 512 * MiB,
    unit: 'bytes',
    reason: 'memory of one read; several run beside the writing of events',
  },
  hashesMax: {
    value: 20_000,
    unit: 'count',
    reason: 'hashes that one read may ask for: they stand in its text, which the engine bounds',
  },
  foundHashesMax: {
    value: 100_000,
    unit: 'count',
    reason: 'hashes that a search may find; more would not be a search',
  },
  pageMax: {
    value: 1000,
    unit: 'count',
    reason: 'events or feedback of one page',
  },
  stepsMax: {
    value: 2000,
    unit: 'count',
    reason: 'steps of a histogram; a chart has fewer pixels',
  },
  tagEventsMax: {
    value: 100_000,
    unit: 'count',
    reason:
      'the newest events that distributions of tags are made of: enough for shares, and bounded however many there are',
  },
  tagKeysMax: {
    value: 200,
    unit: 'count',
    reason: 'tags that a distribution is shown for',
  },
  tagValuesMax: {
    value: 20,
    unit: 'count',
    reason: 'values of one tag that are told apart, most frequent first; the total counts all',
  },
  recommendedAmongMax: {
    value: 1000,
    unit: 'count',
    reason: 'the newest events among which the one that tells most is looked for',
  },
  conditionsMax: {
    value: 200,
    unit: 'count',
    reason: 'parts of one condition, all levels together',
  },
  erasedHashesMax: {
    value: 2000,
    unit: 'count',
    reason: 'hashes whose events are removed by one statement, when a project is deleted',
  },
});
