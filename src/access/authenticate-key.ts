import { Failure } from '../base/index.ts';
import type { AccessContext } from './access-context.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { parseKey } from './key-form.ts';
import type { Access, CallOrigin, KeyForSigning } from './service.ts';

/** Verifies first and counts only wrong keys, so that a right key works also beside a sender with a wrong one. */
export const authenticateBearer =
  (context: AccessContext): Access['authenticateBearer'] =>
  async (token, origin) => {
    const parts = parseKey(token);
    const key = parts === undefined ? undefined : await context.keyStore.usable(parts.id);
    const isRight = context.keyStore.holdsSecret(key, parts?.secret ?? '');
    if (key === undefined || !isRight) {
      await noteFailedKey(context)(origin);
      throw new Failure(ACCESS_FAILURES.keyInvalid);
    }
    context.keyStore.noteUsed(key);
    return context.keyStore.actorOf(key, origin);
  };

/** The secret for a signature; whether the signature is right is for the caller to find out. */
export const accessKeyForSigning =
  ({ keyStore }: AccessContext): Access['accessKeyForSigning'] =>
  async (accessKeyId) => {
    const key = await keyStore.usable(accessKeyId);
    if (key === undefined) return undefined;
    const signing: KeyForSigning = {
      secret: keyStore.secretOf(key),
      actorFor: async (origin) => {
        const current = await keyStore.usable(accessKeyId);
        if (current === undefined) throw new Failure(ACCESS_FAILURES.keyInvalid);
        keyStore.noteUsed(current);
        return keyStore.actorOf(current, origin);
      },
    };
    return signing;
  };

/** Wrong keys are summed in the audit log by the minute: an attacker must not fill it. */
export const noteFailedKey =
  ({ audit, throttle }: AccessContext) =>
  async (origin: CallOrigin): Promise<void> => {
    const entry = {
      identity: { type: 'anonymous' as const, id: 'unknown', name: 'unknown', ...origin },
      source: 'access',
      eventName: 'AuthenticateKey',
      readOnly: true,
      errorCode: ACCESS_FAILURES.keyInvalid.code,
      errorMessage: ACCESS_FAILURES.keyInvalid.message,
    };
    audit.count(entry, { events: 1, bytes: 0 });
    await throttle.wrongKey(origin.sourceIp);
  };
