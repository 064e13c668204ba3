import { acceptedLimit, acceptedName, readToken, writeToken } from '../accepted-input.ts';
import { auditRead } from '../audited.ts';
import type { WorkbooksContext } from '../context.ts';
import type { WorkbooksTables } from '../migrations.ts';
import type { Workbooks } from '../types.ts';
import { requireWorkbook, toVersion } from './version-rows.ts';

export const listVersions =
  (context: WorkbooksContext): Workbooks['versions'] =>
  async (actor, filter) => {
    const name = acceptedName(filter.workbook);
    await context.authorize(actor, 'workbooks:Read', { type: 'workbook', name });
    const limit = acceptedLimit(filter.limit);
    const before =
      filter.nextToken === undefined ? undefined : Number(readToken(filter.nextToken, /^[1-9][0-9]{0,8}$/));
    await auditRead(context, actor, { eventName: 'ListWorkbookVersions', workbook: name });
    const workbook = await requireWorkbook(context, name);
    let query = context.catalog
      .db<WorkbooksTables>()
      .selectFrom('workbook_versions')
      .selectAll()
      .where('workbook_id', '=', workbook.id)
      .orderBy('number', 'desc')
      .limit(limit + 1);
    if (before !== undefined) query = query.where('number', '<', before);
    const rows = await query.execute();
    const items = rows.slice(0, limit).map((row) => toVersion(name, row));
    const last = items.at(-1);
    return {
      items,
      ...(rows.length > limit && last !== undefined ? { nextToken: writeToken(String(last.number)) } : {}),
    };
  };
