import { createHash, createHmac } from 'node:crypto';

/**
 * A request as it went over the wire. Header values hold one character per byte, as Node's `rawHeaders` do, so that
 * what is hashed is what was received whatever its encoding.
 */
export interface WireRequest {
  readonly method: string;
  /** Path and query exactly as on the request line. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface CredentialScope {
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export const ALGORITHM = 'AWS4-HMAC-SHA256';
export const TERMINATOR = 'aws4_request';
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

export const sha256Hex = (bytes: Uint8Array | string): string =>
  createHash('sha256')
    .update(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    .digest('hex');

const hmac = (key: string | Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Values of one header in the order received; empty when it is absent. */
export const headerValues = (request: WireRequest, name: string): readonly string[] =>
  request.headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);

/** Node's flat list of names and values as pairs. */
export function headerPairs(rawHeaders: readonly string[]): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return pairs;
}

/** Percent-encodes every byte but RFC 3986's unreserved ones, with upper-case hex. */
export const encodeBytes = (bytes: string): string =>
  bytes.replace(
    /[^A-Za-z0-9\-._~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );

const decodeBytes = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

export const splitTarget = (target: string): { readonly path: string; readonly query: string } => {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
};

/** Decoded names and values of a query string, one character per byte, in the order received. */
export const queryPairs = (query: string): readonly (readonly [string, string])[] =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const mark = pair.indexOf('=');
      return mark < 0 ? [decodeBytes(pair), ''] : [decodeBytes(pair.slice(0, mark)), decodeBytes(pair.slice(mark + 1))];
    });

/** The path without empty and dot segments, encoded once more, as every service but S3 wants it. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const tail = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.map(encodeBytes).join('/')}${tail}`;
}

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function canonicalQuery(query: string): string {
  return queryPairs(query)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encodeBytes(name), encodeBytes(value)] as const)
    .sort((left, right) => byText(left[0], right[0]) || byText(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const foldSpaces = (value: string): string => value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');

/** The canonical request (AWS General Reference, "Create a signed AWS API request", step 1), one character per byte. */
export function canonicalRequest(request: WireRequest, signedHeaders: readonly string[], payloadHash: string): string {
  const { path, query } = splitTarget(request.target);
  const names = [...new Set(signedHeaders)].sort(byText);
  const headers = names.map((name) => `${name}:${headerValues(request, name).map(foldSpaces).join(',')}\n`);
  return [
    request.method.toUpperCase(),
    canonicalPath(path),
    canonicalQuery(query),
    headers.join(''),
    names.join(';'),
    payloadHash,
  ].join('\n');
}

export const scopeText = (scope: CredentialScope): string =>
  `${scope.date}/${scope.region}/${scope.service}/${TERMINATOR}`;

/** Steps 2 to 4: string to sign, derived key, signature in lower-case hex. */
export function signatureOf(
  secret: string,
  signed: { readonly timestamp: string; readonly scope: CredentialScope; readonly canonical: string },
): string {
  const text = [ALGORITHM, signed.timestamp, scopeText(signed.scope), sha256Hex(signed.canonical)].join('\n');
  const dateKey = hmac(`AWS4${secret}`, signed.scope.date);
  const key = hmac(hmac(hmac(dateKey, signed.scope.region), signed.scope.service), TERMINATOR);
  return hmac(key, text).toString('hex');
}

/** `YYYYMMDDTHHMMSSZ`. */
export const amzDate = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+|[-:]/g, '');
