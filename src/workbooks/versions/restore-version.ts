import { acceptedName, acceptedText } from '../accepted-input.ts';
import { auditedChange } from '../audited.ts';
import type { WorkbooksContext } from '../context.ts';
import { WORKBOOKS_LIMITS } from '../limits.ts';
import type { Workbooks } from '../types.ts';
import { appendVersion } from './append-version.ts';
import { responseOf } from './commit-version.ts';
import { refuseQuarantined, requireVersion, requireWorkbook, vaultIdOf } from './version-rows.ts';

/** The bytes go through the vault once more: that proves that they can be read, and brings them to a quorum again. */
export const restoreVersion =
  (context: WorkbooksContext): Workbooks['restore'] =>
  async (actor, request) => {
    const name = acceptedName(request.workbook);
    const { messageCharsMax, authorCharsMax, clientKeyCharsMax } = WORKBOOKS_LIMITS;
    if (request.clientKey !== undefined) acceptedText('client key', request.clientKey, clientKeyCharsMax);
    if (request.message !== undefined) acceptedText('message', request.message, messageCharsMax);
    await context.authorize(actor, 'workbooks:Write', { type: 'workbook', name });
    const parameters = { version: request.version, message: request.message, clientKey: request.clientKey };
    return await auditedChange(
      context,
      actor,
      { eventName: 'RestoreWorkbookVersion', workbook: name, parameters },
      async () => {
        const old = await requireVersion(context, await requireWorkbook(context, name), request.version);
        refuseQuarantined(old);
        const { sha256, contentHash, format, lengthBytes, scan, scanDetail } = old;
        const result = await appendVersion(context, actor, name, {
          content: {
            ...{ sha256, contentHash, format, lengthBytes, scan },
            ...(scanDetail === undefined ? {} : { scanDetail }),
            author: actor.name.slice(0, authorCharsMax),
            message: request.message ?? `version ${old.number} restored`,
            restoredFrom: old.number,
          },
          bytes: () => context.vault.get(vaultIdOf(old)),
          createMissing: false,
          force: false,
          ...(request.expectedParent === undefined ? {} : { expectedParent: request.expectedParent }),
          ...(request.clientKey === undefined ? {} : { clientKey: request.clientKey }),
        });
        return { result, response: responseOf(result) };
      },
    );
  };
