import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { ACCESS_MIGRATIONS, type Access, type Actor, createAccess } from '../../src/access/index.ts';
import { AUDIT_MIGRATIONS, type Audit, type AuditLookup, createAudit } from '../../src/audit/index.ts';
import {
  createManualClock,
  isFailure,
  type ManualClock,
  type RegisteredFailure,
  silentLog,
  systemClock,
} from '../../src/base/index.ts';
import { type Catalog, openCatalog } from '../../src/catalog/index.ts';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';

export const ADMIN = {
  adminEmail: 'Ada@Example.com',
  adminPassword: 'correct horse battery',
  adminKey: 'hf_test_0123456789abcdef',
};
export const ORIGIN = { sourceIp: '192.0.2.10', userAgent: 'test' };
export const LONG_PASSWORD = 'a quiet river at night';

export interface AccessForTest {
  catalog: Catalog;
  audit: Audit;
  clock: ManualClock;
  access: Access;
  keyFolder: string;
  /** The key of the first administrator. */
  admin: Actor;
}

/** Real access on a real server: one server for a file, one database with the first administrator for each test. */
export function useAccess(): AccessForTest {
  const current = {} as AccessForTest;
  let running: ServerForTest;
  let databases = 0;
  beforeAll(async () => {
    running = await serverForTest();
  });
  afterAll(() => running.remove());
  beforeEach(async () => {
    databases += 1;
    const clock = createManualClock(Date.now());
    const log = silentLog();
    const url = await newDatabase(running, `access_${databases}`);
    const migrations = [...AUDIT_MIGRATIONS, ...ACCESS_MIGRATIONS];
    // Real time for the store: after a collision it pauses, and a manual clock would never end the pause.
    const catalog = await openCatalog({ url, migrations, clock: systemClock, log });
    const audit = createAudit({ catalog, clock, log, region: 'local', accountId: '1' });
    const keyFolder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-keys-'));
    Object.assign(current, { catalog, audit, clock, keyFolder });
    current.access = await newAccess(current);
    await current.access.bootstrap(ADMIN);
    current.admin = await current.access.authenticateBearer(ADMIN.adminKey, ORIGIN);
  });
  afterEach(async () => {
    await current.access.close();
    await current.audit.close();
    await current.catalog.close();
    await rm(current.keyFolder, { recursive: true, force: true });
  });
  return current;
}

async function newDatabase({ server }: ServerForTest, name: string): Promise<string> {
  const root = await openCatalog({
    url: server.superuserUrl,
    migrations: [],
    clock: systemClock,
    log: silentLog(),
  });
  await sql.raw(`CREATE DATABASE ${name} OWNER holdfast`).execute(root.db());
  await root.close();
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** Another access on the same database and key folder, as a second process has. */
export const newAccess = ({ catalog, audit, clock, keyFolder }: AccessForTest): Promise<Access> =>
  createAccess({ catalog, audit, clock, log: silentLog(), keyFolder });

export async function refused(promise: Promise<unknown>, spec: RegisteredFailure): Promise<void> {
  const error = await promise.then(
    () => new Error(`expected ${spec.code}, but it succeeded`),
    (reason: unknown) => reason,
  );
  if (!isFailure(error, spec)) throw error;
}

export const signIn = (
  { access }: AccessForTest,
  password: string = ADMIN.adminPassword,
  email: string = ADMIN.adminEmail,
) => access.signIn({ email, password, ...ORIGIN });

export const bySession = ({ access }: AccessForTest, token: string, csrf?: string) =>
  access.authenticateSession({
    token,
    csrf: csrf === undefined ? { type: 'not-needed' } : { type: 'token', value: csrf },
    ...ORIGIN,
  });

export const records = async ({ audit }: AccessForTest, lookup: AuditLookup) => (await audit.lookup(lookup)).records;

export const newKeyActor = async (
  { access, admin }: AccessForTest,
  key: Parameters<Access['keys']['create']>[1],
): Promise<Actor> => access.authenticateBearer((await access.keys.create(admin, key)).token, ORIGIN);
