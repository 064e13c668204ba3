import { type AuditIdentity, auditedError } from '../audit/index.ts';
import { Failure, isFailure } from '../base/index.ts';
import { normalEmail } from './accepted-input.ts';
import type { AccessContext } from './access-context.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { ACCESS_LIMITS } from './limits.ts';
import type { AccessTables } from './migrations.ts';
import { type Access, auditIdentity, type CallOrigin, type Person } from './service.ts';
import { beginSession } from './sessions.ts';
import { personOf } from './stored-rows.ts';

type KnownPerson = Person & { readonly passwordHash: string; readonly mustChangePassword: boolean };

/** An unknown address, a disabled person and a wrong password are refused alike and take the same time. */
export const signIn =
  (context: AccessContext): Access['signIn'] =>
  async ({ email: typed, password, sourceIp, userAgent }) => {
    const { catalog, clock, audit, throttle } = context;
    const origin = { sourceIp, userAgent };
    const email = normalEmail(typed);
    await throttled(context, email, origin);
    const person = await findPerson(context, email);
    if (person === undefined || !(await isPasswordOf(context, person, password))) {
      const failure = new Failure(ACCESS_FAILURES.signInRefused);
      await audit.record(loginEntry(anonymous(person, origin), failure));
      throw failure;
    }
    await throttle.afterSignIn(sourceIp, email);
    const { passwordHash: _, ...shown } = person;
    const signedIn = await beginSession(context, { ...shown, lastSignInMs: clock.nowMs() }, origin);
    const db = catalog.db<AccessTables>();
    await db.updateTable('access_people').set({ last_sign_in_ms: clock.nowMs() }).where('id', '=', person.id).execute();
    await audit.record(loginEntry(auditIdentity(signedIn.actor)));
    return signedIn;
  };

async function isPasswordOf({ hasher }: AccessContext, person: KnownPerson, password: string): Promise<boolean> {
  if (password.length > ACCESS_LIMITS.passwordCharsMax) return false;
  if (!person.disabled) return hasher.verify(person.passwordHash, password);
  return hasher.verifyNobody(password);
}

async function findPerson(context: AccessContext, email: string): Promise<KnownPerson | undefined> {
  const row = await context.catalog
    .db<AccessTables>()
    .selectFrom('access_people')
    .selectAll()
    .where('email', '=', email)
    .executeTakeFirst();
  if (row !== undefined) {
    return { ...personOf(row), passwordHash: row.password_hash, mustChangePassword: row.must_change_password };
  }
  await context.hasher.verifyNobody('');
  return undefined;
}

async function throttled({ throttle, audit }: AccessContext, email: string, origin: CallOrigin): Promise<void> {
  try {
    await throttle.beforeSignIn(origin.sourceIp, email);
  } catch (error) {
    // Summed by the minute: whoever hammers the door must not fill the log.
    if (isFailure(error)) audit.count(loginEntry(anonymous(undefined, origin), error), { events: 1, bytes: 0 });
    throw error;
  }
}

/** People type passwords into the field of the name, so a name that nobody has is not recorded. */
const anonymous = (person: KnownPerson | undefined, origin: CallOrigin): AuditIdentity =>
  person === undefined
    ? { type: 'anonymous', id: 'unknown', name: 'unknown', ...origin }
    : { type: 'person', id: person.id, name: person.email, ...origin };

const loginEntry = (identity: AuditIdentity, failure?: Failure) => ({
  identity,
  source: 'access',
  eventName: 'ConsoleLogin',
  readOnly: false,
  responseElements: { ConsoleLogin: failure === undefined ? 'Success' : 'Failure' },
  ...(identity.type === 'person' ? { resources: [{ type: 'person', name: identity.id }] } : {}),
  ...(failure === undefined ? {} : auditedError(failure)),
});
