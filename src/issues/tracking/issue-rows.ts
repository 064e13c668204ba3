import type { Kysely, Selectable } from 'kysely';
import { Failure } from '../../base/index.ts';
import type { Issue } from '../types.ts';
import { ISSUES_TRACKING_FAILURES } from './failures.ts';
import type { IssuesTable, IssuesTables } from './migrations.ts';
import { acceptedShortId } from './short-id.ts';

export type IssueRow = Selectable<IssuesTable>;

export const toIssue = (row: IssueRow, feedbackCount = 0): Issue => ({
  id: String(row.id),
  shortId: row.short_id,
  projectId: row.project_id,
  status: row.status,
  ...(row.substatus === null ? {} : { substatus: row.substatus }),
  priority: row.priority,
  level: row.level,
  type: row.type,
  platform: row.platform,
  title: row.title,
  titleType: row.title_type,
  titleValue: row.title_value,
  culprit: row.culprit,
  firstSeenMs: row.first_seen_ms,
  lastSeenMs: row.last_seen_ms,
  firstRelease: row.first_release,
  lastRelease: row.last_release,
  timesSeen: row.times_seen,
  handled: row.handled,
  ...(row.assignee_id === null
    ? {}
    : { assignee: { type: 'person' as const, id: row.assignee_id, name: row.assignee_name ?? '' } }),
  ...(row.resolution === null ? {} : { resolution: row.resolution }),
  ...(row.ignore === null ? {} : { ignore: row.ignore.condition }),
  commentCount: row.comment_count,
  feedbackCount,
  revision: row.revision,
});

const SAFE_ID = /^[1-9]\d{0,14}$/;

/** The number of an issue, of its decimal digits; undefined when it can be none. */
export const issueNumber = (id: string): number | undefined => (SAFE_ID.test(id) ? Number(id) : undefined);

/** Follows merges, so that old links lead to the keeper; undefined when there is no such issue, or not any more. */
export async function findIssue(db: Kysely<IssuesTables>, id: string): Promise<IssueRow | undefined> {
  const number = issueNumber(id);
  const shortId = number === undefined ? acceptedShortId(id) : undefined;
  if (number === undefined && shortId === undefined) return undefined;
  let query = db.selectFrom('issues').selectAll();
  query = number === undefined ? query.where('short_id', '=', shortId ?? '') : query.where('id', '=', number);
  let row = await query.executeTakeFirst();
  // Merging points all that was merged before at the new keeper, so one step is enough.
  if (row !== undefined && row.merged_into !== null) {
    row = await db.selectFrom('issues').selectAll().where('id', '=', row.merged_into).executeTakeFirst();
  }
  return row === undefined || row.deleted_ms !== null || row.times_seen === 0 ? undefined : row;
}

/** Throws `tracking.not-found`. */
export async function requireIssue(db: Kysely<IssuesTables>, id: string): Promise<IssueRow> {
  const row = await findIssue(db, id);
  if (row === undefined) throw new Failure(ISSUES_TRACKING_FAILURES.notFound, { id });
  return row;
}

export async function hashIdsOf(db: Kysely<IssuesTables>, issueId: number): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('issue_hashes')
    .select('id')
    .where('issue_id', '=', issueId)
    .where('deleted_ms', 'is', null)
    .where('times_seen', '>', 0)
    .execute();
  return rows.map(({ id }) => id);
}
