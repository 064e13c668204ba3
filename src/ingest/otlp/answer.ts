import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Failure } from '../../base/index.ts';
import type { Answer } from '../http-body.ts';

/** The encoding of a request; its answer has the same. */
export type OtlpFormat = 'protobuf' | 'json';

export const CONTENT_TYPES: Readonly<Record<OtlpFormat, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

export interface PartialSuccess {
  /** JSON name of the counter: `rejectedLogRecords`, `rejectedSpans`, `rejectedDataPoints`. */
  readonly counter: string;
  readonly rejected: number;
  readonly message: string;
}

/** An Export…ServiceResponse: empty when everything was taken, with `partial_success` when something was not. */
export function successAnswer(format: OtlpFormat, partial: PartialSuccess | undefined): Answer {
  const headers = { 'content-type': CONTENT_TYPES[format] };
  if (format === 'json') {
    const body =
      partial === undefined
        ? {}
        : { partialSuccess: { [partial.counter]: String(partial.rejected), errorMessage: partial.message } };
    return { status: 200, headers, body: JSON.stringify(body) };
  }
  if (partial === undefined) return { status: 200, headers, body: new Uint8Array(0) };
  const inner = new BinaryWriter().uint32(VARINT_1).int64(partial.rejected).uint32(LEN_2).string(partial.message);
  return { status: 200, headers, body: new BinaryWriter().uint32(LEN_1).bytes(inner.finish()).finish() };
}

const VARINT_1 = 8;
const LEN_1 = 10;
const LEN_2 = 18;

/** Numbers of google.rpc.Code by HTTP status. */
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  408: 4,
  409: 6,
  413: 3,
  415: 3,
  429: 8,
  501: 12,
  503: 14,
  504: 4,
};

/** OTLP senders retry on these and on nothing else (OTLP specification, "Retryable Response Codes"). */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const RETRY_AFTER_SECONDS = 1;

/** A google.rpc.Status in the request's encoding; a retryable failure always has a status that senders retry. */
export function failureAnswer(format: OtlpFormat, failure: Failure): Answer {
  const status = failure.retryable && !RETRYABLE_STATUSES.has(failure.status) ? 503 : failure.status;
  const code = RPC_CODES[status] ?? (status >= 500 ? 13 : 3);
  const message = `${failure.message} (${failure.code}); hint: ${failure.hint}`;
  const headers: Record<string, string> = { 'content-type': CONTENT_TYPES[format] };
  if (RETRYABLE_STATUSES.has(status)) {
    headers['retry-after'] = String(Math.ceil(failure.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
  }
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="holdfast"';
  if (status === 405) headers.allow = 'POST';
  const body =
    format === 'json'
      ? JSON.stringify({ code, message })
      : new BinaryWriter().uint32(VARINT_1).int32(code).uint32(LEN_2).string(message).finish();
  return { status, headers, body };
}
