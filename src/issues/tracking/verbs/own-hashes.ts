import { sql, type Transaction } from 'kysely';
import type { IssuesTables } from '../migrations.ts';
import { currentHour } from '../tracker/hour-counters.ts';

/** Makes an issue the sum of the hashes that it owns now. */
export async function sumOwnHashes(trx: Transaction<IssuesTables>, issueId: number): Promise<void> {
  await sql`
    UPDATE issues t SET times_seen = s.times_seen, first_seen_ms = s.first_seen_ms, last_seen_ms = s.last_seen_ms,
      first_release = s.first_release, last_release = s.last_release, level = s.level, handled = s.handled
    FROM (
      SELECT sum(times_seen)::bigint AS times_seen, min(first_seen_ms) AS first_seen_ms,
        max(last_seen_ms) AS last_seen_ms, bool_and(handled) AS handled,
        (array_agg(first_release ORDER BY first_seen_ms, id))[1] AS first_release,
        (array_agg(last_release ORDER BY last_seen_ms DESC, id DESC))[1] AS last_release,
        (array_agg(level ORDER BY last_seen_ms DESC, id DESC))[1] AS level
      FROM issue_hashes WHERE issue_id = ${issueId} AND deleted_ms IS NULL AND times_seen > 0
    ) AS s WHERE t.id = ${issueId} AND s.times_seen IS NOT NULL
  `.execute(trx);
  const hour = await currentHour(trx, issueId, { includesCurrent: false });
  await trx
    .updateTable('issues')
    .set({ hour_ms: hour.hourMs, hour_events: hour.events, hour_threshold: hour.threshold })
    .where('id', '=', issueId)
    .execute();
}

export interface OwnedHash {
  readonly id: number;
  readonly project_id: string;
  readonly hash: string;
  readonly issue_id: number;
  readonly times_seen: number;
}

/** Hashes of these issues that are alive. */
export async function ownedHashes(
  trx: Transaction<IssuesTables>,
  issueIds: readonly number[],
): Promise<readonly OwnedHash[]> {
  return await trx
    .selectFrom('issue_hashes')
    .select(['id', 'project_id', 'hash', 'issue_id', 'times_seen'])
    .where('issue_id', 'in', issueIds)
    .where('deleted_ms', 'is', null)
    .execute();
}
