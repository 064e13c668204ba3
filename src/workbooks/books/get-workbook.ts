import { acceptedName } from '../accepted-input.ts';
import { auditRead } from '../audited.ts';
import type { WorkbooksContext } from '../context.ts';
import type { Workbooks } from '../types.ts';
import { requireWorkbook } from '../versions/version-rows.ts';

export const getWorkbook =
  (context: WorkbooksContext): Workbooks['get'] =>
  async (actor, wanted) => {
    const name = acceptedName(wanted);
    await context.authorize(actor, 'workbooks:Read', { type: 'workbook', name });
    await auditRead(context, actor, { eventName: 'DescribeWorkbook', workbook: name });
    return await requireWorkbook(context, name);
  };
