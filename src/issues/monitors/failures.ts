import { defineFailures } from '../../base/index.ts';

export const MONITORS_FAILURES = defineFailures('monitors', {
  slugInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the monitor slug {slug} cannot be used: {reason}',
    hint: 'give 1 to 50 lower-case letters, digits, hyphens and underscores, at least one of them a letter',
  },
  checkInInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the check-in has the {field} {value}, which is not {expected}',
    hint: 'set {field} to {expected}',
  },
  configInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the monitor has the {field} {value}, which is not {expected}',
    hint: 'set {field} to {expected}; docs/monitors.md tells what monitors accept',
  },
  unknown: {
    status: 404,
    exit: 'notFound',
    message: 'there is no monitor {slug} in this project',
    hint: 'create the monitor, or send monitor_config beside its first check-in',
  },
  exists: {
    status: 409,
    exit: 'conflict',
    message: 'there is a monitor {slug} in this project already',
    hint: 'update it, or choose another slug',
  },
  tooMany: {
    status: 400,
    exit: 'limit',
    message: '{what}: one more than {max} would be needed',
    hint: 'delete those that nobody needs; a slug or an environment must not change from run to run',
  },
  projectUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'there is no project {projectId}',
    hint: 'list the projects to see their ids',
  },
  environmentUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'the monitor {slug} has no environment {environment}',
    hint: 'look at the monitor to see its environments; names are case-sensitive',
  },
  rangeInvalid: {
    status: 400,
    exit: 'usage',
    message: '{field} is {value}, which is not {expected}',
    hint: 'set {field} to {expected}',
  },
});
