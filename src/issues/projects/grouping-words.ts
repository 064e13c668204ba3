import { isFailure } from '../../base/index.ts';
import {
  DEFAULT_GROUPING_VERSION,
  findRuleProblems,
  GROUPING_VERSIONS,
  ISSUES_GROUPING_FAILURES,
} from '../grouping/index.ts';
import type { GroupingWords, RuleMistake } from './types.ts';

/** What grouping says of versions and rules, in the words of settings. */
export const groupingWords: GroupingWords = {
  versions: GROUPING_VERSIONS.map(({ id }) => id),
  defaultVersion: DEFAULT_GROUPING_VERSION,
  mistakes: (rules) => {
    try {
      return findRuleProblems(rules).map(({ language, line, column, reason, remedy }) => ({
        ...{ rules: wordOf(language), line, column },
        message: reason,
        hint: remedy,
      }));
    } catch (error) {
      // Rules that are too long are refused as a whole.
      if (!isFailure(error, ISSUES_GROUPING_FAILURES.rulesTooLong)) throw error;
      const { message, hint, details } = error;
      return [{ rules: wordOf(String(details.language)), line: 1, column: 1, message, hint }];
    }
  },
};

const wordOf = (language: string): RuleMistake['rules'] => (language === 'fingerprint' ? 'fingerprint' : 'enhancement');
