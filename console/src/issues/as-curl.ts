import type { StoredEvent } from '../api/issue-types.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

// What curl says itself, or what would be wrong for a body that is written anew.
const LEFT_OUT = new Set(['content-length', 'host', 'connection', 'accept-encoding', 'cookie']);

/** The request as a command. What redaction masked stays masked: it was never stored. */
export function asCurl(request: NonNullable<StoredEvent['request']>): string {
  const query = new URLSearchParams(request.query.map(([name, value]): [string, string] => [name, value])).toString();
  const url = request.url.includes('?') || query === '' ? request.url : `${request.url}?${query}`;
  const method = request.method === '' ? 'GET' : request.method.toUpperCase();
  const headers = request.headers.filter(([name]) => !LEFT_OUT.has(name.toLowerCase()));
  const cookies = request.cookies.map(([name, value]) => `${name}=${value}`).join('; ');
  const body =
    request.body === undefined || request.body === null
      ? undefined
      : typeof request.body === 'string'
        ? request.body
        : JSON.stringify(request.body);
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quote(url)}`,
    ...headers.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(cookies === '' ? [] : [`-b ${quote(cookies)}`]),
    ...(body === undefined ? [] : [`--data-raw ${quote(body)}`]),
  ].join(' \\\n  ');
}
