import { sql, type Transaction } from 'kysely';
import { Failure } from '../../../base/index.ts';
import { insertActivity } from '../activity.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import { type IssueRow, requireIssue, toIssue } from '../issue-rows.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import { forgetIgnored } from '../tracker/ignore-counters.ts';
import { entryOf } from './apply-change.ts';
import type { Done } from './change-issues.ts';
import { ownedHashes, sumOwnHashes } from './own-hashes.ts';
import type { PlannedChange } from './plan-change.ts';

/**
 * The first issue becomes the owner of all hashes, so that what comes by any of them lands in it from now on; it keeps
 * its title, its state and its assignee. Comments move with it. The others lead to it by their old names for ever.
 */
export async function mergeIssues(
  context: TrackingContext,
  trx: Transaction<IssuesTables>,
  rows: readonly IssueRow[],
  planned: PlannedChange,
): Promise<Done> {
  const [keeper, ...others] = rows;
  if (keeper === undefined || others.length === 0) throw refuse('merging needs two issues or more');
  if (others.some(({ project_id: projectId }) => projectId !== keeper.project_id)) {
    throw refuse('issues of different projects cannot be merged');
  }
  const otherIds = others.map(({ id }) => id);
  const owned = await ownedHashes(
    trx,
    rows.map(({ id }) => id),
  );
  if (owned.length > LIMITS.hashesPerIssueMax) {
    throw refuse(
      `they have ${owned.length} hashes together, and ${LIMITS.hashesPerIssueMax} are the most of one issue`,
    );
  }
  const moved = owned.filter(({ issue_id: issueId }) => issueId !== keeper.id);
  await moveEverything(trx, keeper.id, otherIds);
  await sumOwnHashes(trx, keeper.id);
  await trx
    .updateTable('issues')
    .set((set) => ({
      revision: set('revision', '+', 1),
      changed_by: planned.actor.name,
      comment_count: others.reduce((sum, { comment_count: count }) => sum + count, keeper.comment_count),
    }))
    .where('id', '=', keeper.id)
    .execute();
  await forgetIgnored(trx, otherIds);
  const detail = {
    issues: others.slice(0, LIMITS.listMax).map((row) => ({
      id: String(row.id),
      shortId: row.short_id,
      title: row.title,
      timesSeen: row.times_seen,
    })),
    count: others.length,
    hashes: moved.length,
  };
  const gone = others.map((row) => ({
    type: 'merged-into',
    detail: { id: String(keeper.id), shortId: keeper.short_id },
    row,
  }));
  await insertActivity(trx, [
    entryOf(keeper, { type: 'merged', detail }, planned),
    ...gone.map(({ row, ...activity }) => entryOf(row, activity, planned)),
  ]);
  return {
    issues: [toIssue(await requireIssue(trx, String(keeper.id)))],
    hasSignals: false,
    afterCommit: () => context.hashes.move(moved, keeper.id),
  };
}

async function moveEverything(
  trx: Transaction<IssuesTables>,
  keeperId: number,
  otherIds: readonly number[],
): Promise<void> {
  await sql`UPDATE issue_hashes SET issue_id = ${keeperId}
    WHERE issue_id = ANY (${otherIds}::bigint[]) AND deleted_ms IS NULL`.execute(trx);
  // What was merged into the others before leads to the new keeper too.
  await sql`UPDATE issues SET merged_into = ${keeperId}
    WHERE id = ANY (${otherIds}::bigint[]) OR merged_into = ANY (${otherIds}::bigint[])`.execute(trx);
  await sql`UPDATE issue_activity SET issue_id = ${keeperId}
    WHERE issue_id = ANY (${otherIds}::bigint[]) AND type = 'comment'`.execute(trx);
}

const refuse = (reason: string): Failure => new Failure(ISSUES_TRACKING_FAILURES.changeInvalid, { reason });
