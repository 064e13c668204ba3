/**
 * issues/grouping: which events are the same failure.
 *
 * Purpose: from a normalized event make hashes, a title and a place; say which parts of the event the hashes are made
 * of and why the others were left out; read and check the two rule languages; try rules on events before they are saved.
 * Invariants: pure, without I/O, clock or randomness; never throws for any event; the same event, version and rules
 * give the same hashes for ever, because hashes are stored: what would change them is a new version beside the old one.
 * Line numbers, addresses, paths of deployment, values in messages and the order of unrelated fields never count.
 * Limits: limits.ts; all matching is linear in the text, whatever people write into rules.
 * It does not know issues: which issue a hash belongs to is tracked elsewhere, so that merging teaches and unmerging
 * loses nothing.
 */
export { checkGroupingSettings, findRuleProblems } from './check-rules.ts';
export { createGrouping, type Grouping, groupingSettingsOf } from './create-grouping.ts';
export { ISSUES_GROUPING_FAILURES } from './failures.ts';
export { ISSUES_GROUPING_LIMITS } from './limits.ts';
export { normalizeMessage, parameterize } from './message-text.ts';
export { type EnhancementRule, parseEnhancementRules } from './parse-enhancement-rules.ts';
export { type FingerprintRule, parseFingerprintRules } from './parse-fingerprint-rules.ts';
export type { RuleProblem } from './parse-line.ts';
export {
  type TriedEvent,
  type TriedGroup,
  type TriedMerge,
  type TriedRules,
  type TriedSplit,
  tryRules,
} from './try-rules.ts';
export { DEFAULT_GROUPING_VERSION, GROUPING_VERSIONS } from './versions.ts';
