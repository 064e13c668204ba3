import { defineFailures } from '../../base/index.ts';

/** Failures of the store of metric points. */
export const METRICS_STORE_FAILURES = defineFailures('metrics', {
  pointInvalid: {
    status: 400,
    exit: 'usage',
    message: 'point {point} cannot be stored: {reason}',
    hint: 'correct the point; no point of this call was stored',
  },
  tooManySeries: {
    status: 429,
    exit: 'limit',
    message:
      '{now} series are live and this call would bring {more} new ones, more than the {max} that are kept in memory',
    hint: 'send fewer different dimensions, or come back when series have been silent for three hours',
    retryable: false,
  },
  tooManyPoints: {
    status: 413,
    exit: 'limit',
    message: 'a call holds {points} points, more than {max}',
    hint: 'send the points in several calls',
  },
  periodInvalid: {
    status: 400,
    exit: 'usage',
    message: 'a period of {periodSeconds} seconds is not possible',
    hint: 'use 1, 5, 10, 20 or 30 seconds, or a multiple of 60',
  },
  rangeInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the range from {fromMs} to {toMs} is not possible: {reason}',
    hint: 'give a start before the end, both in milliseconds since 1970',
  },
  tooManyDatapoints: {
    status: 422,
    exit: 'limit',
    message: 'the answer could hold {points} values, more than {max}',
    hint: 'ask for fewer metrics, a shorter range or a longer period',
  },
  tooManyQueries: {
    status: 400,
    exit: 'limit',
    message: 'a call holds {queries} queries, more than {max}',
    hint: 'ask for them in several calls',
  },
  queryIdInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the id "{id}" of a query is not possible: {reason}',
    hint: 'an id begins with a lower-case letter, goes on with letters, digits and underscores, and is used once',
  },
  pageTokenInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the token of the next page is none that was given out',
    hint: 'begin with the first page again',
  },
});
