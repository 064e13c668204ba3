import { defineFailures } from '../base/index.ts';

/** Failures of the audit log. Whoever must leave a record and cannot, must not do what it would record. */
export const AUDIT_FAILURES = defineFailures('audit', {
  overloaded: {
    status: 503,
    exit: 'limit',
    message: '{pending} audit records wait to be written, which is the most that may wait',
    hint: 'try again in a moment; when it lasts, the relational store is too slow',
    retryable: true,
  },
  closed: {
    status: 503,
    exit: 'unavailable',
    message: 'the audit log is closed because Holdfast stops',
    hint: 'try again when Holdfast runs again',
    retryable: true,
  },
  limitInvalid: {
    status: 400,
    exit: 'usage',
    message: 'a page of {limit} audit records was asked for',
    hint: 'ask for 1 to {limitMax} records',
  },
  pageTokenInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the page token does not belong to this search of the audit log',
    hint: 'repeat the search without a token, or with the very filters that the token came from',
  },
});
