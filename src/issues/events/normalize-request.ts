import type { JsonObject, JsonValue, NormalizedEvent } from '../types.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import type { EventMask } from './masking.ts';
import { isObject, pairsOf, present, textOf } from './reading.ts';

type Request = NonNullable<NormalizedEvent['request']>;
type Pairs = readonly (readonly [string, string])[];

/** The request in which it happened. Every value of a cookie is masked: what is not a session today is one tomorrow. */
export function normalizeRequest(value: unknown, mask: EventMask): Request | undefined {
  if (!isObject(value)) return undefined;
  const [url = '', ownQuery = ''] = splitUrl(textOf(value.url));
  const headers = headerPairs(value.headers, mask);
  const cookies = value.cookies ?? undefined;
  const body = value.data ?? undefined;
  const query = value.query_string ?? undefined;
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return {
    url: mask.text(url, LIMITS.urlLengthMax, 'request.url'),
    method: mask.text(textOf(value.method).toUpperCase(), LIMITS.nameLengthMax),
    query: valuePairs(query === undefined || query === '' ? parseForm(ownQuery) : formPairs(query), 'query', mask),
    headers,
    cookies: valuePairs(cookiePairs(cookies), 'cookies', mask),
    ...present('body', body === undefined ? undefined : normalizeBody(body, contentType, mask)),
    ...present(
      'env',
      isObject(value.env)
        ? mask.object(value.env, { field: 'request.env', bytesMax: LIMITS.contextBytesMax })
        : undefined,
    ),
  };
}

/** The query goes to where its names are judged one by one. */
function splitUrl(url: string): readonly string[] {
  const at = url.indexOf('?');
  if (at < 0) return [url, ''];
  const hash = url.indexOf('#', at);
  return hash < 0
    ? [url.slice(0, at), url.slice(at + 1)]
    : [url.slice(0, at) + url.slice(hash), url.slice(at + 1, hash)];
}

function headerPairs(value: unknown, mask: EventMask): Pairs {
  const pairs = pairsOf(value).flatMap(([name, item]): (readonly [string, JsonValue])[] =>
    Array.isArray(item) ? (item as readonly JsonValue[]).map((one) => [name, one] as const) : [[name, item]],
  );
  return limited(pairs, 'headers', mask).map(([name, item]) => [
    mask.text(name, LIMITS.nameLengthMax),
    mask.field(name, textOf(item), LIMITS.messageLengthMax, 'request.headers'),
  ]);
}

const valuePairs = (
  pairs: readonly (readonly [string, JsonValue])[],
  field: 'query' | 'cookies',
  mask: EventMask,
): Pairs =>
  limited(pairs, field, mask).map(([name, item]) => [
    mask.text(name, LIMITS.nameLengthMax),
    mask.field(field === 'cookies' ? 'cookie' : name, textOf(item), LIMITS.messageLengthMax, `request.${field}`),
  ]);

function limited<T>(items: readonly T[], field: string, mask: EventMask): readonly T[] {
  if (items.length <= LIMITS.headersMax) return items;
  mask.remark(`request.${field}`, `${LIMITS.headersMax} of ${items.length} kept`);
  return items.slice(0, LIMITS.headersMax);
}

const formPairs = (value: JsonValue): readonly (readonly [string, JsonValue])[] =>
  typeof value === 'string' ? parseForm(value) : pairsOf(value);

function parseForm(text: string): readonly (readonly [string, string])[] {
  if (text === '') return [];
  return [...new URLSearchParams(text.replace(/^\?/, ''))];
}

function cookiePairs(value: JsonValue | undefined): readonly (readonly [string, JsonValue])[] {
  if (typeof value !== 'string') return pairsOf(value);
  return value
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? (['', part] as const) : ([part.slice(0, at), part.slice(at + 1)] as const);
    });
}

/** JSON and forms are read, so that their names are judged; anything else stays text. */
function normalizeBody(body: JsonValue, contentType: string, mask: EventMask): JsonValue {
  const options = { field: 'request.body', bytesMax: LIMITS.bodyBytesMax };
  if (typeof body !== 'string') return mask.tree(body, options);
  const parsed = parseBody(body, contentType);
  return parsed === undefined ? mask.text(body, LIMITS.bodyBytesMax, 'request.body') : mask.tree(parsed, options);
}

function parseBody(body: string, contentType: string): JsonValue | undefined {
  if (/^\s*[[{]/.test(body)) {
    try {
      return JSON.parse(body) as JsonValue;
    } catch {
      return undefined;
    }
  }
  const isForm = contentType.includes('x-www-form-urlencoded') || /^[\w.%[\]-]{1,64}=[^\s{}<>]*$/.test(body);
  if (!isForm) return undefined;
  const fields: Record<string, JsonValue> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const key = name === '__proto__' ? '_proto_' : name;
    fields[key] = key in fields ? `${textOf(fields[key])}, ${value}` : value;
  }
  return fields as JsonObject;
}
