import { defineFailures } from '../base/index.ts';

export const CLI_FAILURES = defineFailures('cli', {
  keyMissing: {
    status: 401,
    exit: 'refused',
    message: 'no API key is set',
    hint: 'set HOLDFAST_KEY=hf_<id>_<secret>; the console makes keys under Settings, and the first start makes the one in HOLDFAST_ADMIN_KEY',
  },
  serverAway: {
    status: 503,
    exit: 'unavailable',
    message: 'no Holdfast answers at {url}: {reason}',
    hint: 'start it with `npm start`, or set HOLDFAST_URL to where it runs',
    retryable: true,
  },
  answerUnreadable: {
    status: 502,
    exit: 'unavailable',
    message: '{url} answered {status} with something that is not Holdfast',
    hint: 'check HOLDFAST_URL; a proxy in between may have answered',
  },
  argumentInvalid: {
    status: 400,
    exit: 'usage',
    message: '{name} is {value}, which is not {expected}',
    hint: 'the command with --help shows examples',
  },
  noActiveKey: {
    status: 404,
    exit: 'notFound',
    message: 'the project {project} has no active key',
    hint: 'make one with `holdfast project key create {project}`',
  },
  downloadDamaged: {
    status: 502,
    exit: 'corrupt',
    message: 'what came of {name} is not what was committed',
    hint: 'the connection may have been cut; fetch it again, or from another zone with --zone',
    retryable: true,
  },
  queryFailed: {
    status: 400,
    exit: 'usage',
    message: 'the query ended as {status}: {reason}',
    hint: '{hint}',
  },
  checkFoundErrors: {
    status: 409,
    exit: 'environment',
    message: 'the check found {count} thing(s) that are wrong',
    hint: 'each stands above with its remedy',
  },
  runFailed: {
    status: 500,
    exit: 'unavailable',
    message: 'the {type} of {source} failed: {reason}',
    hint: '{hint}',
  },
});
