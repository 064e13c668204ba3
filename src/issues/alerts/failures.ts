import { defineFailures } from '../../base/index.ts';

export const ISSUE_ALERTS_FAILURES = defineFailures('issue-alerts', {
  ruleInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the rule has the {field} {value}, which is not {expected}',
    hint: 'set {field} to {expected}; docs/issue-alerts.md tells what rules accept',
  },
  ruleUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'the project {project} has no alert rule {rule}',
    hint: 'list the rules of the project to see their ids',
  },
  projectUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'there is no project {projectId}',
    hint: 'list the projects to see their ids',
  },
  tooManyRules: {
    status: 400,
    exit: 'limit',
    message: 'the project {project} would have more than {max} alert rules',
    hint: 'remove rules that nobody needs, or put several triggers into one',
  },
  rangeInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the range from {fromMs} to {toMs} cannot be looked at',
    hint: 'give a range that ends after it begins, within the last seven days',
  },
});
