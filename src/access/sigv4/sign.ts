import {
  ALGORITHM,
  amzDate,
  canonicalRequest,
  encodeBytes,
  headerValues,
  scopeText,
  sha256Hex,
  signatureOf,
  UNSIGNED_PAYLOAD,
  type WireRequest,
} from './canonical.ts';

export interface SigningKey {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly region: string;
  readonly service: string;
}

export interface RequestToSign extends WireRequest {
  /** As it will be sent; `unsigned` signs UNSIGNED-PAYLOAD in its place. */
  readonly body: Uint8Array | 'unsigned';
}

/** Headers that a client or a proxy may change on the way. */
const UNSIGNABLE = new Set([
  'authorization',
  'connection',
  'expect',
  'transfer-encoding',
  'user-agent',
  'x-amzn-trace-id',
]);

const signable = (request: WireRequest): readonly string[] =>
  request.headers.map(([name]) => name.toLowerCase()).filter((name) => !UNSIGNABLE.has(name));

const bodyHash = (body: RequestToSign['body']): string => (body === 'unsigned' ? UNSIGNED_PAYLOAD : sha256Hex(body));

/**
 * The headers to add to a request that already has its Host header: `x-amz-date`, `authorization`, and
 * `x-amz-content-sha256` when the payload is left unsigned.
 */
export function signSigV4(request: RequestToSign, key: SigningKey, nowMs: number): Readonly<Record<string, string>> {
  const timestamp = amzDate(nowMs);
  const added: Record<string, string> = { 'x-amz-date': timestamp };
  if (request.body === 'unsigned' && headerValues(request, 'x-amz-content-sha256').length === 0) {
    added['x-amz-content-sha256'] = UNSIGNED_PAYLOAD;
  }
  const whole: WireRequest = { ...request, headers: [...request.headers, ...Object.entries(added)] };
  const names = [...new Set(signable(whole))].sort();
  const scope = { date: timestamp.slice(0, 8), region: key.region, service: key.service };
  const canonical = canonicalRequest(whole, names, bodyHash(request.body));
  const signature = signatureOf(key.secret, { timestamp, scope, canonical });
  const credential = `${key.accessKeyId}/${scopeText(scope)}`;
  added.authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return added;
}

/** The target (path and query) of a request that carries its signature in the query for `expiresS` seconds. */
export function presignSigV4(
  request: RequestToSign,
  key: SigningKey,
  when: { readonly nowMs: number; readonly expiresS: number },
): string {
  const timestamp = amzDate(when.nowMs);
  const scope = { date: timestamp.slice(0, 8), region: key.region, service: key.service };
  const names = [...new Set(signable(request))].sort();
  const parameters = [
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${key.accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', String(when.expiresS)],
    ['X-Amz-SignedHeaders', names.join(';')],
    ...(request.body === 'unsigned' ? [['X-Amz-Content-Sha256', UNSIGNED_PAYLOAD]] : []),
  ].map(([name = '', value = '']) => `${name}=${encodeBytes(value)}`);
  const target = `${request.target}${request.target.includes('?') ? '&' : '?'}${parameters.join('&')}`;
  const canonical = canonicalRequest({ ...request, target }, names, bodyHash(request.body));
  return `${target}&X-Amz-Signature=${signatureOf(key.secret, { timestamp, scope, canonical })}`;
}
