import { KEY, PROJECT_ID, type SentryServer } from './sentry-server.ts';

export interface Sent {
  readonly status: number;
  readonly body: { readonly id?: string; readonly detail?: string; readonly causes?: readonly string[] };
  readonly text: string;
  readonly headers: Headers;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the path after the project. */
  readonly endpoint?: string;
  readonly query?: string;
}

/** Sends a body with the key in the query, as SDKs of JavaScript do. */
export async function send(
  server: SentryServer,
  body: string | Uint8Array | ReadableStream,
  options: SendOptions = {},
): Promise<Sent> {
  const {
    method = 'POST',
    headers = {},
    endpoint = 'envelope',
    query = `sentry_version=7&sentry_key=${KEY}`,
  } = options;
  return await sendTo(`${server.url}/api/${PROJECT_ID}/${endpoint}/?${query}`, body, { method, headers });
}

export async function sendTo(
  url: string,
  body: string | Uint8Array | ReadableStream | undefined,
  { method = 'POST', headers = {} }: SendOptions = {},
): Promise<Sent> {
  const init: RequestInit & { duplex?: 'half' } = { method, headers };
  if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS' && body !== undefined) {
    init.body = body as NonNullable<RequestInit['body']>;
    if (body instanceof ReadableStream) init.duplex = 'half';
  }
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    body: isJson && text !== '' ? (JSON.parse(text) as Sent['body']) : {},
    text,
    headers: response.headers,
  };
}

export type Item = readonly [header: Readonly<Record<string, unknown>>, payload: unknown];

/** An envelope as SDKs write it: JSON payloads without a length, text and bytes with one. */
export function envelope(header: Readonly<Record<string, unknown>>, ...items: readonly Item[]): Buffer {
  const lines: Buffer[] = [Buffer.from(JSON.stringify(header))];
  for (const [itemHeader, payload] of items) {
    const isRaw = typeof payload === 'string' || payload instanceof Uint8Array;
    const bytes = isRaw ? Buffer.from(payload) : Buffer.from(JSON.stringify(payload));
    const withLength = isRaw && itemHeader.length === undefined ? { ...itemHeader, length: bytes.length } : itemHeader;
    lines.push(Buffer.from(`\n${JSON.stringify(withLength)}\n`), bytes);
  }
  return Buffer.concat(lines);
}

export const EVENT_ID = 'a'.repeat(32);
export const event = (over: Readonly<Record<string, unknown>> = {}): Item => [
  { type: 'event' },
  { event_id: EVENT_ID, message: 'it broke', level: 'error', ...over },
];
