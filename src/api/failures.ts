import { defineFailures } from '../base/index.ts';

export const API_FAILURES = defineFailures('api', {
  bodyInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the request is not of the right form: {problem}',
    hint: '/api/v1/openapi.json describes every request',
  },
  bodyTooLarge: {
    status: 413,
    exit: 'limit',
    message: 'the request body is larger than {max} bytes',
    hint: 'send less at once; logs are sent to the ingest endpoints, which take more',
  },
  pathUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'there is nothing at {method} {path}',
    hint: '/api/v1/openapi.json lists every path',
  },
  eventUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'there is no event {event} that you may read',
    hint: 'it may not be processed yet, or its retention has passed',
  },
  monitorIdInvalid: {
    status: 400,
    exit: 'usage',
    message: '{monitor} is not the id of a monitor',
    hint: 'it is `<project id>.<slug>`, as lists of monitors have it',
  },
  attachmentUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'this event has no attachment {attachment}',
    hint: 'read the event again; attachments end with the retention of their project',
  },
  commentUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'this issue has no comment {comment}',
    hint: 'read the activity of the issue again',
  },
  unauthenticated: {
    status: 401,
    exit: 'refused',
    message: 'the request carries neither a session nor an API key',
    hint: 'sign in, or send `Authorization: Bearer hf_<id>_<secret>`',
  },
  internal: {
    status: 500,
    exit: 'bug',
    message: 'something went wrong inside Holdfast',
    hint: 'the log has the details under this request id; report it if it happens again',
  },
});
