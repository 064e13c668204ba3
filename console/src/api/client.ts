import type { FailureError } from './types.ts';

/** A refusal or breakdown as the API describes it; the same shape for what the console finds out by itself. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly requestId: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, error: FailureError) {
    super(error.message);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = error.code;
    this.hint = error.hint;
    this.requestId = error.requestId;
    this.retryAfterSeconds = error.retryAfterSeconds;
  }
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

let csrfToken = '';
let onSignedOut: () => void = () => undefined;

/** Called with each session answer: the token goes back with every request that changes something. */
export const rememberCsrfToken = (token: string): void => {
  csrfToken = token;
};
export const readCsrfToken = (): string => csrfToken;

/** Tells whoever shows the sign-in form that the server no longer knows this session. */
export const whenSignedOut = (listener: () => void): void => {
  onSignedOut = listener;
};

export const addressOf = (path: string, query: RequestOptions['query']): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === '') continue;
    if (Array.isArray(value)) for (const one of value) params.append(name, one);
    else params.set(name, String(value));
  }
  const text = params.toString();
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`;
};

export const unreachable = (cause: unknown): ApiFailure =>
  new ApiFailure(0, {
    code: 'console.server-unreachable',
    message: 'the Holdfast server does not answer',
    hint: `Check that Holdfast runs and that this computer reaches it, then try again. (${String(cause)})`,
    requestId: '',
  });

const unreadable = (status: number): ApiFailure =>
  new ApiFailure(status, {
    code: 'console.answer-unreadable',
    message: `the server answered ${status} without an explanation`,
    hint: 'Something between this browser and Holdfast may have answered instead. Look into the server log.',
    requestId: '',
  });

/** Reads a refusal, and tells the sign-in form when the session is what was refused. */
export async function failureOf(response: Response, path: string): Promise<ApiFailure> {
  if (response.status === 401 && !path.startsWith('/session')) onSignedOut();
  const body: unknown = await response.json().catch(() => undefined);
  const error = (body as { error?: FailureError } | undefined)?.error;
  if (error === undefined || typeof error.code !== 'string') return unreadable(response.status);
  const retryAfterSeconds = error.retryAfterSeconds ?? (Number(response.headers.get('retry-after')) || undefined);
  return new ApiFailure(response.status, retryAfterSeconds === undefined ? error : { ...error, retryAfterSeconds });
}

/** One call to the API. Throws ApiFailure, or the AbortError of the given signal. */
export async function call<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['x-holdfast-csrf'] = csrfToken;
  let response: Response;
  try {
    response = await fetch(addressOf(path, options.query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable(error);
  }
  if (!response.ok) throw await failureOf(response, path);
  if (response.status === 204) return undefined as T;
  return (await response.json().catch(() => {
    throw unreadable(response.status);
  })) as T;
}
