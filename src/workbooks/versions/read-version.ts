import { acceptedName } from '../accepted-input.ts';
import { auditRead } from '../audited.ts';
import type { WorkbooksContext } from '../context.ts';
import type { Workbooks } from '../types.ts';
import { refuseQuarantined, requireVersion, requireWorkbook, vaultIdOf } from './version-rows.ts';

export const readVersion =
  (context: WorkbooksContext): Workbooks['read'] =>
  async (actor, workbook, ref, options = {}) => {
    const name = acceptedName(workbook);
    await context.authorize(actor, 'workbooks:Read', { type: 'workbook', name });
    await auditRead(context, actor, {
      eventName: 'GetWorkbookVersion',
      category: 'Data',
      workbook: name,
      parameters: { version: ref, zone: options.zone },
    });
    const version = await requireVersion(context, await requireWorkbook(context, name), ref);
    refuseQuarantined(version);
    return { version, bytes: context.vault.get(vaultIdOf(version), options) };
  };
