import { Failure } from '../../base/index.ts';
import type { GroupingSettings } from '../types.ts';
import { ISSUES_GROUPING_FAILURES } from './failures.ts';
import { readEnhancementRules } from './parse-enhancement-rules.ts';
import { readFingerprintRules } from './parse-fingerprint-rules.ts';
import { type RuleProblem, refuseProblem } from './parse-line.ts';
import { findVersion, GROUPING_VERSIONS } from './versions.ts';

/** All lines of both languages that cannot be used, for showing them beside the text. Too long texts are refused. */
export function findRuleProblems(rules: Omit<GroupingSettings, 'version'>): readonly RuleProblem[] {
  return [
    ...readFingerprintRules(rules.fingerprintRules).problems,
    ...readEnhancementRules(rules.enhancementRules).problems,
  ];
}

/** Refuses settings that could not be used as they are: what the API calls before it saves them. */
export function checkGroupingSettings(settings: GroupingSettings): void {
  if (findVersion(settings.version) === undefined) {
    const versions = GROUPING_VERSIONS.map(({ id }) => id).join(', ');
    throw new Failure(ISSUES_GROUPING_FAILURES.versionUnknown, { version: settings.version, versions });
  }
  const [problem] = findRuleProblems(settings);
  if (problem !== undefined) refuseProblem(problem);
}
