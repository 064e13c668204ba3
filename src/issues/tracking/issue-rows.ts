import { type Kysely, type Selectable, sql } from 'kysely';
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

/**
 * By what people call them, numbers or short ids, in at most two questions. Merges are followed, so that old links lead
 * to the keeper; a name without an issue, or not any more, is absent.
 */
export async function findIssues(
  db: Kysely<IssuesTables>,
  names: readonly string[],
): Promise<ReadonlyMap<string, IssueRow>> {
  const numbers = names.flatMap((name) => issueNumber(name) ?? []);
  const shortIds = names.flatMap((name) => (issueNumber(name) === undefined ? (acceptedShortId(name) ?? []) : []));
  const named: readonly IssueRow[] = await db
    .selectFrom('issues')
    .selectAll()
    .where(sql<boolean>`(id = ANY (${numbers}::bigint[]) OR short_id = ANY (${shortIds}::text[]))`)
    .execute();
  const keeperIds = named.flatMap(({ merged_into: keeper }) => keeper ?? []);
  // Merging points all that was merged before at the new keeper, so one step is enough.
  const keepers: readonly IssueRow[] =
    keeperIds.length === 0
      ? []
      : await db.selectFrom('issues').selectAll().where(sql<boolean>`id = ANY (${keeperIds}::bigint[])`).execute();
  const byId = new Map([...named, ...keepers].map((row) => [row.id, row]));
  const byShortId = new Map(named.map((row) => [row.short_id, row]));
  const found = new Map<string, IssueRow>();
  for (const name of names) {
    const number = issueNumber(name);
    const row = number === undefined ? byShortId.get(acceptedShortId(name) ?? '') : byId.get(number);
    const own = row === undefined || row.merged_into === null ? row : byId.get(row.merged_into);
    if (own !== undefined && own.deleted_ms === null && own.times_seen > 0) found.set(name, own);
  }
  return found;
}

/** One issue by its number or short id; see {@link findIssues}. */
export const findIssue = async (db: Kysely<IssuesTables>, name: string): Promise<IssueRow | undefined> =>
  (await findIssues(db, [name])).get(name);

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
