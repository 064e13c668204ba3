import { createHash } from 'node:crypto';
import { Failure } from '../base/index.ts';
import { LOGS_FAILURES } from './failures.ts';

const FORMAT = 1;
const LENGTH_MAX = 8_192;

/** A short mark of the request that a token belongs to, so that it cannot be used with another one. */
const markOf = (request: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 12);

/** An opaque token: base64url of JSON `[format, mark of the request, ...position]`. It grants nothing. */
export const writeToken = (request: readonly unknown[], position: readonly string[]): string =>
  Buffer.from(JSON.stringify([FORMAT, markOf(request), ...position])).toString('base64url');

/** The position in a token; throws `logs.token-invalid` when it is torn or of another request. */
export function readToken(request: readonly unknown[], token: string, length: number): readonly string[] {
  const parts = token.length > LENGTH_MAX ? undefined : parseParts(token);
  const [format, mark, ...position] = parts ?? [];
  if (format !== FORMAT || mark !== markOf(request) || position.length !== length) {
    throw new Failure(LOGS_FAILURES.tokenInvalid);
  }
  return position.map(String);
}

function parseParts(token: string): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
