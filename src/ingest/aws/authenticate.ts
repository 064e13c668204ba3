import type { IncomingMessage } from 'node:http';
import {
  type Access,
  type Actor,
  type CallOrigin,
  checkSignature,
  headerPairs,
  readClaim,
  SIGV4_FAILURES,
} from '../../access/index.ts';
import { type Clock, Failure } from '../../base/index.ts';
import type { ReceivedBody } from '../http-body.ts';

export interface AuthenticationDeps extends Pick<Access, 'accessKeyForSigning' | 'noteFailedKey'> {
  readonly clock: Clock;
}

/** The service names that CloudWatch Logs has in a credential scope. */
const LOGS_SERVICES: readonly string[] = ['logs'];

/**
 * Authenticates one request in two steps around the reading of its body: the claim, its date and the key are checked
 * before a byte of the body is taken, the signature itself when the body is there.
 * Every unknown key and every wrong signature is counted, so that guessing is slowed down.
 * Throws the failures of `sigv4`, `access.key-invalid` and `access.too-many-attempts`.
 */
export async function openRequest(
  request: IncomingMessage,
  origin: CallOrigin,
  deps: AuthenticationDeps,
  services: readonly string[] = LOGS_SERVICES,
): Promise<{ readonly region: string; readonly verify: (body: ReceivedBody) => Promise<Actor> }> {
  const wireRequest = {
    method: request.method ?? 'POST',
    target: request.url ?? '/',
    headers: headerPairs(request.rawHeaders),
  };
  const claim = readClaim(wireRequest, { nowMs: deps.clock.nowMs(), services });
  const key = await deps.accessKeyForSigning(claim.accessKeyId);
  if (key === undefined) {
    await deps.noteFailedKey(origin);
    throw new Failure(SIGV4_FAILURES.keyUnknown, { accessKeyId: claim.accessKeyId });
  }
  return {
    region: claim.scope.region,
    verify: async (body) => {
      try {
        checkSignature(wireRequest, claim, { secret: key.secret, body: body.wire });
      } catch (error) {
        await deps.noteFailedKey(origin);
        throw error;
      }
      return key.actorFor(origin);
    },
  };
}
