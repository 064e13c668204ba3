import { Failure } from '../../base/index.ts';
import { acceptedName, acceptedText } from '../accepted-input.ts';
import { auditedChange } from '../audited.ts';
import { canonicalContent } from '../content/canonical-hash.ts';
import type { WorkbooksContext } from '../context.ts';
import { WORKBOOKS_FAILURES } from '../failures.ts';
import { WORKBOOKS_LIMITS } from '../limits.ts';
import { type SpooledBytes, spoolBytes } from '../spool/spool-bytes.ts';
import type { CommitRequest, CommitResult, ScanVerdict, WorkbookFormat, Workbooks } from '../types.ts';
import { appendVersion } from './append-version.ts';

/**
 * The file is received whole before anything is decided: its hashes are needed to know whether it is a repetition,
 * unchanged or new, and what is put into the vault cannot be taken back.
 */
export function commitVersion(context: WorkbooksContext): Workbooks['commit'] {
  let underWay = 0;
  return async (actor, request) => {
    const wanted = accepted(request, actor.name);
    await context.authorize(actor, 'workbooks:Write', { type: 'workbook', name: wanted.workbook });
    const call = { eventName: 'CommitWorkbookVersion', workbook: wanted.workbook, parameters: parametersOf(wanted) };
    return await auditedChange(context, actor, call, async () => {
      const max = WORKBOOKS_LIMITS.commitsMax;
      if (underWay >= max) throw new Failure(WORKBOOKS_FAILURES.tooManyCommits, { count: underWay, max });
      underWay += 1;
      let spooled: SpooledBytes | undefined;
      try {
        spooled = await spoolBytes(wanted.bytes, {
          folder: context.spoolFolder,
          bytesMax: WORKBOOKS_LIMITS.fileBytesMax,
          memoryBytes: WORKBOOKS_LIMITS.spoolMemoryBytes,
          ...signalOf(wanted),
        });
        const { sha256 } = spooled;
        const content = await canonicalContent(spooled, { sha256, ...signalOf(wanted) });
        const scanned = await scanBytes(context, wanted, { spooled, format: content.format });
        const result = await appendVersion(context, actor, wanted.workbook, {
          content: { sha256, lengthBytes: spooled.lengthBytes, ...content, ...scanned, ...textsOf(wanted) },
          bytes: spooled.all,
          createMissing: wanted.createMissing ?? false,
          force: wanted.force ?? false,
          ...(wanted.expectedParent === undefined ? {} : { expectedParent: wanted.expectedParent }),
          ...(wanted.clientKey === undefined ? {} : { clientKey: wanted.clientKey }),
          ...signalOf(wanted),
        });
        return { result, response: responseOf(result) };
      } finally {
        underWay -= 1;
        await spooled?.remove();
      }
    });
  };
}

type Wanted = CommitRequest & { readonly author: string; readonly message: string };

function accepted(request: CommitRequest, actorName: string): Wanted {
  const { authorCharsMax, messageCharsMax, clientKeyCharsMax } = WORKBOOKS_LIMITS;
  if (request.clientKey !== undefined) acceptedText('client key', request.clientKey, clientKeyCharsMax);
  return {
    ...request,
    workbook: acceptedName(request.workbook),
    author: acceptedText('author', request.author ?? actorName.slice(0, authorCharsMax), authorCharsMax),
    message: acceptedText('message', request.message ?? '', messageCharsMax),
  };
}

const textsOf = ({ author, message }: Wanted) => ({ author, message });
const signalOf = ({ signal }: { readonly signal?: AbortSignal }) => (signal === undefined ? {} : { signal });

const parametersOf = (wanted: Wanted): Readonly<Record<string, unknown>> => ({
  workbook: wanted.workbook,
  author: wanted.author,
  message: wanted.message,
  expectedParent: wanted.expectedParent,
  clientKey: wanted.clientKey,
  force: wanted.force ?? false,
});

export const responseOf = ({ version, unchanged, repeated }: CommitResult): Readonly<Record<string, unknown>> => ({
  number: version.number,
  sha256: version.sha256,
  zones: version.zones,
  scan: version.scan,
  unchanged,
  repeated,
});

/** Throws `workbooks.scan-refused`, and `workbooks.scan-failed` when the scanner gave no verdict. */
async function scanBytes(
  context: WorkbooksContext,
  wanted: Wanted,
  { spooled, format }: { readonly spooled: SpooledBytes; readonly format: WorkbookFormat },
) {
  if (context.scan === undefined) return { scan: 'unscanned' as const };
  let verdict: ScanVerdict;
  try {
    const { sha256, lengthBytes } = spooled;
    const subject = { workbook: wanted.workbook, sha256, lengthBytes, format, read: spooled.all };
    verdict = await context.scan({ ...subject, ...signalOf(wanted) });
  } catch (error) {
    wanted.signal?.throwIfAborted();
    context.log.error({ err: error, workbook: wanted.workbook }, 'a commit was refused because its scan failed');
    throw new Failure(WORKBOOKS_FAILURES.scanFailed, {}, { cause: error });
  }
  if (verdict.type === 'refuse') throw new Failure(WORKBOOKS_FAILURES.scanRefused, { reason: verdict.reason });
  if (verdict.type === 'quarantine') return { scan: 'quarantined' as const, scanDetail: verdict.reason.slice(0, 500) };
  return {
    scan: 'clean' as const,
    ...(verdict.detail === undefined ? {} : { scanDetail: verdict.detail.slice(0, 500) }),
  };
}
