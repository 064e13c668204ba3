import { defineFailures } from '../../base/index.ts';

/** Failures of releases and what is uploaded for them. A frame that cannot be mapped is a remark, not a failure. */
export const ISSUES_RELEASES_FAILURES = defineFailures('releases', {
  notFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no release {version}',
    hint: 'list the releases; a version is case-sensitive and is named whole, with its package',
  },
  projectNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no project {project}',
    hint: 'use the slug of a project that exists; list them with `holdfast project list`',
  },
  projectMissing: {
    status: 400,
    exit: 'usage',
    message: 'no project is named for {what}',
    hint: 'name at least one project, as sentry-cli does with --project or SENTRY_PROJECT',
  },
  versionInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the version {version} is not allowed: {reason}',
    hint: 'use 1 to {max} characters without slashes and control characters, such as package@1.2.3+4',
  },
  valueInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the {field} is not allowed: {reason}',
    hint: 'correct it and send the call again; nothing was changed',
  },
  inUse: {
    status: 409,
    exit: 'conflict',
    message: 'the release {version} has events and cannot be removed',
    hint: 'archive it instead: it leaves the lists and its events stay',
  },
  tooManyReleases: {
    status: 429,
    exit: 'limit',
    message: 'there are {max} releases already, which is the limit',
    hint: 'remove releases that have no events',
  },
  cursorInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the cursor does not belong to this list',
    hint: 'pass the cursor of the previous page, or start again without one',
  },
  bundleNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no artifact bundle {id}',
    hint: 'list the artifacts of the project or of the release',
  },
  chunkTooLarge: {
    status: 413,
    exit: 'limit',
    message: 'a chunk is larger than {max} bytes',
    hint: 'cut uploads as the chunk options of this server say',
  },
  chunkMismatch: {
    status: 400,
    exit: 'corrupt',
    message: 'a chunk has the checksum {found} and was announced as {announced}',
    hint: 'send the chunk again; it was changed on its way',
  },
  stagingFull: {
    status: 503,
    exit: 'unavailable',
    message: 'uploads that are not complete hold {bytes} bytes, and {max} are the most',
    hint: 'try again later: unfinished uploads are removed after some hours',
    retryable: true,
  },
  bundleRefused: {
    status: 422,
    exit: 'refused',
    message: 'the artifact bundle is refused: {reason}',
    hint: 'make it again with sentry-cli sourcemaps upload, in several parts when it is large',
  },
  tooManyAssemblies: {
    status: 429,
    exit: 'limit',
    message: 'there are {count} bundles being assembled or waiting, and the limit is {max}',
    hint: 'ask again in some seconds; the chunks stay',
    retryable: true,
  },
});
