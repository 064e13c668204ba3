/**
 * redact: masks secrets in a record before the first byte of it is stored.
 *
 * Purpose: one redactor that every record's body, attribute and name passes through, in front of the database, the
 * spool, the own process log, mail and backups.
 * Invariants: pure (no clock, no I/O, nothing kept of a text between calls); masking its own output changes nothing;
 * text in which nothing was found comes back as the very same string; what could not be searched within the
 * limits is masked whole, so a failure never shows a secret. Only counts leave this area, never what was masked.
 * How: one pass over the text for all keywords of all rules (keyword-scan), then only the rules whose keyword
 * occurred, only where it occurred (find-secrets), then masks until a pass finds nothing (mask-text). Rules are
 * data in rules/; field names are judged in telling-name, by the same words in attributes and in running text.
 * Limits: see limits.ts; a budget of pattern steps, linear in the length, bounds the time for hostile text.
 * It does not verify whether a secret is live, does not look for personal data other than card numbers, does not decode
 * base64, compressed or encrypted content to look inside, and does not read what is already stored.
 */
export { createRedactor } from './create-redactor.ts';
export { type ExplainedMask, explainRedaction, type RedactionExplanation } from './explain-redaction.ts';
export { REDACT_FAILURES } from './failures.ts';
export { REDACT_LIMITS } from './limits.ts';
export { newRedactionReport } from './report.ts';
export { REDACTION_RULES } from './rules/index.ts';
export { judgeName, type NameVerdict } from './telling-name.ts';
export type { RedactionReport, RedactionRule, RedactionValidator, Redactor } from './types.ts';
