import type { IncomingMessage } from 'node:http';
import { Failure } from '../../base/index.ts';
import type { JsonObject } from '../../issues/index.ts';
import { SENTRY_FAILURES } from './failures.ts';
import { SENTRY_LIMITS } from './limits.ts';

/** Who sends, as far as one place of a request tells it. */
export interface Credentials {
  readonly key: string;
  /** Of a DSN only. */
  readonly projectId?: string;
  /** `sentry.python/2.68.0`; empty when it was not said. */
  readonly client: string;
}

const SCHEME = /^sentry\s+/i;

/**
 * The credentials of the header and of the query. Neither is needed when the envelope has a DSN, so none is an answer.
 * Throws `sentry.credentials-malformed`.
 */
export function readCredentials(
  request: IncomingMessage,
  url: URL,
  pathKey: string | undefined,
): readonly Credentials[] {
  const found: Credentials[] = [];
  if (pathKey !== undefined) found.push({ key: normalKey(pathKey), client: '' });
  for (const header of [request.headers['x-sentry-auth'], request.headers.authorization]) {
    const text = typeof header === 'string' ? header.trim() : '';
    // Other schemes are of proxies before us.
    if (!SCHEME.test(text)) continue;
    const fields = readFields(text.replace(SCHEME, ''));
    const key = fields.get('sentry_key');
    if (key === undefined) throw new Failure(SENTRY_FAILURES.credentialsMalformed, { part: 'X-Sentry-Auth header' });
    found.push({ key: normalKey(key), client: shown(fields.get('sentry_client')) });
  }
  const key = url.searchParams.get('sentry_key');
  if (key !== null) found.push({ key: normalKey(key), client: shown(url.searchParams.get('sentry_client')) });
  return found;
}

function readFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of text.split(/[,\s]+/)) {
    const equals = part.indexOf('=');
    if (equals > 0) fields.set(part.slice(0, equals).toLowerCase(), part.slice(equals + 1));
  }
  return fields;
}

/** The DSN in the header of an envelope. Throws `sentry.credentials-malformed`. */
export function readDsn(header: JsonObject): Credentials | undefined {
  const { dsn } = header;
  if (dsn === undefined || dsn === null || dsn === '') return undefined;
  const malformed = new Failure(SENTRY_FAILURES.credentialsMalformed, { part: 'dsn of the envelope' });
  if (typeof dsn !== 'string') throw malformed;
  let url: URL;
  try {
    url = new URL(dsn);
  } catch {
    throw malformed;
  }
  const projectId = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .at(-1);
  if (url.username === '' || projectId === undefined) throw malformed;
  return { key: normalKey(url.username), projectId, client: '' };
}

/** All places must say the same. Throws `sentry.credentials-missing` and `sentry.credentials-differ`. */
export function agree(
  all: readonly Credentials[],
  pathProjectId: string | undefined,
): { readonly key: string; readonly projectId: string } {
  const [first] = all;
  if (first === undefined) throw new Failure(SENTRY_FAILURES.credentialsMissing);
  const projectId = pathProjectId ?? all.find((one) => one.projectId !== undefined)?.projectId;
  if (projectId === undefined) throw new Failure(SENTRY_FAILURES.credentialsMissing);
  const differs = all.some(
    (one) => one.key !== first.key || (one.projectId !== undefined && one.projectId !== projectId),
  );
  if (differs) throw new Failure(SENTRY_FAILURES.credentialsDiffer);
  return { key: first.key, projectId };
}

export const clientOf = (all: readonly Credentials[]): string => all.find(({ client }) => client !== '')?.client ?? '';

/** Some SDKs write the key as a UUID. */
const normalKey = (key: string): string => key.slice(0, 64).replaceAll('-', '').toLowerCase();

const shown = (text: string | null | undefined): string => (text ?? '').slice(0, SENTRY_LIMITS.shownLengthMax);
