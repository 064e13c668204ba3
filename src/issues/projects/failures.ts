import { defineFailures } from '../../base/index.ts';

export const ISSUES_PROJECTS_FAILURES = defineFailures('projects', {
  notFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no project {project}',
    hint: 'list the projects; a project is named by its id or its slug',
  },
  nameInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the {field} {value} is not allowed: {reason}',
    hint: 'use 1 to {max} characters without control characters, and no space at either end',
  },
  slugInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the slug {slug} is not allowed',
    hint: 'use 1 to {max} lower-case letters, digits and hyphens with a letter among them, and no hyphen at either end',
  },
  slugTaken: {
    status: 409,
    exit: 'conflict',
    message: 'there is a project with the slug {slug} already',
    hint: 'choose another slug',
  },
  tooMany: {
    status: 429,
    exit: 'limit',
    message: 'there are {count} {what} already, and the limit is {max}',
    hint: 'delete or deactivate what nobody uses',
  },
  settingInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the setting {setting} is not possible: {reason}',
    hint: 'see docs/issues.md for what each setting may be',
  },
  rulesInvalid: {
    status: 400,
    exit: 'usage',
    message: 'line {line} of the {rules} rules is wrong: {reason}',
    hint: '{hint}',
  },
  notConfirmed: {
    status: 400,
    exit: 'usage',
    message: 'the project {project} is not deleted, because its name was not typed again',
    hint: 'confirm with {name}; its issues, events, releases and monitors go with it',
  },
  internal: {
    status: 403,
    exit: 'refused',
    message: 'the project {project} belongs to Holdfast itself and cannot be changed',
    hint: 'make a project of your own',
  },
  keyNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'the project {project} has no key {key}',
    hint: 'list the keys of the project',
  },
  rangeInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the range from {fromMs} to {toMs} is not possible',
    hint: 'the end must be later than the beginning, and at most {days} days later',
  },
});
