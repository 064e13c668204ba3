import type { IssueListed } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import { type IssueRow, toIssue } from '../issue-rows.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import type { SearchScope } from '../search/run-search.ts';

/** Adds what events say of the issues of one page: counts, users and the small chart, in the range and environment. */
export async function describeIssues(
  context: TrackingContext,
  rows: readonly IssueRow[],
  scope: SearchScope,
): Promise<readonly IssueListed[]> {
  const hashes = await readHashes(context, rows);
  const listed: IssueListed[] = [];
  for (const part of inParts(rows, hashes)) listed.push(...(await describePart(context, part, hashes, scope)));
  return listed;
}

async function readHashes(
  { catalog }: TrackingContext,
  rows: readonly IssueRow[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const hashes = new Map<number, number[]>(rows.map(({ id }) => [id, []]));
  if (rows.length === 0) return hashes;
  const owned = await catalog
    .db<IssuesTables>()
    .selectFrom('issue_hashes')
    .select(['id', 'issue_id'])
    .where('issue_id', 'in', [...hashes.keys()])
    .where('deleted_ms', 'is', null)
    .where('times_seen', '>', 0)
    .execute();
  for (const { id, issue_id: issueId } of owned) hashes.get(issueId)?.push(id);
  return hashes;
}

/** Almost always one; several where issues were merged of thousands. */
function inParts(
  rows: readonly IssueRow[],
  hashes: ReadonlyMap<number, readonly number[]>,
): readonly (readonly IssueRow[])[] {
  const parts: IssueRow[][] = [];
  let count = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const own = hashes.get(row.id)?.length ?? 0;
    if (count + own > LIMITS.hashesAtOnce) {
      parts.push([]);
      count = 0;
    }
    parts.at(-1)?.push(row);
    count += own;
  }
  return parts;
}

async function describePart(
  { events }: TrackingContext,
  rows: readonly IssueRow[],
  hashes: ReadonlyMap<number, readonly number[]>,
  scope: SearchScope,
): Promise<readonly IssueListed[]> {
  // Every hash is in the map, so that all keys are numbers of issues.
  const groups = new Map(rows.flatMap(({ id }) => (hashes.get(id) ?? []).map((hash) => [hash, id] as const)));
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
