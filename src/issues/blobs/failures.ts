import { defineFailures } from '../../base/index.ts';

export const ISSUES_BLOBS_FAILURES = defineFailures('blobs', {
  notFound: {
    status: 404,
    exit: 'notFound',
    message: 'there are no bytes {id}',
    hint: 'they were never stored, or their time to be kept has passed',
  },
  tooLarge: {
    status: 413,
    exit: 'limit',
    message: 'what was given to be kept is larger than {max} bytes',
    hint: 'send less of it at once',
  },
});
