import { defineFailures } from '../base/index.ts';

/** Failures of redaction: all are about rules; masking itself never throws. */
export const REDACT_FAILURES = defineFailures('redact', {
  ruleInvalid: {
    status: 422,
    exit: 'usage',
    message: 'redaction rule {rule} cannot be used: {reason}',
    hint: 'correct the rule; docs/formats/redaction-rules.md describes every field',
  },
});
