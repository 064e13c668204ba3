import type { IncomingMessage } from 'node:http';
import { clip, type Failure } from '../../base/index.ts';
import type { Answer } from '../http-body.ts';
import { SENTRY_LIMITS } from './limits.ts';
import { type AnnouncedLimit, longestByCategory, rateLimitsHeader } from './rate-limits.ts';

/** Pages may read these of an answer; without it a browser's SDK never learns of a limit. */
const EXPOSED = 'x-sentry-error, x-sentry-rate-limits, retry-after';
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED,
  'cross-origin-resource-policy': 'cross-origin',
} as const;
const PREFLIGHT = {
  ...CORS,
  'access-control-allow-methods': 'POST, GET, OPTIONS',
  'access-control-allow-headers':
    'x-sentry-auth, x-requested-with, x-forwarded-for, origin, referer, accept, content-type, authentication, authorization, content-encoding, transfer-encoding, sentry-trace, baggage, traceparent',
  'access-control-max-age': '3600',
} as const;
const JSON_TYPE = { 'content-type': 'application/json' } as const;

export const preflightAnswer = (): Answer => ({ status: 204, headers: PREFLIGHT, body: '' });

export const isPreflight = (request: IncomingMessage): boolean => request.method === 'OPTIONS';

/** What was taken; limits that hold from now on are told beside it. */
export function takenAnswer(
  id: string | undefined,
  limits: readonly AnnouncedLimit[],
  status: 200 | 202 = 200,
): Answer {
  const body = JSON.stringify(id === undefined ? {} : { id });
  return { status, headers: { ...CORS, ...JSON_TYPE, ...limitHeaders(limits) }, body };
}

/** Clients that upload crashes show the id as it is. */
export const crashAnswer = (id: string, limits: readonly AnnouncedLimit[]): Answer => ({
  status: 200,
  headers: { ...CORS, 'content-type': 'text/plain', ...limitHeaders(limits) },
  body: `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`,
});

const limitHeaders = (limits: readonly AnnouncedLimit[]): Record<string, string> =>
  limits.length === 0 ? {} : { 'x-sentry-rate-limits': rateLimitsHeader(limits) };

/**
 * A refusal. 429 is said only with the categories that it is about, because SDKs take a bare one for a minute of
 * silence about everything; what is full without a category is 503.
 */
export function failureAnswer(failure: Failure, limits: readonly AnnouncedLimit[] = []): Answer {
  const status = failure.status === 429 && limits.length === 0 ? 503 : failure.status;
  const headers: Record<string, string> = {
    ...CORS,
    ...JSON_TYPE,
    ...limitHeaders(limits),
    'x-sentry-error': clip(failure.message, SENTRY_LIMITS.shownLengthMax).replace(/[^\x20-\x7e]/g, '?'),
  };
  const longest = longestByCategory(limits).reduce((most, one) => Math.max(most, one.retryAfterSeconds), 0);
  if (status === 429) headers['retry-after'] = String(longest);
  else if (status === 503) headers['retry-after'] = String(Math.ceil(failure.retryAfterSeconds ?? 2));
  if (status === 405) headers.allow = 'POST, OPTIONS';
  const body = JSON.stringify({ detail: failure.message, causes: [`${failure.code}: ${failure.hint}`] });
  return { status, headers, body };
}
