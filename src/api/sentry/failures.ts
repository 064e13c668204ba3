import { defineFailures } from '../../base/index.ts';

/** What the edge for sentry-cli refuses besides what the verbs refuse. */
export const SENTRY_API_FAILURES = defineFailures('sentry-api', {
  notFound: {
    status: 404,
    exit: 'notFound',
    message: 'the requested resource {path} does not exist',
    hint: 'docs/sentry-compatibility.md lists what sentry-cli can ask of this server',
  },
  organizationNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no organization {organization}',
    hint: 'this server has one organization, holdfast: set SENTRY_ORG=holdfast',
  },
  projectNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no project {project}',
    hint: 'set SENTRY_PROJECT to the slug of a project; sentry-cli projects list shows them',
  },
  bodyInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the request is not understood: {reason}',
    hint: 'use sentry-cli 3 or the bundler plugins of its time',
  },
  notSupported: {
    status: 400,
    exit: 'usage',
    message: '{what} is not supported by this server',
    hint: '{instead}',
  },
  internal: {
    status: 500,
    exit: 'bug',
    message: 'the server failed inside',
    hint: 'its log says why, by the request id {requestId}',
  },
});
