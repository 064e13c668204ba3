import { defineFailures } from '../../base/index.ts';

/** Failures of issues, of what people do with them, and of searching them. */
export const ISSUES_TRACKING_FAILURES = defineFailures('tracking', {
  notFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no issue {id}',
    hint: 'look for it in the list; it may have been deleted',
  },
  eventNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'the issue {id} has no event {event}',
    hint: 'ask for `latest`, `oldest` or `recommended`, or take an id from its list of events; old ones are removed',
  },
  noEvents: {
    status: 404,
    exit: 'notFound',
    message: 'all events of the issue {id} are removed',
    hint: 'its counters and its history stay; events are kept for as many days as the project says',
  },
  projectNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no project {project}',
    hint: 'list the projects; a project is named by its number here',
  },
  commentNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no comment {id}',
    hint: 'it may have been removed; only comments can be removed, other activity stays',
  },
  commentInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the comment has {chars} characters',
    hint: 'write 1 to {max} characters',
  },
  personNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'issues cannot be given to {id}',
    hint: 'choose one of the people who can sign in',
  },
  releaseInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the release {release} is not allowed',
    hint: 'use 1 to {max} characters without line ends, as the SDK sends it',
  },
  noRelease: {
    status: 409,
    exit: 'conflict',
    message: 'the project {project} has no release, so there is no next one',
    hint: 'let the SDK send its release or create one with sentry-cli, or resolve without a release',
  },
  conditionInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the condition of ignoring is not possible: {reason}',
    hint: 'give a time that is to come, or whole numbers of events or users within a window of a minute to a week',
  },
  changeInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the change is not possible: {reason}',
    hint: 'see docs/issue-search.md and the hints of the console for what issues can be told',
  },
  changedMeanwhile: {
    status: 409,
    exit: 'conflict',
    message: 'the issue {id} was changed by {by} meanwhile',
    hint: 'look at it as it is now and decide again',
  },
  tooManyAtOnce: {
    status: 400,
    exit: 'limit',
    message: '{count} issues are too many to change at once',
    hint: 'change at most {max}, and go on with the rest',
  },
  hashNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'the issue {id} does not own the hash {hash}',
    hint: 'list its hashes; another person may have moved this one',
  },
  nothingToUnmerge: {
    status: 409,
    exit: 'conflict',
    message: 'this cannot be taken out of the issue {id}: {reason}',
    hint: 'choose some of the hashes that have events, and leave at least one',
  },
  queryInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the search is not understood at character {at}: {reason}',
    hint: '{advice}',
  },
  cursorInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the cursor does not belong to this list',
    hint: 'pass the cursor of the previous page with the same search and order, or start again without one',
  },
  rangeInvalid: {
    status: 400,
    exit: 'usage',
    message: '{name} is {value}, which is not allowed',
    hint: 'use {allowed}',
  },
});
