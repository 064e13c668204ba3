import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { ACCESS_FAILURES, systemActor } from '../../src/access/index.ts';
import {
  bySession,
  LONG_PASSWORD,
  newAccess,
  newKeyActor,
  ORIGIN,
  records,
  refused,
  signIn,
  useAccess,
} from './access-for-test.ts';

const at = useAccess();

describe('grants', () => {
  test('let a viewer read the groups they name, from its next call on, until they are removed', async () => {
    const made = await at.access.keys.create(at.admin, { name: 'viewer', roles: ['viewer'] });
    const viewer = () => at.access.authenticateBearer(made.token, ORIGIN);
    const read = async (name: string) => at.access.authorize(await viewer(), 'logs:Read', { type: 'log-group', name });
    await refused(read('/app/web'), ACCESS_FAILURES.forbidden);
    const grant = { subjectType: 'key', subjectId: made.accessKeyId, pattern: '/app/*' };
    const { id } = await at.access.grants.create(at.admin, grant);
    expect((await at.access.grants.create(at.admin, grant)).id).toBe(id);
    await at.access.grants.create(at.admin, { subjectType: 'role', subjectId: 'viewer', pattern: '/open' });
    await read('/app/web');
    await read('/open');
    await refused(read('/other'), ACCESS_FAILURES.forbidden);
    expect(at.access.canRead(await viewer(), '/app/web')).toBe(true);
    expect(at.access.canRead(await viewer(), '/other')).toBe(false);
    expect(await at.access.grants.list(at.admin)).toHaveLength(2);
    await at.access.grants.remove(at.admin, id);
    await refused(read('/app/web'), ACCESS_FAILURES.forbidden);
    await refused(at.access.grants.remove(at.admin, id), ACCESS_FAILURES.grantNotFound);
    await refused(at.access.grants.remove(at.admin, 'x'), ACCESS_FAILURES.grantNotFound);
  });

  test('reach a person in its session', async () => {
    const email = 'eve@example.com';
    const { person } = await at.access.people.create(at.admin, {
      email,
      name: 'Eve',
      roles: ['viewer'],
      password: LONG_PASSWORD,
    });
    const { token } = await signIn(at, LONG_PASSWORD, email);
    await at.access.grants.create(at.admin, { subjectType: 'person', subjectId: person.id, pattern: '/eve' });
    expect((await bySession(at, token)).actor.readableLogGroups).toEqual(['/eve']);
  });

  test('name somebody who exists and a pattern of log groups', async () => {
    const create = (more: object) =>
      at.access.grants.create(at.admin, { subjectType: 'role', subjectId: 'viewer', pattern: '/a', ...more });
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
    expect(await at.access.grants.list(at.admin)).toEqual([]);
  });
});

describe('authorization', () => {
  test('leaves a record of each refusal before it answers, and none of what it allows', async () => {
    const viewer = await newKeyActor(at, { name: 'watcher', roles: ['viewer'] });
    await at.access.authorize(viewer, 'trust:Read', { type: 'promise', name: '*' });
    await refused(
      at.access.authorize(viewer, 'logs:Read', { type: 'log-group', name: '/x' }),
      ACCESS_FAILURES.forbidden,
    );
    const refusals = await records(at, { eventName: 'Authorize' });
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
    const viewer = await newKeyActor(at, { name: 'nosy', roles: ['viewer'] });
    const calls = [
      at.access.people.list(viewer),
      at.access.people.create(viewer, { email: 'x@y', name: 'x', roles: ['admin'] }),
      at.access.people.change(viewer, 'x', {}),
      at.access.people.resetPassword(viewer, 'x'),
      at.access.keys.list(viewer),
      at.access.keys.create(viewer, { name: 'x', roles: ['viewer'] }),
      at.access.keys.revoke(viewer, 'test'),
      at.access.grants.list(viewer),
      at.access.grants.create(viewer, { subjectType: 'key', subjectId: viewer.id, pattern: '*' }),
      at.access.grants.remove(viewer, 'x'),
    ];
    for (const call of calls) await refused(call, ACCESS_FAILURES.forbidden);
    expect(await records(at, { identityName: 'nosy', refusedOnly: true })).toHaveLength(calls.length);
  });

  test('lets the parts of Holdfast act under their own name', async () => {
    await at.access.people.list(systemActor('probe'));
    expect(await records(at, { identityName: 'probe' })).toMatchObject([
      { eventName: 'ListPeople', userIdentity: { type: 'AWSService', invokedBy: 'probe.holdfast' } },
    ]);
  });
});

describe('the master key', () => {
  const file = () => path.join(at.keyFolder, 'access-master.key');

  test('is kept for its owner alone, and the same after a restart', async () => {
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    const again = await newAccess(at);
    expect((await again.accessKeyForSigning('test'))?.secret).toBe('0123456789abcdef');
  });

  test('that is lost, exchanged or torn stops the start instead of being replaced', async () => {
    const kept = await readFile(file(), 'utf8');
    await rm(file());
    await refused(newAccess(at), ACCESS_FAILURES.masterKeyMissing);
    await writeFile(file(), `holdfast-master-key-1:${'A'.repeat(43)}\n`, { mode: 0o600 });
    await refused(newAccess(at), ACCESS_FAILURES.masterKeyWrong);
    await writeFile(file(), kept.slice(0, 30));
    await refused(newAccess(at), ACCESS_FAILURES.masterKeyUnreadable);
    await writeFile(file(), kept, { mode: 0o644 });
    await newAccess(at);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  test('does not open a secret that was moved to another key in the database', async () => {
    const made = await at.access.keys.create(at.admin, { name: 'victim', roles: ['viewer'] });
    await sql`UPDATE access_keys SET secret_sealed = (SELECT secret_sealed FROM access_keys WHERE id = 'test')
      WHERE id = ${made.accessKeyId}`.execute(at.catalog.db());
    await refused(at.access.accessKeyForSigning(made.accessKeyId), ACCESS_FAILURES.masterKeyWrong);
  });
});
