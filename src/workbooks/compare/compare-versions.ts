import { Failure, invariant } from '../../base/index.ts';
import { acceptedName } from '../accepted-input.ts';
import { auditRead } from '../audited.ts';
import type { WorkbooksContext } from '../context.ts';
import { WORKBOOKS_FAILURES } from '../failures.ts';
import { WORKBOOKS_LIMITS } from '../limits.ts';
import type { NotComparable, Workbooks, WorkbookVersion } from '../types.ts';
import { requireVersion, requireWorkbook, vaultIdOf } from '../versions/version-rows.ts';
import type { BooksCompared } from './compare-books.ts';
import { runCompare } from './run-compare.ts';

/** One comparison at a time: each may take as much memory as the whole rest of the process. */
export function compareVersions(context: WorkbooksContext): Workbooks['compare'] {
  let waiting = 0;
  return async (actor, request) => {
    const name = acceptedName(request.workbook);
    await context.authorize(actor, 'workbooks:Read', { type: 'workbook', name });
    const parameters = { from: request.from, to: request.to };
    await auditRead(context, actor, {
      eventName: 'CompareWorkbookVersions',
      category: 'Data',
      workbook: name,
      parameters,
    });
    const workbook = await requireWorkbook(context, name);
    const from = await requireVersion(context, workbook, request.from);
    const to = await requireVersion(context, workbook, request.to);
    const head = {
      workbook: name,
      from,
      to,
      sameBytes: from.sha256 === to.sha256,
      sameContent: from.contentHash === to.contentHash,
    };
    const refusal = refusalOf(from, 'from') ?? refusalOf(to, 'to');
    if (refusal !== undefined) return { ...head, ...refusal };
    const max = WORKBOOKS_LIMITS.comparesWaitingMax;
    if (waiting >= max) throw new Failure(WORKBOOKS_FAILURES.tooManyComparisons, { count: waiting, max });
    waiting += 1;
    try {
      const compared = await context.turns.run('compare', () => compareTwo(context, { from, to }, request.signal));
      if (compared.type === 'not-comparable') return { ...head, ...compared };
      return { ...head, type: 'compared', ...compared.difference };
    } finally {
      waiting -= 1;
    }
  };
}

type Refusal = Extract<BooksCompared, { readonly type: 'not-comparable' }>;

/** What need not be read to be refused. */
function refusalOf(version: WorkbookVersion, side: 'from' | 'to'): Refusal | undefined {
  const refuse = (reason: NotComparable, detail: string): Refusal => ({ type: 'not-comparable', reason, side, detail });
  if (version.scan === 'quarantined') {
    return refuse('quarantined', `version ${version.number} is in quarantine: ${version.scanDetail ?? ''}`);
  }
  const max = WORKBOOKS_LIMITS.compareFileBytesMax;
  if (version.lengthBytes > max) {
    return refuse('too-large', `version ${version.number} has ${version.lengthBytes} bytes, and ${max} are compared`);
  }
  return undefined;
}

async function compareTwo(
  context: WorkbooksContext,
  versions: { readonly from: WorkbookVersion; readonly to: WorkbookVersion },
  signal: AbortSignal | undefined,
): Promise<BooksCompared> {
  signal?.throwIfAborted();
  const from = await readWhole(context, versions.from, signal);
  const to = await readWhole(context, versions.to, signal);
  const { compareMs, compareHeapMiB } = WORKBOOKS_LIMITS;
  const limits = { msMax: compareMs, heapMiB: compareHeapMiB };
  return await runCompare(context.clock, { from, to }, { ...limits, ...(signal === undefined ? {} : { signal }) });
}

async function readWhole(
  { vault }: WorkbooksContext,
  version: WorkbookVersion,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const whole = new Uint8Array(version.lengthBytes);
  let filled = 0;
  for await (const part of vault.get(vaultIdOf(version), signal === undefined ? {} : { signal })) {
    invariant(filled + part.byteLength <= whole.length, 'the vault gives more bytes than the version has');
    whole.set(part, filled);
    filled += part.byteLength;
  }
  invariant(filled === whole.length, 'the vault gives fewer bytes than the version has');
  return whole;
}
