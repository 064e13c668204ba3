import { defineFailures } from '../../base/index.ts';

/** Failures of the Sentry edge; answered as `{"detail", "causes"}` and in `X-Sentry-Error`. */
export const SENTRY_FAILURES = defineFailures('sentry', {
  credentialsMissing: {
    status: 403,
    exit: 'refused',
    message: 'the request carries no key of a project',
    hint: 'use the DSN of the project: its key goes into X-Sentry-Auth, into ?sentry_key= or as dsn into the envelope',
  },
  credentialsMalformed: {
    status: 403,
    exit: 'refused',
    message: 'the {part} is not what an SDK makes of a DSN',
    hint: 'copy the DSN from the settings of the project',
  },
  credentialsDiffer: {
    status: 403,
    exit: 'refused',
    message: 'the request names two different keys or projects',
    hint: 'header, query and the dsn of the envelope must be of the same DSN; give it once',
  },
  rejected: {
    status: 403,
    exit: 'refused',
    message: 'there is no project {projectId} with this key, or the key was switched off',
    hint: 'compare the DSN with the settings of the project',
  },
  originRefused: {
    status: 403,
    exit: 'refused',
    message: 'pages of this origin may not send to project {projectId}',
    hint: 'add the origin to the allowed origins in the settings of the project',
  },
  methodNotAllowed: {
    status: 405,
    exit: 'usage',
    message: '{path} does not answer {method}',
    hint: 'use POST',
  },
  envelopeMalformed: {
    status: 400,
    exit: 'usage',
    message: 'the envelope is malformed: {reason}',
    hint: 'nothing of it was stored; correct the sender, the same envelope will be refused again',
  },
  payloadInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the {itemType} is not valid: {problem}',
    hint: 'it was not stored; correct the sender, the same payload will be refused again',
  },
  payloadTooLarge: {
    status: 413,
    exit: 'limit',
    message: 'the {itemType} is larger than {limit} {unit}',
    hint: 'it was not stored; send less at a time, docs/limits.md has all limits',
  },
  notSupported: {
    status: 400,
    exit: 'usage',
    message: 'reports of {what} are counted and not kept',
    hint: 'send a minidump to /minidump/ or an event in an envelope instead',
  },
  rateLimited: {
    status: 429,
    exit: 'limit',
    message: 'all of the request is over the limits of the project: {categories}',
    hint: 'X-Sentry-Rate-Limits tells what to keep back and for how long; raise the limits in the settings of the project',
    retryable: true,
  },
});
