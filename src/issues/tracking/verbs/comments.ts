import { Failure, storableText } from '../../../base/index.ts';
import type { IssueVerbs } from '../../types.ts';
import { insertActivity } from '../activity.ts';
import { allowedIssue, projectObject } from '../allowed-issue.ts';
import { auditedChange } from '../audited.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import { issueNumber, requireIssue } from '../issue-rows.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';

/** Throws `tracking.comment-invalid`. What people paste is redacted like everything else. */
export const addComment =
  (context: TrackingContext): IssueVerbs['comment'] =>
  async (actor, id, given) => {
    const { id: issueId } = await allowedIssue(context, actor, 'issues:Respond', id);
    return await auditedChange(context, actor, { eventName: 'CommentIssue', issues: [String(issueId)] }, async () => {
      const text = acceptedComment(context, given);
      return await context.inTurn(() =>
        context.catalog.transaction<IssuesTables, Awaited<ReturnType<IssueVerbs['comment']>>>(async (trx) => {
          const issue = await requireIssue(trx, String(issueId));
          const entry = {
            issueId: issue.id,
            atMs: context.clock.nowMs(),
            type: 'comment',
            by: actor.name,
            byId: actor.id,
            detail: { text },
          };
          const [number] = await insertActivity(trx, [entry]);
          await trx
            .updateTable('issues')
            .set((set) => ({ comment_count: set('comment_count', '+', 1) }))
            .where('id', '=', issue.id)
            .execute();
          const { atMs, type, by, detail } = entry;
          return { id: String(number ?? 0), issueId: String(issue.id), atMs, type, by, detail };
        }),
      );
    });
  };

function acceptedComment({ redactor }: TrackingContext, given: string): string {
  const text = redactor.text(storableText(given.trim()));
  if (text.length >= 1 && text.length <= LIMITS.commentChars) return text;
  throw new Failure(ISSUES_TRACKING_FAILURES.commentInvalid, { chars: text.length, max: LIMITS.commentChars });
}

/** The author removes a comment, or somebody who may manage issues. */
export const removeComment =
  (context: TrackingContext): IssueVerbs['removeComment'] =>
  async (actor, activityId) => {
    const db = context.catalog.db<IssuesTables>();
    const number = issueNumber(activityId);
    const comment =
      number === undefined
        ? undefined
        : await db
            .selectFrom('issue_activity as a')
            .innerJoin('issues as i', 'i.id', 'a.issue_id')
            .select(['a.id', 'a.issue_id', 'a.by', 'a.by_id', 'i.project_id'])
            .where('a.id', '=', number)
            .where('a.type', '=', 'comment')
            .executeTakeFirst();
    const object = projectObject(context, comment?.project_id);
    await context.authorize(actor, 'issues:Respond', object);
    if (comment === undefined) throw new Failure(ISSUES_TRACKING_FAILURES.commentNotFound, { id: activityId });
    if (comment.by_id !== actor.id) await context.authorize(actor, 'issues:Manage', object);
    const call = {
      eventName: 'RemoveComment',
      issues: [String(comment.issue_id)],
      parameters: { comment: activityId },
    };
    await auditedChange(context, actor, call, () =>
      context.inTurn(() =>
        context.catalog.transaction<IssuesTables, void>(async (trx) => {
          const removed = await trx
            .deleteFrom('issue_activity')
            .where('id', '=', comment.id)
            .returning('issue_id')
            .executeTakeFirst();
          if (removed === undefined) throw new Failure(ISSUES_TRACKING_FAILURES.commentNotFound, { id: activityId });
          await trx
            .updateTable('issues')
            .set((set) => ({ comment_count: set('comment_count', '-', 1) }))
            .where('id', '=', removed.issue_id)
            .execute();
        }),
      ),
    );
  };
