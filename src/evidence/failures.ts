import { defineFailures } from '../base/index.ts';

export const EVIDENCE_FAILURES = defineFailures('evidence', {
  probeUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'there is no probe named {probe}',
    hint: '`holdfast trust show` lists the probes',
  },
  pageTokenInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the page token is not one that was handed out',
    hint: 'start again without a page token',
  },
  probeTimedOut: {
    status: 504,
    exit: 'unavailable',
    message: 'the measurement {probe} did not end within {seconds} s',
    hint: 'the system is overloaded or a part of it hangs; `holdfast system show` and the log say which',
    retryable: true,
  },
});
