import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { EXIT_CODES, type ExitName, Failure, type RegisteredFailure } from '../base/index.ts';
import { CLI_FAILURES } from './failures.ts';

export interface ClientSettings {
  readonly url: string;
  readonly key: string | undefined;
}

/** The JSON API as the command line calls it. Every failure of the server comes out as a Failure of the same code. */
export interface Client {
  readonly url: string;
  readonly get: <Answer>(path: string, query?: Query) => Promise<Answer>;
  readonly post: <Answer>(path: string, body?: unknown, query?: Query) => Promise<Answer>;
  readonly patch: <Answer>(path: string, body: unknown, query?: Query) => Promise<Answer>;
  /** Streams a file as the body. */
  readonly upload: <Answer>(path: string, file: Readable, query?: Query) => Promise<Answer>;
  /** The bytes of an answer, and the SHA-256 that the server says they have. */
  readonly download: (path: string, query?: Query) => Promise<{ readonly body: WebStream; readonly sha256: string }>;
  readonly remove: <Answer>(path: string, query?: Query) => Promise<Answer>;
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

const REQUEST_TIMEOUT_MS = 120_000;

export function createClient(settings: ClientSettings): Client {
  const send = async (method: string, path: string, query: Query, init: RequestInit): Promise<Response> => {
    if (settings.key === undefined || settings.key === '') throw new Failure(CLI_FAILURES.keyMissing);
    const url = new URL(`/api/v1${path}`, settings.url);
    for (const [name, value] of Object.entries(query)) {
      for (const item of value === undefined ? [] : [value].flat()) url.searchParams.append(name, String(item));
    }
    const headers = { Authorization: `Bearer ${settings.key}`, ...init.headers };
    return fetch(url, { redirect: 'error', ...init, method, headers }).catch((error: unknown) => {
      throw new Failure(CLI_FAILURES.serverAway, { url: settings.url, reason: reasonOf(error) }, { cause: error });
    });
  };
  const call = async <Answer>(method: string, path: string, query: Query = {}, body?: unknown): Promise<Answer> => {
    const json =
      body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    const init = { ...json, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) };
    return readAnswer<Answer>(await send(method, path, query, init), settings.url);
  };
  return {
    url: settings.url,
    get: (path, query) => call('GET', path, query),
    post: (path, body, query) => call('POST', path, query, body ?? {}),
    patch: (path, body, query) => call('PATCH', path, query, body),
    upload: async (path, file, query = {}) => {
      const body = Readable.toWeb(file) as unknown as ReadableStream<Uint8Array>;
      const init = { body, duplex: 'half', headers: { 'Content-Type': 'application/octet-stream' } } as RequestInit;
      return readAnswer(await send('POST', path, query, init), settings.url);
    },
    download: async (path, query = {}) => {
      const response = await send('GET', path, query, {});
      if (!response.ok || response.body === null) return readAnswer(response, settings.url);
      return { body: response.body as unknown as WebStream, sha256: response.headers.get('x-holdfast-sha256') ?? '' };
    },
    remove: (path, query) => call('DELETE', path, query),
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

async function readAnswer<Answer>(response: Response, url: string): Promise<Answer> {
  const text = await response.text();
  if (response.status === 204) return undefined as Answer;
  const body = parse(text);
  if (response.ok && body !== undefined) return body as Answer;
  const error = (body as { error?: Partial<RemoteError> } | undefined)?.error;
  if (error?.code === undefined) throw new Failure(CLI_FAILURES.answerUnreadable, { url, status: response.status });
  throw remoteFailure(error as RemoteError, response.status);
}

interface RemoteError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

const EXIT_BY_STATUS: readonly (readonly [number, ExitName])[] = [
  [400, 'usage'],
  [401, 'refused'],
  [403, 'refused'],
  [404, 'notFound'],
  [409, 'conflict'],
  [413, 'limit'],
  [422, 'usage'],
  [429, 'limit'],
  [503, 'unavailable'],
  [507, 'environment'],
];

/** A failure that the server told, with its own code and hint. */
function remoteFailure(error: RemoteError, status: number): Failure {
  const exit = EXIT_BY_STATUS.find(([known]) => known === status)?.[1] ?? (status >= 500 ? 'unavailable' : 'usage');
  const spec: RegisteredFailure = { code: error.code, status, exit, message: error.message, hint: error.hint };
  return new Failure(spec, error.details ?? {});
}

/** The number that the process ends with for this error. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof Failure ? EXIT_CODES[error.exit] : EXIT_CODES.bug;

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
