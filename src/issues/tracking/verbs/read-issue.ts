import type { IssueHash, IssueVerbs } from '../../types.ts';
import { toActivity } from '../activity.ts';
import { allowedIssue } from '../allowed-issue.ts';
import type { TrackingContext } from '../context.ts';
import { hashIdsOf, toIssue } from '../issue-rows.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';

export const readIssue =
  (context: TrackingContext): IssueVerbs['get'] =>
  async (actor, id) => {
    const row = await allowedIssue(context, actor, 'issues:Read', id);
    const hashIds = await hashIdsOf(context.catalog.db<IssuesTables>(), row.id);
    const counts = await context.events.feedbackCounts(
      [row.project_id],
      new Map(hashIds.map((hash) => [hash, row.id])),
    );
    return toIssue(row, counts.get(row.id) ?? 0);
  };

/** Newest first. */
export const issueActivity =
  (context: TrackingContext): IssueVerbs['activity'] =>
  async (actor, id) => {
    const row = await allowedIssue(context, actor, 'issues:Read', id);
    const rows = await context.catalog
      .db<IssuesTables>()
      .selectFrom('issue_activity')
      .selectAll()
      .where('issue_id', '=', row.id)
      .orderBy('id', 'desc')
      .limit(LIMITS.activityMax)
      .execute();
    return rows.map(toActivity);
  };

/** Most recent first; with those that no event was counted by yet: they lead events here too. */
export const issueHashes =
  (context: TrackingContext): IssueVerbs['hashes'] =>
  async (actor, id) => {
    const row = await allowedIssue(context, actor, 'issues:Read', id);
    const rows = await context.catalog
      .db<IssuesTables>()
      .selectFrom('issue_hashes')
      .selectAll()
      .where('issue_id', '=', row.id)
      .where('deleted_ms', 'is', null)
      .orderBy('last_seen_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(LIMITS.hashesListed)
      .execute();
    const latest = await context.events.latestEventIds(
      row.project_id,
      rows.map((hash) => hash.id),
    );
    return rows.map((hash): IssueHash => {
      const latestEventId = latest.get(hash.id);
      return {
        hash: hash.hash,
        version: hash.version,
        firstSeenMs: hash.first_seen_ms,
        lastSeenMs: hash.last_seen_ms,
        timesSeen: hash.times_seen,
        title: hash.title,
        ...(latestEventId === undefined ? {} : { latestEventId }),
      };
    });
  };
