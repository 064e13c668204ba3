import { sql, type Transaction } from 'kysely';
import type { TrackingContext } from '../context.ts';
import type { IssueRow } from '../issue-rows.ts';
import type { IssuesTables } from '../migrations.ts';
import { forgetIgnored } from '../tracker/ignore-counters.ts';
import type { Done } from './change-issues.ts';
import { ownedHashes } from './own-hashes.ts';

/**
 * Events are found by the hashes of an issue, so that taking those away hides the events at once; their retention
 * removes them. The rows stay as tombstones without any words of events: ids are never given twice, and a hash that
 * comes back gets a row and an issue of its own.
 */
export async function deleteIssues(
  { clock, hashes }: TrackingContext,
  trx: Transaction<IssuesTables>,
  rows: readonly IssueRow[],
): Promise<Done> {
  const ids = rows.map(({ id }) => id);
  const owned = ids.length === 0 ? [] : await ownedHashes(trx, ids);
  const nowMs = clock.nowMs();
  const blank = sql`title = '', title_type = '', title_value = '', culprit = ''`;
  await sql`UPDATE issue_hashes SET deleted_ms = ${nowMs}, ${blank}
    WHERE issue_id = ANY (${ids}::bigint[]) AND deleted_ms IS NULL`.execute(trx);
  await sql`DELETE FROM issue_hash_hours WHERE hash_id = ANY (${owned.map(({ id }) => id)}::bigint[])`.execute(trx);
  await sql`UPDATE issues SET deleted_ms = ${nowMs}, ${blank}, substatus = NULL, resolution = NULL, ignore = NULL
    WHERE id = ANY (${ids}::bigint[]) OR merged_into = ANY (${ids}::bigint[])`.execute(trx);
  await sql`DELETE FROM issue_activity WHERE issue_id = ANY (${ids}::bigint[])
    OR issue_id IN (SELECT id FROM issues WHERE merged_into = ANY (${ids}::bigint[]))`.execute(trx);
  await forgetIgnored(trx, ids);
  return { issues: [], hasSignals: false, afterCommit: () => hashes.forget(owned) };
}
