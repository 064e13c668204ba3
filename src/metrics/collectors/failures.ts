import { defineFailures } from '../../base/index.ts';

/** Failures of collectors. */
export const METRICS_COLLECTORS_FAILURES = defineFailures('collectors', {
  roundTimedOut: {
    status: 504,
    exit: 'unavailable',
    message: '{source} did not answer within {seconds} s',
    hint: 'see whether the server is overloaded or the network between is broken; it is asked again by itself',
    retryable: true,
  },
});
