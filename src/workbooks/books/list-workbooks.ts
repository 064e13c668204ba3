import { acceptedLimit, readToken, writeToken } from '../accepted-input.ts';
import { auditRead } from '../audited.ts';
import type { WorkbooksContext } from '../context.ts';
import type { WorkbooksTables } from '../migrations.ts';
import type { Workbooks } from '../types.ts';
import { toWorkbook } from '../versions/version-rows.ts';

export const listWorkbooks =
  (context: WorkbooksContext): Workbooks['list'] =>
  async (actor, filter) => {
    await context.authorize(actor, 'workbooks:Read', { type: 'workbook', name: '*' });
    const limit = acceptedLimit(filter.limit);
    const after = filter.nextToken === undefined ? undefined : readToken(filter.nextToken, /^[^\p{Cc}]{1,200}$/u);
    await auditRead(context, actor, { eventName: 'ListWorkbooks', parameters: { prefix: filter.prefix } });
    let query = context.catalog
      .db<WorkbooksTables>()
      .selectFrom('workbooks')
      .selectAll()
      .orderBy('name')
      .limit(limit + 1);
    if (after !== undefined) query = query.where('name', '>', after);
    const prefix = filter.prefix?.normalize('NFC').replace(/\0/g, '');
    // LIKE with its wildcards quoted: the prefix is a name, not a pattern.
    if (prefix !== undefined) query = query.where('name', 'like', `${prefix.replace(/[\\%_]/g, '\\$&')}%`);
    const rows = await query.execute();
    const items = rows.slice(0, limit).map(toWorkbook);
    const last = items.at(-1);
    return { items, ...(rows.length > limit && last !== undefined ? { nextToken: writeToken(last.name) } : {}) };
  };
