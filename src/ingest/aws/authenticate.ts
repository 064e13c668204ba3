import type { IncomingMessage } from 'node:http';
import { type Actor, checkSignature, headerPairs, readClaim, SIGV4_FAILURES } from '../../access/index.ts';
import { type Clock, Failure } from '../../base/index.ts';
import type { ReceivedBody } from '../http-body.ts';

/** A key as the signature check needs it. */
export interface SigningAccessKey {
  readonly secret: string;
  readonly actorFor: (origin: { readonly sourceIp: string; readonly userAgent: string }) => Actor;
}

export interface AuthenticationDeps {
  /** Undefined for an unknown or revoked key; may throw `access.key-expired`. */
  readonly accessKeyForSigning: (accessKeyId: string) => Promise<SigningAccessKey | undefined>;
  /** Told of every unknown key and every wrong signature, so that guessing can be slowed down. */
  readonly noteFailedKey: (sourceIp: string) => void | Promise<void>;
  readonly clock: Clock;
}

/** The service name in a credential scope. */
const SERVICES = ['logs'];

/**
 * Authenticates one request in two steps around the reading of its body: the claim, its date and the key are checked
 * before a byte of the body is taken, the signature itself when the body is there.
 * Throws the failures of `sigv4` and whatever `accessKeyForSigning` throws.
 */
export async function openRequest(
  request: IncomingMessage,
  sourceIp: string,
  deps: AuthenticationDeps,
): Promise<{ readonly region: string; readonly verify: (body: ReceivedBody) => Promise<SigningAccessKey> }> {
  const wireRequest = {
    method: request.method ?? 'POST',
    target: request.url ?? '/',
    headers: headerPairs(request.rawHeaders),
  };
  const claim = readClaim(wireRequest, { nowMs: deps.clock.nowMs(), services: SERVICES });
  const key = await deps.accessKeyForSigning(claim.accessKeyId);
  if (key === undefined) {
    await deps.noteFailedKey(sourceIp);
    throw new Failure(SIGV4_FAILURES.keyUnknown, { accessKeyId: claim.accessKeyId });
  }
  return {
    region: claim.scope.region,
    verify: async (body) => {
      try {
        checkSignature(wireRequest, claim, { secret: key.secret, body: body.wire });
      } catch (error) {
        await deps.noteFailedKey(sourceIp);
        throw error;
      }
      return key;
    },
  };
}
