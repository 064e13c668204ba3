import type { Kysely, Selectable } from 'kysely';
import { Failure } from '../../base/index.ts';
import type { WorkbooksContext } from '../context.ts';
import { WORKBOOKS_FAILURES } from '../failures.ts';
import type { WorkbooksTable, WorkbooksTables, WorkbookVersionsTable } from '../migrations.ts';
import type { ScanState, VersionRef, Workbook, WorkbookFormat, WorkbookVersion } from '../types.ts';

export type VersionRow = Selectable<WorkbookVersionsTable>;

export const toWorkbook = (row: WorkbooksTable): Workbook => ({
  id: row.id,
  name: row.name,
  createdMs: row.created_ms,
  createdBy: row.created_by,
  retentionDays: row.retention_days,
  head: row.head,
});

export const toVersion = (workbook: string, row: VersionRow): WorkbookVersion => ({
  workbook,
  number: row.number,
  sha256: row.sha256,
  contentHash: row.content_hash,
  // Both columns are written by this area alone, from values of these types.
  format: row.format as WorkbookFormat,
  lengthBytes: row.length_bytes,
  author: row.author,
  message: row.message,
  committedMs: row.committed_ms,
  committedBy: row.committed_by,
  parent: row.parent,
  ...(row.restored_from === null ? {} : { restoredFrom: row.restored_from }),
  ...(row.client_key === null ? {} : { clientKey: row.client_key }),
  retainUntilMs: row.retain_until_ms,
  zones: row.zones,
  scan: row.scan as ScanState,
  ...(row.scan_detail === null ? {} : { scanDetail: row.scan_detail }),
});

export async function findWorkbook({ catalog }: WorkbooksContext, name: string): Promise<Workbook | undefined> {
  const row = await catalog
    .db<WorkbooksTables>()
    .selectFrom('workbooks')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  return row === undefined ? undefined : toWorkbook(row);
}

/** Throws `workbooks.not-found`. */
export async function requireWorkbook(context: WorkbooksContext, name: string): Promise<Workbook> {
  const workbook = await findWorkbook(context, name);
  if (workbook === undefined) throw new Failure(WORKBOOKS_FAILURES.notFound, { workbook: name });
  return workbook;
}

const HASH = /^(?:sha256:)?([0-9a-f]{64})$/;

/** A version by number, `latest` or hash; the newest one when several have these bytes. */
export async function findVersion(
  context: WorkbooksContext,
  workbook: Workbook,
  ref: VersionRef,
): Promise<WorkbookVersion | undefined> {
  const db: Kysely<WorkbooksTables> = context.catalog.db<WorkbooksTables>();
  const versions = db.selectFrom('workbook_versions').selectAll().where('workbook_id', '=', workbook.id);
  const hash = HASH.exec(String(ref))?.[1];
  if (hash !== undefined) {
    const row = await versions.where('sha256', '=', hash).orderBy('number', 'desc').limit(1).executeTakeFirst();
    return row === undefined ? undefined : toVersion(workbook.name, row);
  }
  const number = ref === 'latest' ? workbook.head : numberOf(ref);
  if (number === undefined) return undefined;
  const row = await versions.where('number', '=', number).executeTakeFirst();
  return row === undefined ? undefined : toVersion(workbook.name, row);
}

function numberOf(ref: VersionRef): number | undefined {
  const number = typeof ref === 'number' ? ref : /^[1-9][0-9]{0,8}$/.test(ref) ? Number(ref) : 0;
  return Number.isInteger(number) && number >= 1 && number <= 999_999_999 ? number : undefined;
}

/** Throws `workbooks.version-not-found`. */
export async function requireVersion(
  context: WorkbooksContext,
  workbook: Workbook,
  ref: VersionRef,
): Promise<WorkbookVersion> {
  const version = await findVersion(context, workbook, ref);
  if (version !== undefined) return version;
  throw new Failure(WORKBOOKS_FAILURES.versionNotFound, { workbook: workbook.name, version: String(ref).slice(0, 80) });
}

/** Throws `workbooks.quarantined`. */
export function refuseQuarantined(version: WorkbookVersion): void {
  if (version.scan !== 'quarantined') return;
  throw new Failure(WORKBOOKS_FAILURES.quarantined, {
    workbook: version.workbook,
    number: version.number,
    reason: version.scanDetail ?? 'no reason was given',
  });
}

/** The name of the item in the vault that holds the bytes. */
export const vaultIdOf = (version: { readonly sha256: string }): string => `sha256:${version.sha256}`;
