import type { Actor } from '../../access/index.ts';
import { Failure, newId } from '../../base/index.ts';
import { acceptedRetention } from '../accepted-input.ts';
import type { WorkbooksContext } from '../context.ts';
import { WORKBOOKS_FAILURES } from '../failures.ts';
import { retentionMs, WORKBOOKS_LIMITS } from '../limits.ts';
import type { WorkbooksTables } from '../migrations.ts';
import type { CommitResult, VersionRef, Workbook, WorkbookVersion } from '../types.ts';
import { insertWorkbook, type NewVersion, noteClientKey, storeVersion } from './store-version.ts';
import { findVersion, findWorkbook } from './version-rows.ts';

/** A version that lacks only what its place in the history gives it. */
export interface Candidate {
  readonly content: Pick<
    NewVersion,
    'sha256' | 'contentHash' | 'format' | 'lengthBytes' | 'author' | 'message' | 'scan' | 'scanDetail' | 'restoredFrom'
  >;
  readonly bytes: () => AsyncIterable<Uint8Array>;
  readonly expectedParent?: VersionRef;
  readonly clientKey?: string;
  readonly createMissing: boolean;
  readonly force: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Decides under the turn of the workbook, so that of two writers who go out from the same version the second sees the
 * first. Repetition is answered before the parent is checked: the parent of a repeated commit has moved on by itself.
 */
export const appendVersion = (
  context: WorkbooksContext,
  actor: Actor,
  name: string,
  candidate: Candidate,
): Promise<CommitResult> =>
  context.turns.run(`workbook:${name}`, async () => {
    const known = await findWorkbook(context, name);
    if (known === undefined && !candidate.createMissing)
      throw new Failure(WORKBOOKS_FAILURES.notFound, { workbook: name });
    if (known === undefined) await guardCount(context);
    const workbook = known ?? newWorkbook(context, { name, createdBy: actor.name });
    const repeated = await answerToKey(context, workbook, candidate);
    if (repeated !== undefined) return repeated;
    const head = await findVersion(context, workbook, 'latest');
    guardParent(workbook, head, candidate.expectedParent);
    if (isUnchanged(head, candidate)) return await answerUnchanged(context, workbook, { head, candidate });
    const count = workbook.head;
    const max = WORKBOOKS_LIMITS.versionsPerWorkbookMax;
    if (count >= max) throw new Failure(WORKBOOKS_FAILURES.tooManyVersions, { workbook: name, count, max });
    if (known === undefined) await addWorkbook(context, workbook);
    const version = await storeVersion(context, workbook, {
      version: placed(context, actor, { workbook, candidate }),
      bytes: candidate.bytes(),
      ...(candidate.signal === undefined ? {} : { signal: candidate.signal }),
    });
    return { version, unchanged: false, repeated: false };
  });

export const newWorkbook = (
  context: WorkbooksContext,
  wanted: { readonly name: string; readonly createdBy: string; readonly retentionDays?: number },
): Workbook => {
  const createdMs = Math.floor(context.clock.nowMs());
  return {
    id: newId(createdMs),
    name: wanted.name,
    createdMs,
    createdBy: wanted.createdBy,
    retentionDays: acceptedRetention(wanted.retentionDays ?? context.retentionDays),
    head: 0,
  };
};

/**
 * Before the vault, because the facts there name its id: a commit that crashes and is repeated must not become two
 * workbooks. A crash leaves a workbook without versions, which the repetition fills.
 */
async function addWorkbook(context: WorkbooksContext, workbook: Workbook): Promise<void> {
  const isNew = await context.catalog.transaction<WorkbooksTables, boolean>((trx) => insertWorkbook(trx, workbook));
  if (!isNew) throw new Failure(WORKBOOKS_FAILURES.commitRaced, { workbook: workbook.name });
}

/** Throws `workbooks.too-many-workbooks`. */
export async function guardCount({ catalog }: WorkbooksContext): Promise<void> {
  const row = await catalog
    .db<WorkbooksTables>()
    .selectFrom('workbooks')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirst();
  const count = Number(row?.count ?? 0);
  const max = WORKBOOKS_LIMITS.workbooksMax;
  if (count >= max) throw new Failure(WORKBOOKS_FAILURES.tooManyWorkbooks, { count, max });
}

async function answerToKey(
  context: WorkbooksContext,
  workbook: Workbook,
  { clientKey, content }: Candidate,
): Promise<CommitResult | undefined> {
  if (clientKey === undefined) return undefined;
  const note = await context.catalog
    .db<WorkbooksTables>()
    .selectFrom('workbook_commit_keys')
    .selectAll()
    .where('workbook_id', '=', workbook.id)
    .where('client_key', '=', clientKey)
    .executeTakeFirst();
  if (note === undefined) return undefined;
  const { number } = note;
  const version = await findVersion(context, workbook, number);
  if (note.sha256 !== content.sha256 || version === undefined) {
    throw new Failure(WORKBOOKS_FAILURES.clientKeyReused, { workbook: workbook.name, number });
  }
  return { version, unchanged: note.unchanged, repeated: true };
}

function guardParent(workbook: Workbook, head: WorkbookVersion | undefined, expected: VersionRef | undefined): void {
  if (expected === undefined) return;
  const names = head === undefined ? ['none'] : [String(head.number), head.sha256, `sha256:${head.sha256}`, 'latest'];
  if (names.includes(String(expected))) return;
  const found =
    head === undefined
      ? 'without a version'
      : `at version ${head.number}, committed by ${head.author} at ${new Date(head.committedMs).toISOString()}`;
  throw new Failure(WORKBOOKS_FAILURES.parentMismatch, {
    workbook: workbook.name,
    found,
    expected: String(expected).slice(0, 80),
    head: head?.number ?? 0,
    headSha256: head?.sha256,
    headAuthor: head?.author,
    headCommittedBy: head?.committedBy,
    headCommittedMs: head?.committedMs,
  });
}

/** A newest version in quarantine is no answer: nobody could read it. */
const isUnchanged = (head: WorkbookVersion | undefined, candidate: Candidate): head is WorkbookVersion =>
  head !== undefined &&
  !candidate.force &&
  head.contentHash === candidate.content.contentHash &&
  head.scan !== 'quarantined' &&
  candidate.content.scan !== 'quarantined';

async function answerUnchanged(
  context: WorkbooksContext,
  workbook: Workbook,
  { head, candidate }: { readonly head: WorkbookVersion; readonly candidate: Candidate },
): Promise<CommitResult> {
  const { clientKey } = candidate;
  if (clientKey !== undefined) {
    const { sha256 } = candidate.content;
    // Without this note, the same commit repeated after somebody else's would put the old content on top.
    await context.catalog.transaction<WorkbooksTables, void>((trx) =>
      noteClientKey(trx, { workbookId: workbook.id, clientKey, sha256, number: head.number, unchanged: true }),
    );
  }
  return { version: head, unchanged: true, repeated: false };
}

function placed(
  context: WorkbooksContext,
  actor: Actor,
  { workbook, candidate }: { readonly workbook: Workbook; readonly candidate: Candidate },
): NewVersion {
  const committedMs = Math.floor(context.clock.nowMs());
  return {
    ...candidate.content,
    number: workbook.head + 1,
    parent: workbook.head,
    committedMs,
    committedBy: actor.name,
    retainUntilMs: committedMs + retentionMs(workbook.retentionDays),
    ...(candidate.clientKey === undefined ? {} : { clientKey: candidate.clientKey }),
  };
}
