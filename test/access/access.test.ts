import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ACCESS_FAILURES,
  ACCESS_LIMITS,
  ACCESS_MIGRATIONS,
  type Access,
  type Actor,
  createAccess,
  systemActor,
} from '../../src/access/index.ts';
import { AUDIT_MIGRATIONS, type Audit, type AuditLookup, createAudit } from '../../src/audit/index.ts';
import {
  createManualClock,
  isFailure,
  type ManualClock,
  type RegisteredFailure,
  silentLog,
} from '../../src/base/index.ts';
import { type Catalog, openCatalog } from '../../src/catalog/index.ts';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';

const ADMIN = {
  adminEmail: 'Ada@Example.com',
  adminPassword: 'correct horse battery',
  adminKey: 'hf_test_0123456789abcdef',
};
const ORIGIN = { sourceIp: '192.0.2.10', userAgent: 'test' };
const LONG_PASSWORD = 'a quiet river at night';

let running: ServerForTest;
let databases = 0;
let catalog: Catalog;
let audit: Audit;
let clock: ManualClock;
let access: Access;
let keyFolder: string;
let url: string;
let admin: Actor;

beforeAll(async () => {
  running = await serverForTest();
});
afterAll(() => running.remove());

beforeEach(async () => {
  databases += 1;
  const name = `access_${databases}`;
  const root = await openCatalog({
    url: running.server.superuserUrl,
    migrations: [],
    clock: createManualClock(),
    log: silentLog(),
  });
  await sql.raw(`CREATE DATABASE ${name} OWNER holdfast`).execute(root.db());
  await root.close();
  const address = new URL(running.server.url);
  address.pathname = `/${name}`;
  url = address.href;
  keyFolder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-keys-'));
  clock = createManualClock(Date.now());
  const migrations = [...AUDIT_MIGRATIONS, ...ACCESS_MIGRATIONS];
  catalog = await openCatalog({ url, migrations, clock, log: silentLog() });
  audit = createAudit({ catalog, clock, log: silentLog(), region: 'local', accountId: '1' });
  access = await newAccess();
  await access.bootstrap(ADMIN);
  admin = await access.authenticateBearer(ADMIN.adminKey, ORIGIN);
});
afterEach(async () => {
  await access.close();
  await audit.close();
  await catalog.close();
  await rm(keyFolder, { recursive: true, force: true });
});

const newAccess = (): Promise<Access> => createAccess({ catalog, audit, clock, log: silentLog(), keyFolder });

async function refused(promise: Promise<unknown>, spec: RegisteredFailure): Promise<void> {
  const error = await promise.then(
    () => new Error(`expected ${spec.code}, but it succeeded`),
    (reason: unknown) => reason,
  );
  if (!isFailure(error, spec)) throw error;
}

const signIn = (password = ADMIN.adminPassword, email = ADMIN.adminEmail) =>
  access.signIn({ email, password, ...ORIGIN });
const bySession = (token: string, csrf?: string) =>
  access.authenticateSession({
    token,
    csrf: csrf === undefined ? { type: 'not-needed' } : { type: 'token', value: csrf },
    ...ORIGIN,
  });
const records = async (lookup: AuditLookup) => (await audit.lookup(lookup)).records;
const newKeyActor = async (key: Parameters<Access['keys']['create']>[1]): Promise<Actor> =>
  access.authenticateBearer((await access.keys.create(admin, key)).token, ORIGIN);

describe('the first start', () => {
  test('makes one administrator with the given password and key, and the second start nothing', async () => {
    expect(admin).toMatchObject({ type: 'key', id: 'test', roles: ['admin'] });
    expect(await access.bootstrap({ ...ADMIN, adminEmail: 'other@example.com' })).toEqual({ created: false });
    const people = await access.people.list(admin);
    expect(people.map(({ email, roles }) => [email, roles])).toEqual([['ada@example.com', ['admin']]]);
    expect((await signIn()).session.mustChangePassword).toBe(false);
  });

  test('generates a password when none is given, tells it once, and wants it changed', async () => {
    await sql`DELETE FROM access_people`.execute(catalog.db());
    const { generatedPassword = '', email = '' } = await access.bootstrap({});
    expect(generatedPassword).toMatch(/^[A-Za-z0-9]{24}$/);
    const { session } = await signIn(generatedPassword, email);
    expect(session.mustChangePassword).toBe(true);
    const everything = await sql<{ row: string }>`SELECT access_people::text AS row FROM access_people`.execute(
      catalog.db(),
    );
    expect(JSON.stringify(everything.rows)).not.toContain(generatedPassword);
    expect(JSON.stringify(await records({}))).not.toContain(generatedPassword);
  });

  test.each(['hf_x_0123456789abcdef', 'hf_test_short', 'test_0123456789abcdef', 'hf_te/st_0123456789abcdef', ''])(
    'refuses the key %j and makes nobody',
    async (adminKey) => {
      await sql`DELETE FROM access_people`.execute(catalog.db());
      await refused(access.bootstrap({ ...ADMIN, adminKey }), ACCESS_FAILURES.keyFormInvalid);
      expect(await access.people.list(admin)).toEqual([]);
    },
  );

  test('done by two processes at once makes one administrator', async () => {
    await sql`DELETE FROM access_people`.execute(catalog.db());
    const other = await newAccess();
    const results = await Promise.all([access.bootstrap({}), other.bootstrap({})]);
    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(await access.people.list(admin)).toHaveLength(1);
  });
});

describe('signing in', () => {
  test('begins a session that holds for reads, and for changes with its CSRF token', async () => {
    const { token, session, actor } = await signIn();
    expect(actor).toMatchObject({ type: 'person', name: 'ada@example.com', roles: ['admin'], sessionId: session.id });
    expect((await bySession(token)).session).toEqual({ ...session, person: expect.objectContaining({ id: actor.id }) });
    expect((await bySession(token, session.csrfToken)).actor).toEqual(actor);
    const other = await signIn();
    await refused(bySession(token, other.session.csrfToken), ACCESS_FAILURES.csrfInvalid);
    await refused(bySession(token, ''), ACCESS_FAILURES.csrfInvalid);
    await refused(
      access.authenticateSession({ token, csrf: { type: 'token', value: undefined }, ...ORIGIN }),
      ACCESS_FAILURES.csrfInvalid,
    );
  });

  test('stores neither the token nor the password', async () => {
    const { token } = await signIn();
    const rows = await sql<{ row: string }>`SELECT access_sessions::text AS row FROM access_sessions
      UNION ALL SELECT access_people::text FROM access_people`.execute(catalog.db());
    const text = JSON.stringify(rows.rows);
    expect(text).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(text).not.toContain(token);
    expect(text).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
    expect(text).not.toContain(ADMIN.adminPassword);
  });

  test('is refused alike for a wrong password, an unknown address and a disabled person', async () => {
    const { person } = await access.people.create(admin, {
      email: 'bob@example.com',
      name: 'Bob',
      roles: ['viewer'],
      password: LONG_PASSWORD,
    });
    await access.people.change(admin, person.id, { disabled: true });
    await refused(signIn('wrong password'), ACCESS_FAILURES.signInRefused);
    await refused(signIn('wrong password', 'nobody@example.com'), ACCESS_FAILURES.signInRefused);
    await refused(signIn(LONG_PASSWORD, 'bob@example.com'), ACCESS_FAILURES.signInRefused);
    await refused(signIn('x'.repeat(100_000)), ACCESS_FAILURES.signInRefused);
  });

  test('takes as long for an unknown address as for a wrong password', async () => {
    const timeOf = async (email: string): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < 4; round += 1) {
        const startedMs = performance.now();
        await refused(access.signIn({ email, password: 'wrong', ...ORIGIN }), ACCESS_FAILURES.signInRefused);
        times.push(performance.now() - startedMs);
      }
      return Math.min(...times);
    };
    await timeOf('warm@example.com');
    const known = await timeOf('ada@example.com');
    const unknown = await timeOf('nobody@example.com');
    expect(unknown).toBeGreaterThan(known / 2);
    expect(known).toBeGreaterThan(unknown / 2);
  });

  test('is recorded as CloudTrail records it, without what was typed for a name that nobody has', async () => {
    await signIn();
    await refused(signIn('hunter2 hunter2'), ACCESS_FAILURES.signInRefused);
    await refused(signIn('x', 'my-password-by-mistake@x'), ACCESS_FAILURES.signInRefused);
    const logins = await records({ eventName: 'ConsoleLogin' });
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
      await refused(signIn('wrong'), ACCESS_FAILURES.signInRefused);
    }
    const error = await signIn().catch((reason: unknown) => reason);
    expect(isFailure(error, ACCESS_FAILURES.tooManyAttempts) && error.retryAfterSeconds).toBeGreaterThan(1);
    const elsewhere = { email: ADMIN.adminEmail, password: ADMIN.adminPassword, userAgent: 'test' };
    expect((await access.signIn({ ...elsewhere, sourceIp: '198.51.100.1' })).session.person.email).toBe(
      'ada@example.com',
    );
  });
});

describe('a session', () => {
  test('ends by signing out, and is recorded', async () => {
    const { token, actor } = await signIn();
    await access.signOut(actor);
    await refused(bySession(token), ACCESS_FAILURES.sessionInvalid);
    expect(await records({ eventName: 'SignOut' })).toHaveLength(1);
  });

  test('ends when it is not used, and at the latest after its full time', async () => {
    const idle = await signIn();
    clock.setNowMs(clock.nowMs() + ACCESS_LIMITS.sessionIdleMs - 1);
    await bySession(idle.token);
    clock.setNowMs(clock.nowMs() + ACCESS_LIMITS.sessionIdleMs - 1);
    await bySession(idle.token);
    clock.setNowMs(clock.nowMs() + ACCESS_LIMITS.sessionIdleMs);
    await refused(bySession(idle.token), ACCESS_FAILURES.sessionInvalid);
    const used = await signIn();
    while (clock.nowMs() + ACCESS_LIMITS.sessionIdleMs / 2 < used.session.expiresMs) {
      clock.setNowMs(clock.nowMs() + ACCESS_LIMITS.sessionIdleMs / 2);
      await bySession(used.token);
    }
    clock.setNowMs(used.session.expiresMs);
    await refused(bySession(used.token), ACCESS_FAILURES.sessionInvalid);
  });

  test.each(['', 'x', 'a'.repeat(43), '"; DROP TABLE access_people; --'])(
    'does not come of the token %j',
    async (token) => {
      await refused(bySession(token), ACCESS_FAILURES.sessionInvalid);
    },
  );

  test('changes its password: other sessions end, this one stays, the old password is dead', async () => {
    const mine = await signIn();
    const other = await signIn();
    await refused(
      access.changePassword(mine.actor, { current: 'wrong', next: LONG_PASSWORD }),
      ACCESS_FAILURES.passwordWrong,
    );
    await refused(
      access.changePassword(mine.actor, { current: ADMIN.adminPassword, next: 'short' }),
      ACCESS_FAILURES.passwordWeak,
    );
    await access.changePassword(mine.actor, { current: ADMIN.adminPassword, next: LONG_PASSWORD });
    await bySession(mine.token);
    await refused(bySession(other.token), ACCESS_FAILURES.sessionInvalid);
    await refused(signIn(), ACCESS_FAILURES.signInRefused);
    await signIn(LONG_PASSWORD);
    expect(JSON.stringify(await records({ eventName: 'ChangePassword' }))).not.toContain(LONG_PASSWORD);
  });

  test('of one person does not pile up', async () => {
    const first = await signIn();
    for (let count = 0; count < ACCESS_LIMITS.sessionsPerPersonMax; count += 1) {
      clock.setNowMs(clock.nowMs() + 1);
      await signIn();
    }
    await refused(bySession(first.token), ACCESS_FAILURES.sessionInvalid);
  });
});

describe('people', () => {
  const bob = { email: 'Bob@Example.com', name: 'Bob', roles: ['viewer'] };

  test('are made with a generated password that is answered once', async () => {
    const { person, password = '' } = await access.people.create(admin, bob);
    expect(person).toMatchObject({ email: 'bob@example.com', roles: ['viewer'], disabled: false });
    expect((await signIn(password, 'bob@example.com')).session.mustChangePassword).toBe(true);
    await refused(access.people.create(admin, { ...bob, email: 'BOB@example.com' }), ACCESS_FAILURES.personExists);
  });

  test('are refused with a wrong address, name, role or password', async () => {
    const create = (more: object) => access.people.create(admin, { ...bob, ...more });
    for (const email of ['', 'bob', 'b ob@x', `${'x'.repeat(250)}@x.org`]) {
      await refused(create({ email }), ACCESS_FAILURES.emailInvalid);
    }
    await refused(create({ name: ' ' }), ACCESS_FAILURES.nameInvalid);
    for (const roles of [[], ['root'], ['viewer', 'root']])
      await refused(create({ roles }), ACCESS_FAILURES.roleInvalid);
    for (const password of ['short', 'x'.repeat(20), 'bob@example.com', 'x'.repeat(2000)]) {
      await refused(create({ password }), ACCESS_FAILURES.passwordWeak);
    }
    expect(await records({ eventName: 'CreatePerson', refusedOnly: true })).toHaveLength(12);
  });

  test('lose at once what is taken from them', async () => {
    const { person, password = '' } = await access.people.create(admin, { ...bob, roles: ['admin'] });
    const { token, actor } = await signIn(password, bob.email);
    await access.people.change(admin, person.id, { roles: ['viewer'], name: 'Robert' });
    const after = await bySession(token);
    expect(after.actor.roles).toEqual(['viewer']);
    expect(after.session.person.name).toBe('Robert');
    await refused(
      access.authorize(after.actor, 'access:Read', { type: 'person', name: '*' }),
      ACCESS_FAILURES.forbidden,
    );
    const reset = await access.people.resetPassword(admin, person.id);
    await refused(bySession(token), ACCESS_FAILURES.sessionInvalid);
    await refused(signIn(password, bob.email), ACCESS_FAILURES.signInRefused);
    const again = await signIn(reset.password, bob.email);
    await access.people.change(admin, person.id, { disabled: true });
    await refused(bySession(again.token), ACCESS_FAILURES.sessionInvalid);
    expect(actor.id).toBe(person.id);
  });

  test('always keep one administrator, also when two demote each other at once', async () => {
    const [first] = await access.people.list(admin);
    const firstId = first?.id ?? '';
    await refused(access.people.change(admin, firstId, { roles: ['viewer'] }), ACCESS_FAILURES.lastAdmin);
    await refused(access.people.change(admin, firstId, { disabled: true }), ACCESS_FAILURES.lastAdmin);
    const { person } = await access.people.create(admin, { ...bob, roles: ['admin'] });
    const results = await Promise.allSettled(
      [firstId, person.id].map((id) => access.people.change(admin, id, { roles: ['viewer'] })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await access.people.list(admin)).filter(({ roles }) => roles.includes('admin'))).toHaveLength(1);
  });

  test('that do not exist are not found', async () => {
    for (const id of ['nobody', '00000000-0000-7000-8000-000000000000']) {
      await refused(access.people.change(admin, id, {}), ACCESS_FAILURES.personNotFound);
      await refused(access.people.resetPassword(admin, id), ACCESS_FAILURES.personNotFound);
    }
  });
});

describe('API keys', () => {
  test('authenticate as bearer token and for signatures, and are shown once', async () => {
    const made = await access.keys.create(admin, { name: 'agent', roles: ['sender'] });
    expect(made.token).toBe(`hf_${made.accessKeyId}_${made.secretAccessKey}`);
    const actor = await access.authenticateBearer(made.token, ORIGIN);
    expect(actor).toMatchObject({ type: 'key', id: made.accessKeyId, name: 'agent', roles: ['sender'], ...ORIGIN });
    const signing = await access.accessKeyForSigning(made.accessKeyId);
    expect(signing?.secret).toBe(made.secretAccessKey);
    expect(await signing?.actorFor(ORIGIN)).toEqual(actor);
    const rows = await sql<{ row: string }>`SELECT access_keys::text AS row FROM access_keys`.execute(catalog.db());
    const stored = JSON.stringify([rows.rows, await access.keys.list(admin), await records({})]);
    expect(stored).not.toContain(made.secretAccessKey);
    expect(stored).not.toContain(Buffer.from(made.secretAccessKey).toString('hex'));
  });

  test('of a chosen secret sign as well', async () => {
    expect((await access.accessKeyForSigning('test'))?.secret).toBe('0123456789abcdef');
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
      await refused(access.authenticateBearer(wrong[count % 5] ?? '', ORIGIN), ACCESS_FAILURES.keyInvalid);
    }
    await refused(access.authenticateBearer(wrong[0] ?? '', ORIGIN), ACCESS_FAILURES.tooManyAttempts);
    await refused(access.noteFailedKey(ORIGIN), ACCESS_FAILURES.tooManyAttempts);
    expect((await access.authenticateBearer(ADMIN.adminKey, ORIGIN)).id).toBe('test');
    await refused(
      access.authenticateBearer('nonsense', { ...ORIGIN, sourceIp: '198.51.100.7' }),
      ACCESS_FAILURES.keyInvalid,
    );
    await clock.advance(60_000);
    await expect.poll(() => records({ eventName: 'AuthenticateKey' })).toHaveLength(2);
    const calls = (await records({ eventName: 'AuthenticateKey' })).map(({ requestParameters }) => requestParameters);
    expect(calls).toContainEqual({ aggregated: expect.objectContaining({ calls: 62 }) });
  });

  test('stop at once when they are revoked, and when they expire', async () => {
    const expiresMs = clock.nowMs() + 1000;
    const made = await access.keys.create(admin, { name: 'short', roles: ['viewer'], expiresMs });
    const revoked = await access.keys.create(admin, { name: 'gone', roles: ['viewer'] });
    await access.authenticateBearer(made.token, ORIGIN);
    await access.authenticateBearer(revoked.token, ORIGIN);
    const signing = await access.accessKeyForSigning(revoked.accessKeyId);
    await access.keys.revoke(admin, revoked.accessKeyId);
    await access.keys.revoke(admin, revoked.accessKeyId);
    clock.setNowMs(expiresMs);
    for (const { token, accessKeyId } of [made, revoked]) {
      await refused(access.authenticateBearer(token, ORIGIN), ACCESS_FAILURES.keyInvalid);
      expect(await access.accessKeyForSigning(accessKeyId)).toBeUndefined();
    }
    await refused(signing?.actorFor(ORIGIN) ?? Promise.resolve(), ACCESS_FAILURES.keyInvalid);
    const listed = await access.keys.list(admin);
    expect(listed.find(({ id }) => id === revoked.accessKeyId)?.revokedMs).toBeDefined();
    await refused(access.keys.revoke(admin, 'nobody'), ACCESS_FAILURES.keyNotFound);
  });

  test('are asked of the database once in seconds, and a revocation elsewhere is seen after those', async () => {
    const made = await access.keys.create(admin, { name: 'busy', roles: ['sender'] });
    await access.authenticateBearer(made.token, ORIGIN);
    const other = await newAccess();
    await other.keys.revoke(admin, made.accessKeyId);
    await access.authenticateBearer(made.token, ORIGIN);
    await clock.advance(ACCESS_LIMITS.keyCacheMs + 1);
    await refused(access.authenticateBearer(made.token, ORIGIN), ACCESS_FAILURES.keyInvalid);
  });

  test('show when they were last used', async () => {
    const made = await access.keys.create(admin, { name: 'used', roles: ['sender'] });
    await access.authenticateBearer(made.token, ORIGIN);
    await access.close();
    const [key] = (await access.keys.list(admin)).filter(({ id }) => id === made.accessKeyId);
    expect(key?.lastUsedMs).toBe(clock.nowMs());
  });

  test('are refused with unknown roles or scopes, or an expiry that has passed', async () => {
    const create = (more: object) => access.keys.create(admin, { name: 'k', roles: ['viewer'], ...more });
    await refused(create({ roles: ['owner'] }), ACCESS_FAILURES.roleInvalid);
    for (const scopes of [[], ['logs:Everything']]) await refused(create({ scopes }), ACCESS_FAILURES.scopeInvalid);
    for (const expiresMs of [clock.nowMs(), Number.NaN]) {
      await refused(create({ expiresMs }), ACCESS_FAILURES.expiryInvalid);
    }
  });

  test('hand out no more than they may do themselves', async () => {
    const scoped = await newKeyActor({ name: 'manager', roles: ['admin'], scopes: ['access:Manage', 'logs:Read'] });
    await refused(access.keys.create(scoped, { name: 'all', roles: ['admin'] }), ACCESS_FAILURES.beyondOwnRights);
    await refused(
      access.people.create(scoped, { email: 'e@x', name: 'E', roles: ['security'] }),
      ACCESS_FAILURES.beyondOwnRights,
    );
    await refused(access.keys.revoke(scoped, 'test'), ACCESS_FAILURES.beyondOwnRights);
    const [first] = await access.people.list(admin);
    await refused(access.people.resetPassword(scoped, first?.id ?? ''), ACCESS_FAILURES.beyondOwnRights);
    await refused(access.people.change(scoped, first?.id ?? '', { name: 'x' }), ACCESS_FAILURES.beyondOwnRights);
    await access.keys.create(scoped, { name: 'reader', roles: ['admin'], scopes: ['logs:Read'] });
  });
});

describe('grants', () => {
  test('let a viewer read the groups they name, from its next call on, until they are removed', async () => {
    const made = await access.keys.create(admin, { name: 'viewer', roles: ['viewer'] });
    const viewer = () => access.authenticateBearer(made.token, ORIGIN);
    const read = async (name: string) => access.authorize(await viewer(), 'logs:Read', { type: 'log-group', name });
    await refused(read('/app/web'), ACCESS_FAILURES.forbidden);
    const grant = { subjectType: 'key', subjectId: made.accessKeyId, pattern: '/app/*' };
    const { id } = await access.grants.create(admin, grant);
    expect((await access.grants.create(admin, grant)).id).toBe(id);
    await access.grants.create(admin, { subjectType: 'role', subjectId: 'viewer', pattern: '/open' });
    await read('/app/web');
    await read('/open');
    await refused(read('/other'), ACCESS_FAILURES.forbidden);
    expect(access.canRead(await viewer(), '/app/web')).toBe(true);
    expect(access.canRead(await viewer(), '/other')).toBe(false);
    expect(await access.grants.list(admin)).toHaveLength(2);
    await access.grants.remove(admin, id);
    await refused(read('/app/web'), ACCESS_FAILURES.forbidden);
    await refused(access.grants.remove(admin, id), ACCESS_FAILURES.grantNotFound);
    await refused(access.grants.remove(admin, 'x'), ACCESS_FAILURES.grantNotFound);
  });

  test('reach a person in its session', async () => {
    const email = 'eve@example.com';
    const { person } = await access.people.create(admin, {
      email,
      name: 'Eve',
      roles: ['viewer'],
      password: LONG_PASSWORD,
    });
    const { token } = await signIn(LONG_PASSWORD, email);
    await access.grants.create(admin, { subjectType: 'person', subjectId: person.id, pattern: '/eve' });
    expect((await bySession(token)).actor.readableLogGroups).toEqual(['/eve']);
  });

  test('name somebody who exists and a pattern of log groups', async () => {
    const create = (more: object) =>
      access.grants.create(admin, { subjectType: 'role', subjectId: 'viewer', pattern: '/a', ...more });
    const wrong = [
      { subjectType: 'team' },
      { subjectId: 'nobody' },
      { subjectType: 'person', subjectId: 'x' },
      { subjectType: 'key', subjectId: 'x' },
      { pattern: '' },
      { pattern: "'; --" },
      { pattern: 'x'.repeat(513) },
    ];
    for (const more of wrong) await refused(create(more), ACCESS_FAILURES.grantInvalid);
    expect(await access.grants.list(admin)).toEqual([]);
  });
});

describe('authorization', () => {
  test('leaves a record of each refusal before it answers, and none of what it allows', async () => {
    const viewer = await newKeyActor({ name: 'watcher', roles: ['viewer'] });
    await access.authorize(viewer, 'trust:Read', { type: 'promise', name: '*' });
    await refused(access.authorize(viewer, 'logs:Read', { type: 'log-group', name: '/x' }), ACCESS_FAILURES.forbidden);
    const refusals = await records({ eventName: 'Authorize' });
    expect(refusals).toMatchObject([
      {
        eventSource: 'logs.holdfast',
        errorCode: 'AccessDenied',
        requestParameters: { action: 'logs:Read' },
        resources: [{ type: 'log-group', resourceName: '/x' }],
        userIdentity: { accessKeyId: viewer.id },
      },
    ]);
  });

  test('guards every verb of access', async () => {
    const viewer = await newKeyActor({ name: 'nosy', roles: ['viewer'] });
    const calls = [
      access.people.list(viewer),
      access.people.create(viewer, { email: 'x@y', name: 'x', roles: ['admin'] }),
      access.people.change(viewer, 'x', {}),
      access.people.resetPassword(viewer, 'x'),
      access.keys.list(viewer),
      access.keys.create(viewer, { name: 'x', roles: ['viewer'] }),
      access.keys.revoke(viewer, 'test'),
      access.grants.list(viewer),
      access.grants.create(viewer, { subjectType: 'key', subjectId: viewer.id, pattern: '*' }),
      access.grants.remove(viewer, 'x'),
    ];
    for (const call of calls) await refused(call, ACCESS_FAILURES.forbidden);
    expect(await records({ identityName: 'nosy', refusedOnly: true })).toHaveLength(calls.length);
  });

  test('lets the parts of Holdfast act under their own name', async () => {
    await access.people.list(systemActor('probe'));
    expect(await records({ identityName: 'probe' })).toMatchObject([
      { eventName: 'ListPeople', userIdentity: { type: 'AWSService', invokedBy: 'probe.holdfast' } },
    ]);
  });
});

describe('the master key', () => {
  const file = () => path.join(keyFolder, 'access-master.key');

  test('is kept for its owner alone, and the same after a restart', async () => {
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    const again = await newAccess();
    expect((await again.accessKeyForSigning('test'))?.secret).toBe('0123456789abcdef');
  });

  test('that is lost, exchanged or torn stops the start instead of being replaced', async () => {
    const kept = await readFile(file(), 'utf8');
    await rm(file());
    await refused(newAccess(), ACCESS_FAILURES.masterKeyMissing);
    await writeFile(file(), `holdfast-master-key-1:${'A'.repeat(43)}\n`, { mode: 0o600 });
    await refused(newAccess(), ACCESS_FAILURES.masterKeyWrong);
    await writeFile(file(), kept.slice(0, 30));
    await refused(newAccess(), ACCESS_FAILURES.masterKeyUnreadable);
    await writeFile(file(), kept, { mode: 0o644 });
    await newAccess();
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  test('does not open a secret that was moved to another key in the database', async () => {
    const made = await access.keys.create(admin, { name: 'victim', roles: ['viewer'] });
    await sql`UPDATE access_keys SET secret_sealed = (SELECT secret_sealed FROM access_keys WHERE id = 'test')
      WHERE id = ${made.accessKeyId}`.execute(catalog.db());
    await refused(access.accessKeyForSigning(made.accessKeyId), ACCESS_FAILURES.masterKeyWrong);
  });
});
