import { sql, type Transaction } from 'kysely';
import type { Actor } from '../../../access/index.ts';
import { Failure, invariant } from '../../../base/index.ts';
import type { Issue, IssueVerbs } from '../../types.ts';
import { insertActivity } from '../activity.ts';
import { allowedIssue } from '../allowed-issue.ts';
import { auditedChange } from '../audited.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import { type IssueRow, requireIssue, toIssue } from '../issue-rows.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import { shortIdOf } from '../short-id.ts';
import { entryOf } from './apply-change.ts';
import { type OwnedHash, ownedHashes, sumOwnHashes } from './own-hashes.ts';

/**
 * Gives some hashes an issue of their own. Counters are those of the hashes, so both sides are exact at once; the new
 * issue is unresolved, has the title of its newest hash, and is nobody's. Nobody is alerted: a person did this.
 * Throws `tracking.hash-not-found` and `tracking.nothing-to-unmerge`.
 */
export const unmergeIssue =
  (context: TrackingContext): IssueVerbs['unmerge'] =>
  async (actor, id, hashes) => {
    const { id: issueId } = await allowedIssue(context, actor, 'issues:Respond', id);
    const call = { eventName: 'UnmergeIssue', issues: [String(issueId)], parameters: { hashes: hashes.length } };
    return await auditedChange(context, actor, call, () =>
      context.inTurn(async () => {
        const done = await context.catalog.transaction<IssuesTables, { issue: Issue; moved: readonly OwnedHash[] }>(
          (trx) => unmerge(context, trx, { actor, issueId, wanted: new Set(hashes) }),
        );
        context.hashes.move(done.moved, Number(done.issue.id));
        return done.issue;
      }),
    );
  };

async function unmerge(
  context: TrackingContext,
  trx: Transaction<IssuesTables>,
  asked: { readonly actor: Actor; readonly issueId: number; readonly wanted: ReadonlySet<string> },
): Promise<{ readonly issue: Issue; readonly moved: readonly OwnedHash[] }> {
  const row = await requireIssue(trx, String(asked.issueId));
  const owned = await ownedHashes(trx, [row.id]);
  const moved = guardHashes(row, owned, asked.wanted);
  const nowMs = context.clock.nowMs();
  const newId = await insertFromHashes(
    context,
    trx,
    row,
    moved.map(({ id }) => id),
  );
  await sql`UPDATE issue_hashes SET issue_id = ${newId}
    WHERE id = ANY (${moved.map(({ id }) => id)}::bigint[])`.execute(trx);
  await sumOwnHashes(trx, newId);
  await sumOwnHashes(trx, row.id);
  await trx
    .updateTable('issues')
    .set((set) => ({ revision: set('revision', '+', 1), changed_by: asked.actor.name }))
    .where('id', '=', row.id)
    .execute();
  const made = await requireIssue(trx, String(newId));
  const hashes = moved.map(({ hash }) => hash);
  const planned = { actor: asked.actor, nowMs };
  await insertActivity(trx, [
    entryOf(row, { type: 'unmerged', detail: { into: made.short_id, intoId: String(newId), hashes } }, planned),
    entryOf(made, { type: 'unmerged', detail: { from: row.short_id, fromId: String(row.id), hashes } }, planned),
  ]);
  return { issue: toIssue(made), moved };
}

/** Both sides must have something that was counted, or one of them would be an issue without events. */
function guardHashes(row: IssueRow, owned: readonly OwnedHash[], wanted: ReadonlySet<string>): readonly OwnedHash[] {
  const id = row.short_id;
  for (const hash of wanted) {
    if (!owned.some((other) => other.hash === hash)) {
      throw new Failure(ISSUES_TRACKING_FAILURES.hashNotFound, { id, hash });
    }
  }
  const moved = owned.filter(({ hash }) => wanted.has(hash));
  const left = owned.filter(({ hash }) => !wanted.has(hash));
  const refuse = (reason: string): Failure => new Failure(ISSUES_TRACKING_FAILURES.nothingToUnmerge, { id, reason });
  if (moved.every(({ times_seen: seen }) => seen === 0)) throw refuse('no event was counted by these hashes');
  if (left.every(({ times_seen: seen }) => seen === 0)) throw refuse('nothing with events would be left in it');
  return moved;
}

/** The columns of an issue that a hash has too, of the newest of these hashes; sums follow once it owns them. */
async function insertFromHashes(
  { projects, clock }: TrackingContext,
  trx: Transaction<IssuesTables>,
  row: IssueRow,
  hashIds: readonly number[],
): Promise<number> {
  const { rows: numbers } = await sql<{ last_number: number }>`
    INSERT INTO issue_numbers AS n (project_id, last_number) VALUES (${row.project_id}, 1)
    ON CONFLICT (project_id) DO UPDATE SET last_number = n.last_number + 1 RETURNING last_number
  `.execute(trx);
  const slug = projects.byId(row.project_id)?.slug;
  invariant(slug !== undefined && numbers[0] !== undefined, 'an issue belongs to a project');
  const nowMs = clock.nowMs();
  const { rows: made } = await sql<{ id: number }>`
    INSERT INTO issues (project_id, short_id, status, substatus, state_ms, priority, level, type, platform, title,
      title_type, title_value, culprit, first_seen_ms, last_seen_ms, handled)
    SELECT project_id, ${shortIdOf(slug, numbers[0].last_number)}, 'unresolved',
      CASE WHEN min(first_seen_ms) OVER () > ${nowMs - LIMITS.newForMs}::bigint THEN 'new' ELSE 'ongoing' END,
      ${nowMs}::bigint, ${row.priority}, level, type, platform, title, title_type, title_value, culprit,
      first_seen_ms, last_seen_ms, handled
    FROM issue_hashes WHERE id = ANY (${hashIds}::bigint[]) AND times_seen > 0
    ORDER BY last_seen_ms DESC, id DESC LIMIT 1
    RETURNING id
  `.execute(trx);
  invariant(made[0] !== undefined, 'hashes with events make an issue');
  return made[0].id;
}
