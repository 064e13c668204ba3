import { defineFailures } from '../../base/index.ts';

export const ISSUES_HEALTH_FAILURES = defineFailures('issues-health', {
  rangeInvalid: {
    status: 400,
    exit: 'usage',
    message: '{field} is {value}, which is not {expected}',
    hint: 'set {field} to {expected}',
  },
  projectUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'there is no project {projectId}',
    hint: 'list the projects to see their ids',
  },
});
