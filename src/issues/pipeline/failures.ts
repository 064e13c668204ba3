import { defineFailures } from '../../base/index.ts';

/** Failures of taking events. */
export const ISSUES_PIPELINE_FAILURES = defineFailures('issues-pipeline', {
  overloaded: {
    status: 503,
    exit: 'limit',
    message: 'the queue of events is full: {events} events with {bytes} bytes wait to be processed',
    hint: 'send the same events again after the time in Retry-After; nothing of this call was stored; look at "holdfast status" if it lasts',
    retryable: true,
  },
  notRunning: {
    status: 503,
    exit: 'unavailable',
    message: 'events are not taken while the program starts or stops',
    hint: 'send the same events again in a moment; nothing of this call was stored',
    retryable: true,
  },
});
