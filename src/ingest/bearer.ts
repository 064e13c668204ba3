import type { IncomingMessage } from 'node:http';
import type { Actor } from '../access/index.ts';
import { Failure } from '../base/index.ts';
import { INGEST_FAILURES } from './failures.ts';
import type { EdgeContext } from './http.ts';

/** Finds out who holds a key; throws a failure of status 401 when nobody does. */
export type AuthenticateBearer = (
  token: string,
  client: { readonly sourceIp: string; readonly userAgent: string },
) => Promise<Actor>;

/** The sender of a request, by `Authorization: Bearer <key>` (RFC 6750). Throws `ingest.credentials-missing`. */
export async function authenticateRequest(
  request: IncomingMessage,
  context: EdgeContext,
  authenticate: AuthenticateBearer,
): Promise<Actor> {
  const header = request.headers.authorization ?? '';
  const token = header.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7).trim() : '';
  if (token === '') throw new Failure(INGEST_FAILURES.credentialsMissing, { path: context.url.pathname });
  return authenticate(token, { sourceIp: context.sourceIp, userAgent: context.userAgent });
}
