import { Failure } from '../../base/index.ts';
import { acceptedName } from '../accepted-input.ts';
import { auditedChange } from '../audited.ts';
import type { WorkbooksContext } from '../context.ts';
import { WORKBOOKS_FAILURES } from '../failures.ts';
import type { WorkbooksTables } from '../migrations.ts';
import type { Workbooks } from '../types.ts';
import { guardCount, newWorkbook } from '../versions/append-version.ts';
import { insertWorkbook } from '../versions/store-version.ts';

export const createWorkbook =
  (context: WorkbooksContext): Workbooks['create'] =>
  async (actor, wanted) => {
    const name = acceptedName(wanted.name);
    await context.authorize(actor, 'workbooks:Write', { type: 'workbook', name });
    const workbook = newWorkbook(context, { ...wanted, name, createdBy: actor.name });
    const parameters = { name, retentionDays: workbook.retentionDays };
    return await auditedChange(
      context,
      actor,
      { eventName: 'CreateWorkbook', workbook: name, parameters },
      async () => {
        await guardCount(context);
        const isNew = await context.catalog.transaction<WorkbooksTables, boolean>((trx) =>
          insertWorkbook(trx, workbook),
        );
        if (!isNew) throw new Failure(WORKBOOKS_FAILURES.exists, { workbook: name });
        return { result: workbook };
      },
    );
  };
