import { defineFailures } from '../../base/index.ts';

/** Failures of grouping: all are about rules and versions that people choose; grouping an event never throws. */
export const ISSUES_GROUPING_FAILURES = defineFailures('grouping', {
  ruleInvalid: {
    status: 422,
    exit: 'usage',
    message: 'line {line}, column {column} of the {language} rules cannot be used: {reason}',
    hint: '{remedy}; docs/grouping.md describes the language with examples',
  },
  rulesTooLong: {
    status: 413,
    exit: 'limit',
    message: 'the {language} rules have {size} {unit}, and the limit is {max}',
    hint: 'join rules by patterns with * or remove what no event matches any more',
  },
  versionUnknown: {
    status: 422,
    exit: 'usage',
    message: 'there is no grouping version {version}',
    hint: 'use one of: {versions}',
  },
  triedTooMany: {
    status: 413,
    exit: 'limit',
    message: 'the rules should be tried on {count} events, and the limit is {max}',
    hint: 'try them on a shorter time or on fewer issues',
  },
});
