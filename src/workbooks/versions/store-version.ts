import type { Transaction } from 'kysely';
import { Failure, invariant } from '../../base/index.ts';
import type { WorkbooksContext } from '../context.ts';
import { WORKBOOKS_FAILURES } from '../failures.ts';
import type { WorkbooksTables } from '../migrations.ts';
import type { Workbook, WorkbookVersion } from '../types.ts';
import { VAULT_KIND, type VersionFacts, writeFacts } from './version-facts.ts';
import { vaultIdOf } from './version-rows.ts';

export type NewVersion = VersionFacts['version'];

/**
 * Vault first, then the row. A crash before the vault has acknowledged leaves at most objects that nothing names and
 * that expire. A crash between vault and row leaves an item whose facts say which version it would have been: nobody
 * was told of it; the same commit sent again stores it once more under its client key, and a rebuild would add it under
 * its number unless another version has taken that, or its client key, meanwhile. A crash after the row leaves a version
 * that is whole, and the same client key answers it.
 */
export async function storeVersion(
  context: WorkbooksContext,
  workbook: Workbook,
  request: {
    readonly version: NewVersion;
    readonly bytes: AsyncIterable<Uint8Array>;
    readonly signal?: AbortSignal;
  },
): Promise<WorkbookVersion> {
  const { version } = request;
  const zones = await putBytes(context, workbook, request);
  await context.catalog.transaction<WorkbooksTables, void>((trx) => insertRow(trx, { workbook, version, zones }));
  return { ...version, workbook: workbook.name, zones };
}

/**
 * Also when the vault has these bytes already, from an older version or a commit that crashed: each version is an item
 * of its own with its own facts, and only a put says that a quorum has it now.
 */
async function putBytes(
  { vault }: WorkbooksContext,
  workbook: Workbook,
  request: Parameters<typeof storeVersion>[2],
): Promise<readonly string[]> {
  const { version } = request;
  const item = await vault.put(request.bytes, {
    kind: VAULT_KIND,
    facts: writeFacts({ workbook, version }),
    retainUntilMs: version.retainUntilMs,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  invariant(item.id === vaultIdOf(version), 'the vault holds other bytes than were received');
  invariant(item.retainUntilMs >= version.retainUntilMs, 'the vault locked a version for less than was asked');
  return item.zones;
}

async function insertRow(
  trx: Transaction<WorkbooksTables>,
  row: {
    readonly workbook: Workbook;
    readonly version: NewVersion;
    readonly zones: readonly string[];
  },
): Promise<void> {
  const { workbook, version } = row;
  const head = await trx
    .selectFrom('workbooks')
    .select('head')
    .where('id', '=', workbook.id)
    .forUpdate()
    .executeTakeFirst();
  if (head?.head !== version.parent) throw new Failure(WORKBOOKS_FAILURES.commitRaced, { workbook: workbook.name });
  await trx
    .insertInto('workbook_versions')
    .values(rowOf(workbook.id, version, row.zones))
    .execute();
  await trx.updateTable('workbooks').set({ head: version.number }).where('id', '=', workbook.id).execute();
  if (version.clientKey !== undefined) {
    const { clientKey, sha256, number } = version;
    await noteClientKey(trx, { workbookId: workbook.id, clientKey, sha256, number, unchanged: false });
  }
}

export async function insertWorkbook(trx: Transaction<WorkbooksTables>, workbook: Workbook): Promise<boolean> {
  const result = await trx
    .insertInto('workbooks')
    .values({
      id: workbook.id,
      name: workbook.name,
      created_ms: workbook.createdMs,
      created_by: workbook.createdBy,
      retention_days: workbook.retentionDays,
      head: workbook.head,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export const rowOf = (workbookId: string, version: NewVersion, zones: readonly string[]) => ({
  workbook_id: workbookId,
  number: version.number,
  vault_id: vaultIdOf(version),
  sha256: version.sha256,
  content_hash: version.contentHash,
  format: version.format,
  length_bytes: version.lengthBytes,
  author: version.author,
  message: version.message,
  committed_ms: version.committedMs,
  committed_by: version.committedBy,
  parent: version.parent,
  restored_from: version.restoredFrom ?? null,
  client_key: version.clientKey ?? null,
  retain_until_ms: version.retainUntilMs,
  zones: JSON.stringify(zones),
  scan: version.scan,
  scan_detail: version.scanDetail ?? null,
});

/** A key that is there already keeps its first answer. */
export async function noteClientKey(
  trx: Transaction<WorkbooksTables>,
  note: {
    readonly workbookId: string;
    readonly clientKey: string;
    readonly sha256: string;
    readonly number: number;
    readonly unchanged: boolean;
  },
): Promise<void> {
  await trx
    .insertInto('workbook_commit_keys')
    .values({
      workbook_id: note.workbookId,
      client_key: note.clientKey,
      sha256: note.sha256,
      number: note.number,
      unchanged: note.unchanged,
    })
    .onConflict((conflict) => conflict.columns(['workbook_id', 'client_key']).doNothing())
    .execute();
}
