import { defineFailures } from '../base/index.ts';

export const DRILLS_FAILURES = defineFailures('drills', {
  canaryRefused: {
    status: 500,
    exit: 'unavailable',
    message: 'the canary over {protocol} was answered {status}: {answer}',
    hint: 'the answer says what ingestion refuses; the log has more',
  },
  alertNotReceived: {
    status: 500,
    exit: 'unavailable',
    message: 'no notification that the canary {key} is {state} came within {seconds} s',
    hint: 'see the alarms that cannot be evaluated, how long events wait for their processing, the channels that fail, and whether a silence holds everything back',
  },
  canaryNotFound: {
    status: 500,
    exit: 'unavailable',
    message: 'the canary over {protocol} was acknowledged and not found within {seconds} s',
    hint: 'compare `holdfast logs query` on /holdfast/probe with the log; the store or the query path is broken',
  },
});
