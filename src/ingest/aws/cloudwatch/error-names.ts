import type { Failure } from '../../../base/index.ts';
import { awsErrorOf } from '../error-names.ts';
import type { Names } from '../names.ts';

/** An error as the three wires say it. */
export interface AwsError {
  /** Name of the shape, for JSON and CBOR. */
  readonly shape: string;
  /** Code of the Query form, which the other two repeat in a header. */
  readonly code: string;
  readonly status: number;
  /** False when the fault is ours. */
  readonly isSender: boolean;
  readonly message: string;
  readonly members?: Readonly<Record<string, string>>;
}

export interface Refusal {
  readonly failure: Failure;
  readonly operation: string;
  readonly names: Names;
  /** Name of the key that called; undefined before it is known. */
  readonly caller: string | undefined;
}

type Name = Omit<AwsError, 'message' | 'members' | 'isSender'>;
const name = (shape: string, code: string, status = 400): Name => ({ shape, code, status });

const INVALID = name('InvalidParameterValueException', 'InvalidParameterValue');
const COMBINATION = name('InvalidParameterCombinationException', 'InvalidParameterCombination');
const MISSING = name('MissingRequiredParameterException', 'MissingParameter');
const VALIDATION = name('ValidationError', 'ValidationError');
const TOKEN = name('InvalidNextToken', 'InvalidNextToken');
const FORMAT = name('InvalidFormatFault', 'InvalidFormat');
const LIMIT = name('LimitExceededFault', 'LimitExceeded');
const NOT_FOUND = name('ResourceNotFound', 'ResourceNotFound', 404);
const TAGGED_NOT_FOUND = name('ResourceNotFoundException', 'ResourceNotFoundException', 404);
const SERIALIZATION = name('SerializationException', 'MalformedInput');
const UNKNOWN = name('UnknownOperationException', 'InvalidAction');
const THROTTLING = name('ThrottlingException', 'Throttling');
const UNAVAILABLE = name('ServiceUnavailableException', 'ServiceUnavailable', 503);
const TOO_LARGE = name('RequestEntityTooLargeException', 'RequestEntityTooLarge', 413);
const DENIED = name('AccessDeniedException', 'AccessDenied', 403);
const SIGNATURE = name('InvalidSignatureException', 'SignatureDoesNotMatch', 403);
const CLIENT = name('UnrecognizedClientException', 'InvalidClientTokenId', 403);
const INTERNAL = name('InternalServiceFault', 'InternalServiceError', 500);

const ROWS: Readonly<Record<string, Name>> = {
  'sigv4.unsigned': name('MissingAuthenticationTokenException', 'MissingAuthenticationToken', 403),
  'sigv4.incomplete': name('IncompleteSignatureException', 'IncompleteSignature'),
  'sigv4.scope-invalid': SIGNATURE,
  'sigv4.expired': SIGNATURE,
  'sigv4.not-yet-current': SIGNATURE,
  'sigv4.mismatch': SIGNATURE,
  'sigv4.payload-mismatch': SIGNATURE,
  'sigv4.key-unknown': CLIENT,
  'access.key-invalid': CLIENT,
  'access.forbidden': DENIED,
  'cloudwatch.parameter-invalid': INVALID,
  'cloudwatch.parameter-missing': MISSING,
  'cloudwatch.parameters-conflict': COMBINATION,
  'cloudwatch.validation-failed': VALIDATION,
  'cloudwatch.token-invalid': TOKEN,
  'cloudwatch.resource-not-found': TAGGED_NOT_FOUND,
  'cloudwatch.body-malformed': SERIALIZATION,
  'cloudwatch.request-too-large': TOO_LARGE,
  'cloudwatch.operation-not-offered': UNKNOWN,
  'cloudwatch.operation-unknown': UNKNOWN,
  'ingest.body-too-large': TOO_LARGE,
  'ingest.body-undecodable': SERIALIZATION,
  'ingest.encoding-unsupported': SERIALIZATION,
  'ingest.body-aborted': SERIALIZATION,
  'ingest.body-too-slow': name('RequestTimeoutException', 'RequestTimeout', 408),
  'metrics.page-token-invalid': TOKEN,
  'alarms.parameter-invalid': INVALID,
  'alarms.parameter-combination': COMBINATION,
  'alarms.parameter-missing': MISSING,
  'alarms.unsupported': INVALID,
  'alarms.rule-invalid': VALIDATION,
  'alarms.child-missing': VALIDATION,
  'alarms.in-use': VALIDATION,
  'alarms.too-many': LIMIT,
  'alarms.token-invalid': TOKEN,
  'alarms.not-found': NOT_FOUND,
};

/** Failures without a row, by what their registration says of them. */
function nameByStatus({ status, retryable }: Failure): Name {
  if (status === 429) return THROTTLING;
  if (retryable && status >= 500) return UNAVAILABLE;
  if (status === 401 || status === 403) return DENIED;
  if (status === 404) return NOT_FOUND;
  return status < 500 ? INVALID : INTERNAL;
}

const TAGGING: ReadonlySet<string> = new Set(['TagResource', 'UntagResource', 'ListTagsForResource']);

function nameOf({ failure, operation }: Refusal): Name {
  const { code, details } = failure;
  if (code === 'alarms.not-found' && TAGGING.has(operation)) return TAGGED_NOT_FOUND;
  const parameter = String(details.parameter ?? '').toLowerCase();
  if (code === 'alarms.parameter-invalid' && operation === 'SetAlarmState' && parameter === 'statereasondata') {
    return FORMAT;
  }
  // An expression that cannot be computed is a mistake in the whole request, in the words of the service.
  if (code.startsWith('math.')) return VALIDATION;
  const found = ROWS[code] ?? nameByStatus(failure);
  // The younger operations have one word for everything that is wrong with a request.
  return found === INVALID && operation === 'GetMetricData' ? VALIDATION : found;
}

/** Only the words of AWS are complete sentences already. */
const IN_AWS_WORDS: ReadonlySet<string> = new Set([
  'cloudwatch.parameter-invalid',
  'cloudwatch.parameter-missing',
  'cloudwatch.parameters-conflict',
  'cloudwatch.validation-failed',
  'cloudwatch.resource-not-found',
]);

function messageOf(refusal: Refusal, found: Name): string {
  const { failure, names, caller, operation } = refusal;
  if (found === INTERNAL) return INTERNAL_ERROR.message;
  if (found === THROTTLING) return 'Rate exceeded';
  if (failure.code.startsWith('sigv4.') || failure.code === 'access.key-invalid') return awsErrorOf(refusal).message;
  if (failure.code === 'access.forbidden') {
    const action = `cloudwatch:${operation}`;
    const right = `the key needs ${String(failure.details.action ?? '')} on ${String(failure.details.object ?? '')}`;
    return `User: ${names.userArn(caller ?? 'unknown')} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action (${right})`;
  }
  if (IN_AWS_WORDS.has(failure.code)) return failure.message;
  return `${failure.message.charAt(0).toUpperCase()}${failure.message.slice(1)}. Hint: ${failure.hint}.`;
}

/** AWS's names, status and words for a failure. */
export function cloudWatchErrorOf(refusal: Refusal): AwsError {
  const found = nameOf(refusal);
  const error = { ...found, isSender: found.status < 500, message: messageOf(refusal, found) };
  if (found !== TAGGED_NOT_FOUND) return error;
  const id = String(refusal.failure.details.alarmName ?? refusal.failure.details.resource ?? '');
  return { ...error, members: { ResourceType: 'cloudwatch:alarm', ResourceId: id } };
}

/** For an error that no area registered: a defect, whose words are for the server's own log only. */
export const INTERNAL_ERROR: AwsError = {
  ...INTERNAL,
  isSender: false,
  message: 'The service encountered an internal error. Please try again.',
};
