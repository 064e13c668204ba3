import { defineFailures } from '../../base/index.ts';

/** Failures of reading stored events. */
export const ISSUES_STORE_FAILURES = defineFailures('issues-store', {
  tooMany: {
    status: 400,
    exit: 'limit',
    message: 'a read of events asks for {count} {what}, more than the {max} that one read may ask for',
    hint: 'ask for fewer issues at once, or narrow the search',
  },
});
