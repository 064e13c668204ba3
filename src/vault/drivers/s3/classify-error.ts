import { clip } from '../../../base/index.ts';
import { VAULT_S3_LIMITS } from './limits.ts';

/** What an error of the SDK, of the network or of our own timer means for the next step. */
export type StoreVerdict =
  /** The same request may succeed soon. */
  | { readonly type: 'transient'; readonly reason: string; readonly retryAfterMs?: number }
  /** Somebody has to act, or time to pass, before any request succeeds: credentials, bucket. */
  | { readonly type: 'away'; readonly reason: string }
  | { readonly type: 'missing'; readonly reason: string }
  | { readonly type: 'denied'; readonly reason: string }
  | { readonly type: 'taken'; readonly reason: string }
  | { readonly type: 'redirect'; readonly reason: string; readonly status: number }
  | { readonly type: 'refused'; readonly reason: string; readonly code: string; readonly status: number };

/** Our own timer ended an attempt. */
export class AttemptTimeout extends Error {
  override readonly name = 'AttemptTimeout';
}

const TRANSIENT_CODES = new Set([
  ...['SlowDown', 'Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'TooManyRequestsException'],
  ...['RequestTimeout', 'RequestTimeoutException', 'InternalError', 'ServiceUnavailable', 'OperationAborted'],
  // The SDK corrects its clock by the answer, so that the next attempt is signed with the right time.
  ...['ConditionalRequestConflict', 'RequestTimeTooSkewed', 'IncompleteBody'],
]);

const AWAY_CODES = new Set([
  ...['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'TokenRefreshRequired'],
  ...['CredentialsProviderError', 'NoSuchBucket', 'AllAccessDisabled', 'AccountProblem', 'NotSignedUp'],
  ...['AuthorizationHeaderMalformed', 'InvalidClientTokenId', 'UnauthorizedAccess', 'CERT_HAS_EXPIRED'],
]);

const MISSING_CODES = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound', 'NoSuchUpload']);

/** The store said no for good. Carries what was asked and nothing of the SDK's error, which may hold what was signed. */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal';
  readonly verdict: StoreVerdict;

  constructor(operation: string, verdict: StoreVerdict) {
    super(`${operation}: ${verdict.reason}`);
    this.verdict = { ...verdict, reason: this.message };
  }
}

/** Reads names, codes and status only: the rest of an SDK error may hold what was signed. */
export function classifyError(error: unknown): StoreVerdict {
  if (error instanceof StoreRefusal) return error.verdict;
  if (error instanceof AttemptTimeout) return { type: 'transient', reason: error.message };
  const facts = factsOf(error);
  const { code, status, reason } = facts;
  if (TRANSIENT_CODES.has(code)) return transient(facts);
  if (AWAY_CODES.has(code)) return { type: 'away', reason };
  if (status >= 300 && status < 400 && status !== 304) return { type: 'redirect', reason, status };
  if (status === 501) return { type: 'refused', reason, code, status };
  if (status === 429 || status >= 500) return transient(facts);
  if (MISSING_CODES.has(code) || status === 404) return { type: 'missing', reason };
  // A GET or HEAD of the version id of a delete marker.
  if (status === 405) return { type: 'missing', reason };
  if (status === 412) return { type: 'taken', reason };
  if (status === 401 || status === 403) return { type: 'denied', reason };
  if (status >= 400) return { type: 'refused', reason, code, status };
  // Without a status nothing came back whole: refused or cut connections, names that do not resolve, time-outs, torn
  // answers.
  return transient(facts);
}

interface ErrorFacts {
  readonly code: string;
  readonly status: number;
  readonly reason: string;
  readonly retryAfterMs: number | undefined;
}

const transient = (facts: ErrorFacts): StoreVerdict => ({
  type: 'transient',
  reason: facts.reason,
  ...(facts.retryAfterMs === undefined ? {} : { retryAfterMs: facts.retryAfterMs }),
});

function factsOf(error: unknown): ErrorFacts {
  const name = textOf(property(error, 'name'));
  const code = textOf(property(error, 'Code')) || textOf(property(error, 'code')) || name || 'unknown error';
  const metadata = property(error, '$metadata');
  const answer = property(error, '$response');
  const status = Number(property(metadata, 'httpStatusCode') ?? property(answer, 'statusCode') ?? 0);
  const message = textOf(property(error, 'message'));
  const said = status > 0 ? `${status} ${code}` : message === '' || message === code ? code : `${code}: ${message}`;
  const retryAfter = Number(property(property(answer, 'headers'), 'retry-after'));
  return {
    code,
    status,
    reason: clip(said, VAULT_S3_LIMITS.reasonCharsMax),
    retryAfterMs: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1000 : undefined,
  };
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
