import type { IssueListed } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import { type IssueRow, toIssue } from '../issue-rows.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import type { SearchScope } from '../search/run-search.ts';

/** Adds what events say of the issues of one page: counts, users and the small chart, in the range and environment. */
export async function describeIssues(
  { catalog, events }: TrackingContext,
  rows: readonly IssueRow[],
  scope: SearchScope,
): Promise<readonly IssueListed[]> {
  if (rows.length === 0) return [];
  const owned = await catalog
    .db<IssuesTables>()
    .selectFrom('issue_hashes')
    .select(['id', 'issue_id'])
    .where(
      'issue_id',
      'in',
      rows.map(({ id }) => id),
    )
    .where('deleted_ms', 'is', null)
    .where('times_seen', '>', 0)
    .execute();
  // Every hash is in the map, so that keys are numbers of issues.
  const groups = new Map(owned.map(({ id, issue_id: issueId }) => [id, issueId]));
  const projectIds = [...new Set(rows.map((row) => row.project_id))];
  const selection = { ...scope, projectIds, hashIds: [...groups.keys()] };
  const [counts, trends, feedback] = await Promise.all([
    events.counts(selection, groups),
    events.trends(selection, groups, LIMITS.trendSteps),
    events.feedbackCounts(projectIds, groups),
  ]);
  const byIssue = new Map(counts.map((count) => [count.key, count]));
  return rows.map((row) => ({
    issue: toIssue(row, feedback.get(row.id) ?? 0),
    events: byIssue.get(row.id)?.events ?? 0,
    users: byIssue.get(row.id)?.users ?? 0,
    trend: trends.get(row.id) ?? Array.from({ length: LIMITS.trendSteps }, () => 0),
  }));
}
