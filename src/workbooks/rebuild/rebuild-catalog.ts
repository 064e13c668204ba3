import type { Transaction } from 'kysely';
import { auditedChange } from '../audited.ts';
import type { WorkbooksContext } from '../context.ts';
import { WORKBOOKS_LIMITS } from '../limits.ts';
import type { WorkbooksTables } from '../migrations.ts';
import type { RebuildReport, Workbooks } from '../types.ts';
import { insertWorkbook, noteClientKey, rowOf } from '../versions/store-version.ts';
import { VAULT_KIND } from '../versions/version-facts.ts';
import { type KnownWorkbook, type PlannedWorkbook, planRebuild, type VaultEntry } from './plan-rebuild.ts';

/** Each workbook is one transaction: a crash leaves whole workbooks, and the next rebuild adds the others. */
export const rebuildCatalog =
  (context: WorkbooksContext): Workbooks['rebuild'] =>
  async (actor) => {
    await context.authorize(actor, 'workbooks:Write', { type: 'workbook', name: '*' });
    return await auditedChange(context, actor, { eventName: 'RebuildWorkbooks' }, async () => {
      const entries = await readVault(context);
      const plan = planRebuild(entries, await readKnown(context));
      let versionsAdded = 0;
      for (const planned of plan.workbooks) {
        await context.turns.run(`workbook:${planned.workbook.name}`, () =>
          context.catalog.transaction<WorkbooksTables, void>((trx) => addWorkbook(trx, planned)),
        );
        versionsAdded += planned.versions.length;
      }
      const result: RebuildReport = {
        itemsRead: entries.length,
        workbooksAdded: plan.workbooks.filter(({ isNew }) => isNew).length,
        versionsAdded,
        problems: plan.problems.slice(0, WORKBOOKS_LIMITS.rebuildReportMax),
        problemCount: plan.problems.length,
      };
      const { itemsRead, workbooksAdded, problemCount } = result;
      return { result, response: { itemsRead, workbooksAdded, versionsAdded, problemCount } };
    });
  };

async function readVault({ vault, log }: WorkbooksContext): Promise<readonly VaultEntry[]> {
  const entries: VaultEntry[] = [];
  for await (const item of vault.list(VAULT_KIND)) {
    if (entries.length >= WORKBOOKS_LIMITS.rebuildVersionsMax) {
      log.warn({ count: entries.length }, 'the vault holds more versions than one rebuild takes; run it again');
      break;
    }
    entries.push({ vaultId: item.id, zones: item.zones, facts: item.facts });
  }
  return entries;
}

async function readKnown({ catalog }: WorkbooksContext): Promise<ReadonlyMap<string, KnownWorkbook>> {
  const db = catalog.db<WorkbooksTables>();
  const known = new Map<string, { name: string; versions: Map<number, string>; clientKeys: Set<string> }>();
  for (const { id, name } of await db.selectFrom('workbooks').select(['id', 'name']).execute()) {
    known.set(id, { name, versions: new Map(), clientKeys: new Set() });
  }
  const rows = await db.selectFrom('workbook_versions').select(['workbook_id', 'number', 'sha256']).execute();
  for (const { workbook_id, number, sha256 } of rows) known.get(workbook_id)?.versions.set(number, sha256);
  const keys = await db.selectFrom('workbook_commit_keys').select(['workbook_id', 'client_key']).execute();
  for (const { workbook_id, client_key } of keys) known.get(workbook_id)?.clientKeys.add(client_key);
  return known;
}

async function addWorkbook(trx: Transaction<WorkbooksTables>, planned: PlannedWorkbook): Promise<void> {
  const { workbook, versions } = planned;
  if (planned.isNew && !(await insertWorkbook(trx, workbook))) return;
  for (const { version, zones } of versions) {
    const added = await trx
      .insertInto('workbook_versions')
      .values(rowOf(workbook.id, version, zones))
      .onConflict((conflict) => conflict.columns(['workbook_id', 'number']).doNothing())
      .executeTakeFirst();
    if ((added.numInsertedOrUpdatedRows ?? 0n) === 0n || version.clientKey === undefined) continue;
    const { clientKey, sha256, number } = version;
    await noteClientKey(trx, { workbookId: workbook.id, clientKey, sha256, number, unchanged: false });
  }
  await trx
    .updateTable('workbooks')
    .set((expression) => ({ head: expression.fn<number>('greatest', ['head', expression.val(workbook.head)]) }))
    .where('id', '=', workbook.id)
    .execute();
}
