import type { Failure } from '../../base/index.ts';
import type { Names } from './names.ts';

/** What an answer needs to know to say a failure in AWS's words. */
export interface Refusal {
  readonly failure: Failure;
  readonly operation: string;
  readonly names: Names;
  /** Name of the key that called; undefined before it is known. */
  readonly caller: string | undefined;
}

export interface AwsError {
  readonly type: string;
  readonly status: number;
  readonly message: string;
  /** Members that some errors have besides their message. */
  readonly members?: object;
}

type Text = string | ((refusal: Refusal) => string);
interface Row {
  readonly type: string | ((refusal: Refusal) => string);
  readonly status?: number;
  readonly text?: Text;
  readonly members?: (refusal: Refusal) => object;
}

const INVALID = 'InvalidParameterException';
const NOT_FOUND = 'ResourceNotFoundException';
const EXISTS = 'ResourceAlreadyExistsException';
const LIMIT = 'LimitExceededException';
const SIGNATURE = 'InvalidSignatureException';

const detail = (refusal: Refusal, name: string): string => String(refusal.failure.details[name] ?? '');
const reason: Text = (refusal) => detail(refusal, 'reason');

/** Failures of every area that has an AWS name of its own, by code. The words are those of the service. */
const ROWS: Readonly<Record<string, Row>> = {
  'sigv4.unsigned': { type: 'MissingAuthenticationTokenException', text: 'Missing Authentication Token' },
  'sigv4.incomplete': { type: 'IncompleteSignatureException', text: reason },
  'sigv4.scope-invalid': { type: SIGNATURE, text: reason },
  'sigv4.expired': { type: SIGNATURE, text: (refusal) => expiredText(refusal) },
  'sigv4.not-yet-current': { type: SIGNATURE, text: (refusal) => notYetText(refusal) },
  'sigv4.mismatch': {
    type: SIGNATURE,
    text: 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  },
  'sigv4.payload-mismatch': {
    type: SIGNATURE,
    text: "The value of the 'x-amz-content-sha256' header does not match the checksum of the body that was received.",
  },
  'sigv4.key-unknown': {
    type: 'UnrecognizedClientException',
    text: 'The security token included in the request is invalid.',
  },
  'access.key-invalid': {
    type: 'UnrecognizedClientException',
    text: 'The security token included in the request is invalid.',
  },
  'access.forbidden': { type: 'AccessDeniedException', text: (refusal) => forbiddenText(refusal) },
  'aws.parameter-invalid': { type: INVALID, text: reason },
  'aws.body-malformed': { type: 'SerializationException', text: reason },
  'aws.operation-unknown': { type: 'UnknownOperationException' },
  'ingest.body-too-large': {
    type: 'RequestEntityTooLargeException',
    status: 413,
    text: (refusal) => `HTTP content length exceeded ${detail(refusal, 'limitBytes')} bytes.`,
  },
  'ingest.body-undecodable': { type: 'SerializationException' },
  'ingest.encoding-unsupported': { type: 'SerializationException' },
  'ingest.body-aborted': { type: 'SerializationException' },
  'ingest.body-too-slow': { type: 'RequestTimeoutException', status: 408 },
  'ingest.overloaded': { type: 'ThrottlingException', text: 'Rate exceeded' },
  'ingest.disk-full': { type: 'ServiceUnavailableException', status: 503 },
  'telemetry.overloaded': { type: 'ThrottlingException', text: 'Rate exceeded' },
  'telemetry.disk-full': { type: 'ServiceUnavailableException', status: 503 },
  'logs.group-not-found': { type: NOT_FOUND, text: 'The specified log group does not exist.' },
  'logs.stream-not-found': { type: NOT_FOUND, text: 'The specified log stream does not exist.' },
  'logs.record-not-found': { type: NOT_FOUND, text: 'The specified log record does not exist.' },
  'logs.query-not-found': { type: NOT_FOUND, text: 'The specified query does not exist.' },
  'logs.group-exists': { type: EXISTS, text: 'The specified log group already exists' },
  'logs.stream-exists': { type: EXISTS, text: 'The specified log stream already exists' },
  'logs.group-protected': {
    type: 'ValidationException',
    text: 'The specified log group has deletion protection enabled. Disable deletion protection first.',
  },
  'logs.being-removed': {
    type: 'OperationAbortedException',
    text: 'A conflicting operation is currently in progress against this resource. Please try again.',
  },
  'logs.too-many-groups': { type: LIMIT, text: 'Resource limit exceeded.' },
  'logs.too-many-streams': { type: LIMIT, text: 'Resource limit exceeded.' },
  'logs.too-many-queries': {
    type: LIMIT,
    text: (refusal) => `Account maximum query concurrency limit of [${detail(refusal, 'max')}] reached.`,
  },
  'logs.too-many-tags': {
    type: (refusal) => (refusal.operation === 'TagResource' ? 'TooManyTagsException' : INVALID),
  },
  'metric-filters.invalid': { type: INVALID },
  'metric-filters.too-many': { type: LIMIT, text: 'Resource limit exceeded.' },
  'metric-filters.not-found': { type: NOT_FOUND, text: 'The specified metric filter does not exist.' },
  'metric-filters.token-invalid': { type: INVALID, text: 'The specified nextToken is invalid.' },
  'logs.token-invalid': { type: INVALID, text: 'The specified nextToken is invalid.' },
  // 0 is Holdfast's word for "for ever"; in this API that is DeleteRetentionPolicy.
  'logs.retention-invalid': {
    type: INVALID,
    text: (refusal) =>
      `1 validation error detected: Value '${detail(refusal, 'retentionDays')}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${detail(refusal, 'choices').replace(/^0, /, '')}]`,
  },
  'logs.query-malformed': { type: 'MalformedQueryException', members: (refusal) => compileError(refusal) },
  'logs.closed': { type: 'ServiceUnavailableException', status: 503 },
};

/** Failures without a row, by what their registration says of them. */
function rowByStatus({ status, retryable }: Failure): Row {
  if (status === 429) return { type: 'ThrottlingException', text: 'Rate exceeded' };
  if (retryable && status >= 500) return { type: 'ServiceUnavailableException', status: 503 };
  if (status === 401 || status === 403) return { type: 'AccessDeniedException' };
  if (status === 404) return { type: NOT_FOUND };
  if (status === 409) return { type: 'OperationAbortedException' };
  return status < 500 ? { type: INVALID } : INTERNAL;
}

const INTERNAL: Row = {
  type: 'InternalServerException',
  status: 500,
  text: 'The service encountered an internal error. Please try again.',
};

/** AWS's name, status and words for a failure. Client errors have the status 400 in this protocol. */
export function awsErrorOf(refusal: Refusal): AwsError {
  const row = ROWS[refusal.failure.code] ?? rowByStatus(refusal.failure);
  const text = typeof row.text === 'function' ? row.text(refusal) : row.text;
  return {
    type: typeof row.type === 'function' ? row.type(refusal) : row.type,
    status: row.status ?? 400,
    message: text ?? plainText(refusal.failure),
    ...(row.members === undefined ? {} : { members: row.members(refusal) }),
  };
}

/** For an error that no area registered: a defect, whose words are for the server's own log only. */
export const INTERNAL_ERROR: AwsError = {
  type: 'InternalServerException',
  status: 500,
  message: 'The service encountered an internal error. Please try again.',
};

const plainText = ({ message, hint }: Failure): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}. Hint: ${hint}.`;

function expiredText(refusal: Refusal): string {
  const minutes = Math.round(Number(refusal.failure.details.lifeMs ?? 0) / 60_000);
  return `Signature expired: ${detail(refusal, 'signedAt')} is now earlier than ${detail(refusal, 'acceptedFrom')} (${detail(refusal, 'now')} - ${minutes} min.)`;
}

const notYetText = (refusal: Refusal): string =>
  `Signature not yet current: ${detail(refusal, 'signedAt')} is still later than ${detail(refusal, 'acceptedUntil')} (${detail(refusal, 'now')} + 5 min.)`;

/** AWS's sentence, then the right of Holdfast that is missing: the two have different names. */
function forbiddenText(refusal: Refusal): string {
  const { caller, names, operation } = refusal;
  const action = `logs:${operation}`;
  return `User: ${names.userArn(caller ?? 'unknown')} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action (the key needs ${detail(refusal, 'action')} on ${detail(refusal, 'object')})`;
}

function compileError({ failure }: Refusal): object {
  const { offset, length } = failure.details;
  const start = typeof offset === 'number' ? offset : 0;
  const end = start + (typeof length === 'number' ? length : 0);
  return {
    queryCompileError: { location: { startCharOffset: start, endCharOffset: end }, message: failure.message },
  };
}
