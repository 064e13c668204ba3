import { defineFailures } from '../base/index.ts';

/** Failures of every ingest edge; each protocol says them in its own words. */
export const INGEST_FAILURES = defineFailures('ingest', {
  credentialsMissing: {
    status: 401,
    exit: 'refused',
    message: 'the request to {path} carries no API key',
    hint: 'send the header "Authorization: Bearer hf_<id>_<secret>"; make a key with the scope logs:Write',
  },
  methodNotAllowed: {
    status: 405,
    exit: 'usage',
    message: '{path} does not answer {method}',
    hint: 'use POST',
  },
  contentTypeUnsupported: {
    status: 415,
    exit: 'usage',
    message: 'the content type {contentType} is not accepted at {path}',
    hint: 'send one of {accepted}',
  },
  encodingUnsupported: {
    status: 415,
    exit: 'usage',
    message: 'the content encoding {encoding} is not accepted',
    hint: 'send one of {accepted}',
  },
  bodyTooLarge: {
    status: 413,
    exit: 'limit',
    message: 'the request body is larger than {limitBytes} bytes ({measure})',
    hint: 'send smaller batches',
  },
  bodyUndecodable: {
    status: 400,
    exit: 'usage',
    message: 'the request body is not valid {encoding}',
    hint: 'check the compression of the sender, and that Content-Encoding names it',
  },
  bodyTooSlow: {
    status: 408,
    exit: 'limit',
    message: 'the request body did not arrive within {limitMs} ms ({measure})',
    hint: 'send smaller batches, or look at the network between the sender and here',
    retryable: true,
  },
  bodyAborted: {
    status: 400,
    exit: 'usage',
    message: 'the sender closed the connection before the request body was complete',
    hint: 'nothing of it was stored; send it again',
    retryable: true,
  },
  overloaded: {
    status: 429,
    exit: 'limit',
    message: 'too much is in flight: {bytesInFlight} of {limitBytes} bytes ({measure})',
    hint: 'send it again after the time in Retry-After; nothing of this request was stored',
    retryable: true,
  },
  requestMalformed: {
    status: 400,
    exit: 'usage',
    message: 'the request is not valid {format}: {reason}',
    hint: 'correct the sender; the same request will be refused again',
  },
  tooManyRecords: {
    status: 413,
    exit: 'limit',
    message: 'the request holds more than {limit} records',
    hint: 'send smaller batches',
  },
  tooManyStreams: {
    status: 413,
    exit: 'limit',
    message: 'the request writes to more than {limit} log streams',
    hint: 'send the records of fewer streams at a time',
  },
  recordRefused: {
    status: 400,
    exit: 'usage',
    message: 'record {position} was refused: {reason}',
    hint: 'correct the record; docs/limits.md lists the limits, and nothing of this request was stored',
  },
  nameHoldsSecret: {
    status: 400,
    exit: 'refused',
    message: 'the name of the log {part} holds what looks like a secret ({rules})',
    hint: 'names are shown to everybody who may list groups; choose a name without it and revoke the secret',
  },
  groupMissing: {
    status: 400,
    exit: 'usage',
    message: 'the request names no log group',
    hint: 'add ?group=<name> to the address; &stream=<name> is optional',
  },
  parameterInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the parameter {parameter} has the value {value}, which is not {expected}',
    hint: 'set {parameter} to {expected}',
  },
  lineMalformed: {
    status: 400,
    exit: 'usage',
    message: 'line {line} was refused: {reason}',
    hint: 'correct the line, or add &onError=keep to store such lines as plain text; nothing of this request was stored',
  },
  defect: {
    status: 500,
    exit: 'bug',
    message: 'the request could not be handled because of a defect of the program',
    hint: 'look for the request id {requestId} in the log of the process and report it',
  },
  idempotencyKeyReused: {
    status: 422,
    exit: 'conflict',
    message: 'the idempotency key was used for another request body',
    hint: 'use a new Idempotency-Key for each batch',
  },
});
