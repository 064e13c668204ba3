import { createHash } from 'node:crypto';
import { Failure } from '../../../base/index.ts';
import { CLOUDWATCH_FAILURES } from './failures.ts';
import { CLOUDWATCH_LIMITS } from './limits.ts';

/**
 * A token is a place in an answer together with a fingerprint of the request that it continues. It holds nothing
 * secret and is checked only against mistakes: everything in it is authorized again.
 */
export function writeToken(request: unknown, place: Readonly<Record<string, string | number>>): string {
  return Buffer.from(JSON.stringify([1, fingerprint(request), place])).toString('base64url');
}

/** Throws `cloudwatch.token-invalid` for what is no token of this very request. */
export function readToken(token: string, request: unknown): Readonly<Record<string, unknown>> {
  if (token.length <= CLOUDWATCH_LIMITS.tokenLength && /^[\w-]+$/.test(token)) {
    const parsed = parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed[0] === 1 && parsed[1] === fingerprint(request)) {
      const place: unknown = parsed[2];
      if (typeof place === 'object' && place !== null) return place as Readonly<Record<string, unknown>>;
    }
  }
  throw tokenInvalid();
}

export const tokenInvalid = (): Failure => new Failure(CLOUDWATCH_FAILURES.tokenInvalid);

const fingerprint = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 16);

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
