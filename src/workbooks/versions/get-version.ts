import { acceptedName } from '../accepted-input.ts';
import { auditRead } from '../audited.ts';
import type { WorkbooksContext } from '../context.ts';
import type { Workbooks } from '../types.ts';
import { requireVersion, requireWorkbook } from './version-rows.ts';

export const getVersion =
  (context: WorkbooksContext): Workbooks['version'] =>
  async (actor, workbook, ref) => {
    const name = acceptedName(workbook);
    await context.authorize(actor, 'workbooks:Read', { type: 'workbook', name });
    await auditRead(context, actor, {
      eventName: 'DescribeWorkbookVersion',
      workbook: name,
      parameters: { version: ref },
    });
    return await requireVersion(context, await requireWorkbook(context, name), ref);
  };
