import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { ACCESS_FAILURES, ACCESS_LIMITS } from '../../src/access/index.ts';
import {
  ADMIN,
  bySession,
  newAccess,
  newKeyActor,
  ORIGIN,
  records,
  refused,
  signIn,
  useAccess,
} from './access-for-test.ts';

const at = useAccess();

describe('people', () => {
  const bob = { email: 'Bob@Example.com', name: 'Bob', roles: ['viewer'] };

  test('are made with a generated password that is answered once', async () => {
    const { person, password = '' } = await at.access.people.create(at.admin, bob);
    expect(person).toMatchObject({ email: 'bob@example.com', roles: ['viewer'], disabled: false });
    expect((await signIn(at, password, 'bob@example.com')).session.mustChangePassword).toBe(true);
    await refused(
      at.access.people.create(at.admin, { ...bob, email: 'BOB@example.com' }),
      ACCESS_FAILURES.personExists,
    );
  });

  test('are refused with a wrong address, name, role or password', async () => {
    const create = (more: object) => at.access.people.create(at.admin, { ...bob, ...more });
    for (const email of ['', 'bob', 'b ob@x', `${'x'.repeat(250)}@x.org`]) {
      await refused(create({ email }), ACCESS_FAILURES.emailInvalid);
    }
    await refused(create({ name: ' ' }), ACCESS_FAILURES.nameInvalid);
    for (const roles of [[], ['root'], ['viewer', 'root']])
      await refused(create({ roles }), ACCESS_FAILURES.roleInvalid);
    for (const password of ['short', 'x'.repeat(20), 'bob@example.com', 'x'.repeat(2000)]) {
      await refused(create({ password }), ACCESS_FAILURES.passwordWeak);
    }
    expect(await records(at, { eventName: 'CreatePerson', refusedOnly: true })).toHaveLength(12);
  });

  test('lose at once what is taken from them', async () => {
    const { person, password = '' } = await at.access.people.create(at.admin, { ...bob, roles: ['admin'] });
    const { token, actor } = await signIn(at, password, bob.email);
    await at.access.people.change(at.admin, person.id, { roles: ['viewer'], name: 'Robert' });
    const after = await bySession(at, token);
    expect(after.actor.roles).toEqual(['viewer']);
    expect(after.session.person.name).toBe('Robert');
    await refused(
      at.access.authorize(after.actor, 'access:Read', { type: 'person', name: '*' }),
      ACCESS_FAILURES.forbidden,
    );
    const reset = await at.access.people.resetPassword(at.admin, person.id);
    await refused(bySession(at, token), ACCESS_FAILURES.sessionInvalid);
    await refused(signIn(at, password, bob.email), ACCESS_FAILURES.signInRefused);
    const again = await signIn(at, reset.password, bob.email);
    await at.access.people.change(at.admin, person.id, { disabled: true });
    await refused(bySession(at, again.token), ACCESS_FAILURES.sessionInvalid);
    expect(actor.id).toBe(person.id);
  });

  test('always keep one administrator, also when two demote each other at once', async () => {
    const [first] = await at.access.people.list(at.admin);
    const firstId = first?.id ?? '';
    await refused(at.access.people.change(at.admin, firstId, { roles: ['viewer'] }), ACCESS_FAILURES.lastAdmin);
    await refused(at.access.people.change(at.admin, firstId, { disabled: true }), ACCESS_FAILURES.lastAdmin);
    const { person } = await at.access.people.create(at.admin, { ...bob, roles: ['admin'] });
    const results = await Promise.allSettled(
      [firstId, person.id].map((id) => at.access.people.change(at.admin, id, { roles: ['viewer'] })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await at.access.people.list(at.admin)).filter(({ roles }) => roles.includes('admin'))).toHaveLength(1);
  });

  test('that do not exist are not found', async () => {
    for (const id of ['nobody', '00000000-0000-7000-8000-000000000000']) {
      await refused(at.access.people.change(at.admin, id, {}), ACCESS_FAILURES.personNotFound);
      await refused(at.access.people.resetPassword(at.admin, id), ACCESS_FAILURES.personNotFound);
    }
  });
});

describe('API keys', () => {
  test('authenticate as bearer token and for signatures, and are shown once', async () => {
    const made = await at.access.keys.create(at.admin, { name: 'agent', roles: ['sender'] });
    expect(made.token).toBe(`hf_${made.accessKeyId}_${made.secretAccessKey}`);
    const actor = await at.access.authenticateBearer(made.token, ORIGIN);
    expect(actor).toMatchObject({ type: 'key', id: made.accessKeyId, name: 'agent', roles: ['sender'], ...ORIGIN });
    const signing = await at.access.accessKeyForSigning(made.accessKeyId);
    expect(signing?.secret).toBe(made.secretAccessKey);
    expect(await signing?.actorFor(ORIGIN)).toEqual(actor);
    const rows = await sql<{ row: string }>`SELECT access_keys::text AS row FROM access_keys`.execute(at.catalog.db());
    const stored = JSON.stringify([rows.rows, await at.access.keys.list(at.admin), await records(at, {})]);
    expect(stored).not.toContain(made.secretAccessKey);
    expect(stored).not.toContain(Buffer.from(made.secretAccessKey).toString('hex'));
  });

  test('of a chosen secret sign as well', async () => {
    expect((await at.access.accessKeyForSigning('test'))?.secret).toBe('0123456789abcdef');
  });

  test('that are wrong are refused, counted in the audit log and slowed down by address, while right ones work', async () => {
    const wrong = [
      'hf_test_0123456789abcdeX',
      'hf_nobody_0123456789abcdef',
      'nonsense',
      '',
      `hf_test_${'x'.repeat(9999)}`,
    ];
    for (let count = 0; count < ACCESS_LIMITS.wrongKeysPerAddress; count += 1) {
      await refused(at.access.authenticateBearer(wrong[count % 5] ?? '', ORIGIN), ACCESS_FAILURES.keyInvalid);
    }
    await refused(at.access.authenticateBearer(wrong[0] ?? '', ORIGIN), ACCESS_FAILURES.tooManyAttempts);
    await refused(at.access.noteFailedKey(ORIGIN), ACCESS_FAILURES.tooManyAttempts);
    expect((await at.access.authenticateBearer(ADMIN.adminKey, ORIGIN)).id).toBe('test');
    await refused(
      at.access.authenticateBearer('nonsense', { ...ORIGIN, sourceIp: '198.51.100.7' }),
      ACCESS_FAILURES.keyInvalid,
    );
    await at.clock.advance(60_000);
    await expect.poll(() => records(at, { eventName: 'AuthenticateKey' })).toHaveLength(2);
    const calls = (await records(at, { eventName: 'AuthenticateKey' })).map(
      ({ requestParameters }) => requestParameters,
    );
    expect(calls).toContainEqual({ aggregated: expect.objectContaining({ calls: 62 }) });
  });

  test('stop at once when they are revoked, and when they expire', async () => {
    const expiresMs = at.clock.nowMs() + 1000;
    const made = await at.access.keys.create(at.admin, { name: 'short', roles: ['viewer'], expiresMs });
    const revoked = await at.access.keys.create(at.admin, { name: 'gone', roles: ['viewer'] });
    await at.access.authenticateBearer(made.token, ORIGIN);
    await at.access.authenticateBearer(revoked.token, ORIGIN);
    const signing = await at.access.accessKeyForSigning(revoked.accessKeyId);
    await at.access.keys.revoke(at.admin, revoked.accessKeyId);
    await at.access.keys.revoke(at.admin, revoked.accessKeyId);
    at.clock.setNowMs(expiresMs);
    for (const { token, accessKeyId } of [made, revoked]) {
      await refused(at.access.authenticateBearer(token, ORIGIN), ACCESS_FAILURES.keyInvalid);
      expect(await at.access.accessKeyForSigning(accessKeyId)).toBeUndefined();
    }
    await refused(signing?.actorFor(ORIGIN) ?? Promise.resolve(), ACCESS_FAILURES.keyInvalid);
    const listed = await at.access.keys.list(at.admin);
    expect(listed.find(({ id }) => id === revoked.accessKeyId)?.revokedMs).toBeDefined();
    await refused(at.access.keys.revoke(at.admin, 'nobody'), ACCESS_FAILURES.keyNotFound);
  });

  test('are asked of the database once in seconds, and a revocation elsewhere is seen after those', async () => {
    const made = await at.access.keys.create(at.admin, { name: 'busy', roles: ['sender'] });
    await at.access.authenticateBearer(made.token, ORIGIN);
    const other = await newAccess(at);
    await other.keys.revoke(at.admin, made.accessKeyId);
    await at.access.authenticateBearer(made.token, ORIGIN);
    await at.clock.advance(ACCESS_LIMITS.keyCacheMs + 1);
    await refused(at.access.authenticateBearer(made.token, ORIGIN), ACCESS_FAILURES.keyInvalid);
  });

  test('show when they were last used', async () => {
    const made = await at.access.keys.create(at.admin, { name: 'used', roles: ['sender'] });
    await at.access.authenticateBearer(made.token, ORIGIN);
    await at.access.close();
    const [key] = (await at.access.keys.list(at.admin)).filter(({ id }) => id === made.accessKeyId);
    expect(key?.lastUsedMs).toBe(at.clock.nowMs());
  });

  test('are refused with unknown roles or scopes, or an expiry that has passed', async () => {
    const create = (more: object) => at.access.keys.create(at.admin, { name: 'k', roles: ['viewer'], ...more });
    await refused(create({ roles: ['owner'] }), ACCESS_FAILURES.roleInvalid);
    for (const scopes of [[], ['logs:Everything']]) await refused(create({ scopes }), ACCESS_FAILURES.scopeInvalid);
    for (const expiresMs of [at.clock.nowMs(), Number.NaN]) {
      await refused(create({ expiresMs }), ACCESS_FAILURES.expiryInvalid);
    }
  });

  test('hand out no more than they may do themselves', async () => {
    const scoped = await newKeyActor(at, { name: 'manager', roles: ['admin'], scopes: ['access:Manage', 'logs:Read'] });
    await refused(at.access.keys.create(scoped, { name: 'all', roles: ['admin'] }), ACCESS_FAILURES.beyondOwnRights);
    await refused(
      at.access.people.create(scoped, { email: 'e@x', name: 'E', roles: ['security'] }),
      ACCESS_FAILURES.beyondOwnRights,
    );
    await refused(at.access.keys.revoke(scoped, 'test'), ACCESS_FAILURES.beyondOwnRights);
    const [first] = await at.access.people.list(at.admin);
    await refused(at.access.people.resetPassword(scoped, first?.id ?? ''), ACCESS_FAILURES.beyondOwnRights);
    await refused(at.access.people.change(scoped, first?.id ?? '', { name: 'x' }), ACCESS_FAILURES.beyondOwnRights);
    await at.access.keys.create(scoped, { name: 'reader', roles: ['admin'], scopes: ['logs:Read'] });
  });
});
