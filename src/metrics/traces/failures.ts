import { defineFailures } from '../../base/index.ts';

/** Failures of reading traces. */
export const METRICS_TRACES_FAILURES = defineFailures('traces', {
  traceIdInvalid: {
    status: 400,
    exit: 'usage',
    message: '"{traceId}" is not the id of a trace',
    hint: 'a trace id has 32 hexadecimal digits',
  },
  traceMissing: {
    status: 404,
    exit: 'notFound',
    message: 'there is no trace {traceId}',
    hint: 'it may be older than the retention of traces, or its spans may not have arrived yet',
  },
  rangeInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the range from {fromMs} to {toMs} is not possible',
    hint: 'give a start before the end, both in milliseconds since 1970',
  },
});
