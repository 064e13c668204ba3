import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Failure, newId, storableText } from '../base/index.ts';
import type { AccessContext } from './access-context.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { grantedPatterns } from './granted-patterns.ts';
import { ACCESS_LIMITS } from './limits.ts';
import type { AccessTables } from './migrations.ts';
import type { Access, CallOrigin, Person, SignedIn } from './service.ts';
import { personOf } from './stored-rows.ts';
import type { Actor } from './types.ts';

const tokenDigest = (token: string): Buffer => createHash('sha256').update(token).digest();
const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

/** Begins a session; ended sessions of everybody and the oldest ones of this person go at the same time. */
export async function beginSession(
  context: AccessContext,
  person: Person & { readonly mustChangePassword: boolean },
  origin: CallOrigin,
): Promise<SignedIn> {
  const { catalog, clock, masterKey } = context;
  const nowMs = clock.nowMs();
  const id = newId(nowMs);
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const expiresMs = nowMs + ACCESS_LIMITS.sessionMaxMs;
  await catalog.transaction<AccessTables, void>(async (trx) => {
    await trx.deleteFrom('access_sessions').where('expires_ms', '<=', nowMs).execute();
    const others = await trx
      .selectFrom('access_sessions')
      .select('id')
      .where('person_id', '=', person.id)
      .orderBy('last_seen_ms', 'desc')
      .execute();
    const surplus = others.slice(ACCESS_LIMITS.sessionsPerPersonMax - 1).map((session) => session.id);
    if (surplus.length > 0) await trx.deleteFrom('access_sessions').where('id', 'in', surplus).execute();
    const row = { id, token_hash: tokenDigest(token), person_id: person.id, created_ms: nowMs, last_seen_ms: nowMs };
    const from = {
      source_ip: storableText(origin.sourceIp),
      user_agent: storableText(origin.userAgent).slice(0, 1024),
    };
    await trx
      .insertInto('access_sessions')
      .values({ ...row, ...from, expires_ms: expiresMs })
      .execute();
  });
  const { mustChangePassword, ...shown } = person;
  const session = { id, person: shown, csrfToken: masterKey.csrfToken(id), expiresMs, mustChangePassword };
  return { token, session, actor: await personActor(context, shown, { ...origin, sessionId: id }) };
}

/** The actor of a person in one session. */
export async function personActor(
  { catalog }: AccessContext,
  person: Person,
  call: CallOrigin & { readonly sessionId: string },
): Promise<Actor> {
  return {
    type: 'person',
    id: person.id,
    name: person.email,
    roles: person.roles,
    readableLogGroups: await grantedPatterns(catalog, { type: 'person', id: person.id, roles: person.roles }),
    sourceIp: call.sourceIp,
    userAgent: call.userAgent,
    sessionId: call.sessionId,
  };
}

/** Roles and grants are read anew for each call, so that what an administrator takes away is gone at once. */
export const authenticateSession =
  (context: AccessContext): Access['authenticateSession'] =>
  async ({ token, csrf, sourceIp, userAgent }) => {
    const { catalog, clock, masterKey } = context;
    const nowMs = clock.nowMs();
    const found = TOKEN_FORM.test(token) ? await findSession(context, token) : undefined;
    const isOver =
      found === undefined ||
      found.disabled ||
      found.expires_ms <= nowMs ||
      found.last_seen_ms + ACCESS_LIMITS.sessionIdleMs <= nowMs;
    if (isOver) throw new Failure(ACCESS_FAILURES.sessionInvalid);
    const csrfToken = masterKey.csrfToken(found.session_id);
    if (csrf.type === 'token' && !isSameText(csrf.value ?? '', csrfToken)) {
      throw new Failure(ACCESS_FAILURES.csrfInvalid);
    }
    if (nowMs - found.last_seen_ms >= ACCESS_LIMITS.sessionSeenMs) {
      const db = catalog.db<AccessTables>();
      await db.updateTable('access_sessions').set({ last_seen_ms: nowMs }).where('id', '=', found.session_id).execute();
    }
    const person = personOf(found);
    const session = {
      id: found.session_id,
      person,
      csrfToken,
      expiresMs: found.expires_ms,
      mustChangePassword: found.must_change_password,
    };
    return { session, actor: await personActor(context, person, { sourceIp, userAgent, sessionId: session.id }) };
  };

const findSession = ({ catalog }: AccessContext, token: string) =>
  catalog
    .db<AccessTables>()
    .selectFrom('access_sessions as session')
    .innerJoin('access_people as person', 'person.id', 'session.person_id')
    .select(['session.id as session_id', 'session.last_seen_ms', 'session.expires_ms'])
    .select(['person.id', 'person.email', 'person.name', 'person.roles', 'person.disabled'])
    .select(['person.created_ms', 'person.last_sign_in_ms', 'person.must_change_password'])
    .where('session.token_hash', '=', tokenDigest(token))
    .executeTakeFirst();

/** Compares digests, which have one length, in a time that does not depend on where the texts differ. */
const isSameText = (given: string, expected: string): boolean =>
  timingSafeEqual(tokenDigest(given), tokenDigest(expected));
