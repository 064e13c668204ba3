import { createHash } from 'node:crypto';
import { Failure } from '../../../base/index.ts';
import { METRICS_ALARMS_FAILURES } from '../failures.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from '../limits.ts';

const FORMAT = 1;

/** A mark of the request that a token belongs to, so that it cannot be used with another one. */
const markOf = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 12);

/** An opaque token: base64url of JSON `[format, mark of the request, position]`. It grants nothing. */
export const writeToken = (request: unknown, position: string): string =>
  Buffer.from(JSON.stringify([FORMAT, markOf(request), position])).toString('base64url');

/** The position in a token; throws `alarms.token-invalid` when it is torn or of another request. */
export function readToken(request: unknown, token: string): string {
  try {
    const parsed: unknown =
      token.length > LIMITS.tokenLengthMax ? undefined : JSON.parse(Buffer.from(token, 'base64url').toString());
    if (
      Array.isArray(parsed) &&
      parsed[0] === FORMAT &&
      parsed[1] === markOf(request) &&
      typeof parsed[2] === 'string'
    ) {
      return parsed[2];
    }
  } catch {
    // Torn; refused below like any other wrong token.
  }
  throw new Failure(METRICS_ALARMS_FAILURES.tokenInvalid);
}
