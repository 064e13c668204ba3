import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { ACCESS_FAILURES, ACCESS_LIMITS } from '../../src/access/index.ts';
import { isFailure } from '../../src/base/index.ts';
import {
  ADMIN,
  bySession,
  LONG_PASSWORD,
  newAccess,
  ORIGIN,
  records,
  refused,
  signIn,
  useAccess,
} from './access-for-test.ts';

const at = useAccess();

describe('the first start', () => {
  test('makes one administrator with the given password and key, and the second start nothing', async () => {
    expect(at.admin).toMatchObject({ type: 'key', id: 'test', roles: ['admin'] });
    expect(await at.access.bootstrap({ ...ADMIN, adminEmail: 'other@example.com' })).toEqual({ created: false });
    const people = await at.access.people.list(at.admin);
    expect(people.map(({ email, roles }) => [email, roles])).toEqual([['ada@example.com', ['admin']]]);
    expect((await signIn(at)).session.mustChangePassword).toBe(false);
  });

  test('generates a password when none is given, tells it once, and wants it changed', async () => {
    await sql`DELETE FROM access_people`.execute(at.catalog.db());
    const { generatedPassword = '', email = '' } = await at.access.bootstrap({});
    expect(generatedPassword).toMatch(/^[A-Za-z0-9]{24}$/);
    const { session } = await signIn(at, generatedPassword, email);
    expect(session.mustChangePassword).toBe(true);
    const everything = await sql<{ row: string }>`SELECT access_people::text AS row FROM access_people`.execute(
      at.catalog.db(),
    );
    expect(JSON.stringify(everything.rows)).not.toContain(generatedPassword);
    expect(JSON.stringify(await records(at, {}))).not.toContain(generatedPassword);
  });

  test.each(['hf_x_0123456789abcdef', 'hf_test_short', 'test_0123456789abcdef', 'hf_te/st_0123456789abcdef', ''])(
    'refuses the key %j and makes nobody',
    async (adminKey) => {
      await sql`DELETE FROM access_people`.execute(at.catalog.db());
      await refused(at.access.bootstrap({ ...ADMIN, adminKey }), ACCESS_FAILURES.keyFormInvalid);
      expect(await at.access.people.list(at.admin)).toEqual([]);
    },
  );

  test('done by two processes at once makes one administrator', async () => {
    await sql`DELETE FROM access_people`.execute(at.catalog.db());
    const other = await newAccess(at);
    const results = await Promise.all([at.access.bootstrap({}), other.bootstrap({})]);
    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(await at.access.people.list(at.admin)).toHaveLength(1);
  });
});

describe('signing in', () => {
  test('begins a session that holds for reads, and for changes with its CSRF token', async () => {
    const { token, session, actor } = await signIn(at);
    expect(actor).toMatchObject({ type: 'person', name: 'ada@example.com', roles: ['admin'], sessionId: session.id });
    expect((await bySession(at, token)).session).toEqual({
      ...session,
      person: expect.objectContaining({ id: actor.id }),
    });
    expect((await bySession(at, token, session.csrfToken)).actor).toEqual(actor);
    const other = await signIn(at);
    await refused(bySession(at, token, other.session.csrfToken), ACCESS_FAILURES.csrfInvalid);
    await refused(bySession(at, token, ''), ACCESS_FAILURES.csrfInvalid);
    await refused(
      at.access.authenticateSession({ token, csrf: { type: 'token', value: undefined }, ...ORIGIN }),
      ACCESS_FAILURES.csrfInvalid,
    );
  });

  test('stores neither the token nor the password', async () => {
    const { token } = await signIn(at);
    const rows = await sql<{ row: string }>`SELECT access_sessions::text AS row FROM access_sessions
      UNION ALL SELECT access_people::text FROM access_people`.execute(at.catalog.db());
    const text = JSON.stringify(rows.rows);
    expect(text).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(text).not.toContain(token);
    expect(text).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
    expect(text).not.toContain(ADMIN.adminPassword);
  });

  test('is refused alike for a wrong password, an unknown address and a disabled person', async () => {
    const { person } = await at.access.people.create(at.admin, {
      email: 'bob@example.com',
      name: 'Bob',
      roles: ['viewer'],
      password: LONG_PASSWORD,
    });
    await at.access.people.change(at.admin, person.id, { disabled: true });
    await refused(signIn(at, 'wrong password'), ACCESS_FAILURES.signInRefused);
    await refused(signIn(at, 'wrong password', 'nobody@example.com'), ACCESS_FAILURES.signInRefused);
    await refused(signIn(at, LONG_PASSWORD, 'bob@example.com'), ACCESS_FAILURES.signInRefused);
    await refused(signIn(at, 'x'.repeat(100_000)), ACCESS_FAILURES.signInRefused);
  });

  test('takes as long for an unknown address as for a wrong password', async () => {
    const timeOf = async (email: string): Promise<number> => {
      const startedMs = performance.now();
      await refused(at.access.signIn({ email, password: 'wrong', ...ORIGIN }), ACCESS_FAILURES.signInRefused);
      return performance.now() - startedMs;
    };
    await timeOf('warm@example.com');
    // In turns, so that other work on the machine meets both; without a hash an answer is fifty times faster.
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      known.push(await timeOf('ada@example.com'));
      unknown.push(await timeOf('nobody@example.com'));
    }
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 5);
    expect(Math.min(...known)).toBeGreaterThan(Math.min(...unknown) / 5);
  });

  test('is recorded as CloudTrail records it, without what was typed for a name that nobody has', async () => {
    await signIn(at);
    await refused(signIn(at, 'hunter2 hunter2'), ACCESS_FAILURES.signInRefused);
    await refused(signIn(at, 'x', 'my-password-by-mistake@x'), ACCESS_FAILURES.signInRefused);
    const logins = await records(at, { eventName: 'ConsoleLogin' });
    expect(logins).toMatchObject([
      { userIdentity: { type: 'Unknown' }, responseElements: { ConsoleLogin: 'Failure' } },
      { userIdentity: { userName: 'ada@example.com' }, errorCode: 'access.sign-in-refused' },
      {
        eventType: 'AwsConsoleSignIn',
        responseElements: { ConsoleLogin: 'Success' },
        sourceIPAddress: ORIGIN.sourceIp,
      },
    ]);
    expect(JSON.stringify(logins)).not.toMatch(/hunter2|my-password/);
  });

  test('is slowed down after wrong attempts, for that person from that address', async () => {
    for (let attempt = 0; attempt < ACCESS_LIMITS.signInsPerAddressAndPerson; attempt += 1) {
      await refused(signIn(at, 'wrong'), ACCESS_FAILURES.signInRefused);
    }
    const error = await signIn(at).catch((reason: unknown) => reason);
    expect(isFailure(error, ACCESS_FAILURES.tooManyAttempts) && error.retryAfterSeconds).toBeGreaterThan(1);
    const elsewhere = { email: ADMIN.adminEmail, password: ADMIN.adminPassword, userAgent: 'test' };
    expect((await at.access.signIn({ ...elsewhere, sourceIp: '198.51.100.1' })).session.person.email).toBe(
      'ada@example.com',
    );
  });
});

describe('a session', () => {
  test('ends by signing out, and is recorded', async () => {
    const { token, actor } = await signIn(at);
    await at.access.signOut(actor);
    await refused(bySession(at, token), ACCESS_FAILURES.sessionInvalid);
    expect(await records(at, { eventName: 'SignOut' })).toHaveLength(1);
  });

  test('ends when it is not used, and at the latest after its full time', async () => {
    const idle = await signIn(at);
    at.clock.setNowMs(at.clock.nowMs() + ACCESS_LIMITS.sessionIdleMs - 1);
    await bySession(at, idle.token);
    at.clock.setNowMs(at.clock.nowMs() + ACCESS_LIMITS.sessionIdleMs - 1);
    await bySession(at, idle.token);
    at.clock.setNowMs(at.clock.nowMs() + ACCESS_LIMITS.sessionIdleMs);
    await refused(bySession(at, idle.token), ACCESS_FAILURES.sessionInvalid);
    const used = await signIn(at);
    while (at.clock.nowMs() + ACCESS_LIMITS.sessionIdleMs / 2 < used.session.expiresMs) {
      at.clock.setNowMs(at.clock.nowMs() + ACCESS_LIMITS.sessionIdleMs / 2);
      await bySession(at, used.token);
    }
    at.clock.setNowMs(used.session.expiresMs);
    await refused(bySession(at, used.token), ACCESS_FAILURES.sessionInvalid);
  });

  test.each(['', 'x', 'a'.repeat(43), '"; DROP TABLE access_people; --'])(
    'does not come of the token %j',
    async (token) => {
      await refused(bySession(at, token), ACCESS_FAILURES.sessionInvalid);
    },
  );

  test('changes its password: other sessions end, this one stays, the old password is dead', async () => {
    const mine = await signIn(at);
    const other = await signIn(at);
    await refused(
      at.access.changePassword(mine.actor, { current: 'wrong', next: LONG_PASSWORD }),
      ACCESS_FAILURES.passwordWrong,
    );
    await refused(
      at.access.changePassword(mine.actor, { current: ADMIN.adminPassword, next: 'short' }),
      ACCESS_FAILURES.passwordWeak,
    );
    await at.access.changePassword(mine.actor, { current: ADMIN.adminPassword, next: LONG_PASSWORD });
    await bySession(at, mine.token);
    await refused(bySession(at, other.token), ACCESS_FAILURES.sessionInvalid);
    await refused(signIn(at), ACCESS_FAILURES.signInRefused);
    await signIn(at, LONG_PASSWORD);
    expect(JSON.stringify(await records(at, { eventName: 'ChangePassword' }))).not.toContain(LONG_PASSWORD);
  });

  test('of one person does not pile up', async () => {
    const first = await signIn(at);
    for (let count = 0; count < ACCESS_LIMITS.sessionsPerPersonMax; count += 1) {
      at.clock.setNowMs(at.clock.nowMs() + 1);
      await signIn(at);
    }
    await refused(bySession(at, first.token), ACCESS_FAILURES.sessionInvalid);
  });
});
