import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { createAuthorize } from '../../src/access/authorize.ts';
import type { Actor } from '../../src/access/index.ts';
import { AUDIT_MIGRATIONS, type AuditRecord, createAudit } from '../../src/audit/index.ts';
import { type Clock, isFailure, silentLog, systemClock } from '../../src/base/index.ts';
import type { Catalog } from '../../src/catalog/index.ts';
import { createWorkbooks, type Scan, WORKBOOKS_MIGRATIONS, type Workbooks } from '../../src/workbooks/index.ts';
import { serverForTest } from '../catalog/open-for-test.ts';
import { openVaultForTest, type VaultForTest } from './open-vault.ts';

export interface WorkbooksForTest {
  readonly workbooks: Workbooks;
  readonly vault: VaultForTest;
  readonly catalog: Catalog;
  readonly spoolFolder: string;
  /** Verbs over the same stores with another scan, clock or catalog, as after a restart. */
  readonly again: (change: { readonly scan?: Scan; readonly clock?: Clock; readonly catalog?: Catalog }) => Workbooks;
  readonly records: (eventName: string) => Promise<readonly AuditRecord[]>;
  /** Drops all rows of this area, as a lost database would. */
  readonly loseCatalog: () => Promise<void>;
  readonly spooledFiles: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** A real PostgreSQL, the real rights, audit log and vault with three folders as zones. */
export async function openWorkbooksForTest(): Promise<WorkbooksForTest> {
  const spoolFolder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-workbooks-'));
  const postgres = await serverForTest();
  const catalog = await postgres.open([...AUDIT_MIGRATIONS, ...WORKBOOKS_MIGRATIONS]);
  const vault = await openVaultForTest();
  const log = silentLog();
  const audit = createAudit({ catalog, clock: systemClock, log, region: 'local', accountId: '000000000001' });
  const deps = { catalog, vault, audit, clock: systemClock, log, spoolFolder, authorize: createAuthorize(audit) };
  return {
    workbooks: createWorkbooks(deps),
    vault,
    catalog,
    spoolFolder,
    again: (change) => createWorkbooks({ ...deps, ...change }),
    records: async (eventName) => (await audit.lookup({ eventName, limit: 50 })).records,
    loseCatalog: async () => {
      const db = catalog.db<Record<string, never>>();
      await sql`DROP TABLE workbook_commit_keys, workbook_versions, workbooks`.execute(db);
      await sql`DROP FUNCTION workbook_versions_refuse_change`.execute(db);
      for (const { statements } of WORKBOOKS_MIGRATIONS) {
        for (const statement of statements) await sql.raw(statement).execute(db);
      }
    },
    spooledFiles: () => readdir(spoolFolder),
    close: async () => {
      await audit.close();
      await vault.remove();
      await catalog.close();
      await postgres.remove();
      await rm(spoolFolder, { recursive: true, force: true });
    },
  };
}

const person = (name: string, roles: Actor['roles']): Actor => ({
  type: 'person',
  id: name,
  name: `${name}@example.com`,
  roles,
  readableLogGroups: [],
  sourceIp: '127.0.0.1',
  userAgent: 'test',
});

export const anna = person('anna', ['admin']);
export const ben = person('ben', ['responder']);
/** May read workbooks and not write them. */
export const reader = person('reader', ['security']);
export const sender = person('sender', ['sender']);

/** One part after the other, in pieces of a size that fits no block. */
export async function* streamOf(bytes: Uint8Array, pieceBytes = 50_001): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** The code of the failure that a call ends with; undefined when it ends well. */
export const codeOf = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    (error: unknown) => {
      if (isFailure(error)) return error.code;
      throw error;
    },
  );
