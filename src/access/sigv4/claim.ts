import { Failure } from '../../base/index.ts';
import {
  ALGORITHM,
  amzDate,
  type CredentialScope,
  headerValues,
  queryPairs,
  splitTarget,
  TERMINATOR,
  UNSIGNED_PAYLOAD,
  type WireRequest,
} from './canonical.ts';
import { SIGV4_FAILURES } from './failures.ts';
import { SIGV4_LIMITS } from './limits.ts';

/** What a request says of its own signature: read and in time, but not verified. */
export interface SignatureClaim {
  readonly form: 'header' | 'query';
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`, as it stands in the string to sign. */
  readonly timestamp: string;
  /** The checksum that the sender declares; undefined is "hash what you receive". */
  readonly payloadHash: string | undefined;
}

export interface ClaimRules {
  readonly nowMs: number;
  /** Services that a signature may be for, as they stand in the credential scope. */
  readonly services: readonly string[];
}

interface RawClaim {
  readonly form: 'header' | 'query';
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly date: string | undefined;
  readonly expires: string | undefined;
  readonly payloadHash: string | undefined;
}

const incomplete = (reason: string): Failure => new Failure(SIGV4_FAILURES.incomplete, { reason });
const scopeInvalid = (reason: string): Failure => new Failure(SIGV4_FAILURES.scopeInvalid, { reason });

/**
 * Reads and dates the signature of a request before its body is: whoever has no key need not be read from.
 * Throws `sigv4.unsigned`, `sigv4.incomplete`, `sigv4.scope-invalid`, `sigv4.expired`, `sigv4.not-yet-current`.
 */
export function readClaim(request: WireRequest, rules: ClaimRules): SignatureClaim {
  const raw = rawFromHeader(request) ?? rawFromQuery(request);
  if (raw === undefined) throw new Failure(SIGV4_FAILURES.unsigned);
  const where = raw.form === 'header' ? 'Authorization header' : 'AWS query-string parameters';
  const missing = [
    raw.credential === undefined ? `${where} requires 'Credential' parameter.` : '',
    raw.signature === undefined ? `${where} requires 'Signature' parameter.` : '',
    raw.signedHeaders === undefined ? `${where} requires 'SignedHeaders' parameter.` : '',
    raw.date === undefined ? `${where} requires existence of either a 'X-Amz-Date' or a 'Date' header.` : '',
  ].filter((line) => line !== '');
  if (missing.length > 0) throw incomplete(missing.join(' '));
  const timestamp = readTimestamp(raw.date ?? '');
  const { accessKeyId, scope } = readCredential(raw.credential ?? '', timestamp.text, rules.services);
  checkTime(raw, timestamp, rules.nowMs);
  const signedHeaders = readSignedHeaders(request, raw.signedHeaders ?? '');
  if (!/^[0-9a-f]{64}$/.test(raw.signature ?? '')) throw new Failure(SIGV4_FAILURES.mismatch);
  return {
    form: raw.form,
    accessKeyId,
    scope,
    signedHeaders,
    signature: raw.signature ?? '',
    timestamp: timestamp.text,
    payloadHash: readPayloadHash(raw.payloadHash),
  };
}

const onlyHeader = (request: WireRequest, name: string): string | undefined => {
  const values = headerValues(request, name);
  return values.length === 0 ? undefined : values.join(',').trim();
};

function rawFromHeader(request: WireRequest): RawClaim | undefined {
  const header = onlyHeader(request, 'authorization');
  if (header === undefined || !header.startsWith('AWS4-')) return undefined;
  if (header.length > SIGV4_LIMITS.authorizationBytes) throw incomplete('Authorization header is too long.');
  const mark = header.search(/\s/);
  const algorithm = mark < 0 ? header : header.slice(0, mark);
  if (algorithm !== ALGORITHM) throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`);
  const parts = new Map<string, string>();
  for (const part of header.slice(algorithm.length).split(',')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, equals < 0 ? undefined : equals).trim();
    if (equals < 0 || parts.has(name)) throw incomplete(`'${name}' is not a key=value pair that occurs once.`);
    parts.set(name, part.slice(equals + 1).trim());
  }
  return {
    form: 'header',
    credential: parts.get('Credential'),
    signedHeaders: parts.get('SignedHeaders'),
    signature: parts.get('Signature'),
    date: onlyHeader(request, 'x-amz-date') ?? onlyHeader(request, 'date'),
    expires: undefined,
    payloadHash: onlyHeader(request, 'x-amz-content-sha256'),
  };
}

function rawFromQuery(request: WireRequest): RawClaim | undefined {
  const parameters = new Map<string, string>();
  for (const [name, value] of queryPairs(splitTarget(request.target).query)) {
    if (!name.startsWith('X-Amz-')) continue;
    if (parameters.has(name)) throw incomplete(`'${name}' occurs more than once.`);
    parameters.set(name, value);
  }
  const algorithm = parameters.get('X-Amz-Algorithm');
  if (algorithm === undefined) return undefined;
  if (algorithm !== ALGORITHM) throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`);
  return {
    form: 'query',
    credential: parameters.get('X-Amz-Credential'),
    signedHeaders: parameters.get('X-Amz-SignedHeaders'),
    signature: parameters.get('X-Amz-Signature'),
    date: parameters.get('X-Amz-Date'),
    expires: parameters.get('X-Amz-Expires') ?? '',
    payloadHash: parameters.get('X-Amz-Content-Sha256') ?? onlyHeader(request, 'x-amz-content-sha256'),
  };
}

function readTimestamp(date: string): { readonly text: string; readonly ms: number } {
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  const ms =
    basic === null
      ? Date.parse(date)
      : Date.parse(`${basic[1]}-${basic[2]}-${basic[3]}T${basic[4]}:${basic[5]}:${basic[6]}Z`);
  // Round trip: JavaScript reads the 31st of February as a day in March.
  if (!Number.isFinite(ms) || (basic !== null && amzDate(ms) !== date)) {
    throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${date.slice(0, 64)}'.`);
  }
  return { text: amzDate(ms), ms };
}

function readCredential(
  credential: string,
  timestamp: string,
  services: readonly string[],
): { readonly accessKeyId: string; readonly scope: CredentialScope } {
  const parts = credential.split('/');
  const [accessKeyId = '', date = '', region = '', service = '', terminator = ''] = parts;
  if (parts.length !== 5 || accessKeyId === '') {
    throw incomplete(`Credential must have exactly 5 slash-delimited elements, got ${parts.length}.`);
  }
  const reasons = [
    region === '' ? 'Credential should be scoped to a valid region.' : '',
    services.includes(service) ? '' : `Credential should be scoped to correct service: '${services.join("' or '")}'.`,
    terminator === TERMINATOR ? '' : `Credential should be scoped with a valid terminator: '${TERMINATOR}'.`,
    timestamp.startsWith(`${date}T`)
      ? ''
      : `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
  ].filter((line) => line !== '');
  if (reasons.length > 0) throw scopeInvalid(reasons.join(' '));
  return { accessKeyId, scope: { date, region, service } };
}

function checkTime(raw: RawClaim, timestamp: { readonly text: string; readonly ms: number }, nowMs: number): void {
  const skewMs = SIGV4_LIMITS.clockSkewMs;
  const details = { signedAt: timestamp.text, now: amzDate(nowMs) };
  if (timestamp.ms > nowMs + skewMs) {
    throw new Failure(SIGV4_FAILURES.notYetCurrent, { ...details, acceptedUntil: amzDate(nowMs + skewMs) });
  }
  const lifeMs = raw.form === 'header' ? skewMs : readExpires(raw.expires ?? '') * 1000;
  if (timestamp.ms + lifeMs < nowMs) {
    throw new Failure(SIGV4_FAILURES.expired, {
      ...details,
      acceptedFrom: amzDate(nowMs - lifeMs),
      expiredAt: amzDate(timestamp.ms + lifeMs),
      lifeMs,
    });
  }
}

function readExpires(expires: string): number {
  const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
  if (seconds < 1 || seconds > SIGV4_LIMITS.presignedExpiresS) {
    throw incomplete(`X-Amz-Expires must be a number of seconds from 1 to ${SIGV4_LIMITS.presignedExpiresS}.`);
  }
  return seconds;
}

/**
 * The host must be signed, or a request could be replayed against another server; and every X-Amz header must be,
 * or an intermediary could add an order (X-Amz-Target) that the sender never gave.
 */
function readSignedHeaders(request: WireRequest, text: string): readonly string[] {
  const names = text.split(';').map((name) => name.toLowerCase());
  if (names.length > SIGV4_LIMITS.signedHeaders) throw incomplete('SignedHeaders names too many headers.');
  if (!names.includes('host')) throw scopeInvalid("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  for (const [name] of request.headers) {
    const lower = name.toLowerCase();
    if (lower.startsWith('x-amz-') && !names.includes(lower)) {
      throw scopeInvalid(`'${lower}' must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
  return names;
}

function readPayloadHash(declared: string | undefined): string | undefined {
  if (declared === undefined || declared === UNSIGNED_PAYLOAD) return declared;
  if (!/^[0-9a-f]{64}$/.test(declared)) {
    throw incomplete(`X-Amz-Content-Sha256 must be a lower-case SHA-256 or ${UNSIGNED_PAYLOAD}.`);
  }
  return declared;
}
