import { sql, type Transaction } from 'kysely';
import type { IssuesTables } from '../migrations.ts';
import type { HashSum } from './sum-events.ts';

/** Of a hash or an issue (`t`) and what a batch adds to it (`x`): the first and the last, whichever comes late. */
export const ADDED_COLUMNS = sql`
  times_seen = t.times_seen + x.events,
  first_seen_ms = CASE WHEN t.times_seen = 0 THEN x."firstSeenMs" ELSE least(t.first_seen_ms, x."firstSeenMs") END,
  first_release = CASE WHEN t.times_seen = 0 OR x."firstSeenMs" < t.first_seen_ms
    THEN x."firstRelease" ELSE t.first_release END,
  last_seen_ms = CASE WHEN t.times_seen = 0 THEN x."lastSeenMs" ELSE greatest(t.last_seen_ms, x."lastSeenMs") END,
  last_release = CASE WHEN t.times_seen = 0 OR x."lastSeenMs" >= t.last_seen_ms
    THEN x."lastRelease" ELSE t.last_release END,
  level = CASE WHEN t.times_seen = 0 OR x."lastSeenMs" >= t.last_seen_ms THEN x.level ELSE t.level END,
  handled = CASE WHEN t.times_seen = 0 THEN x.handled ELSE t.handled AND x.handled END`;

export const ADDED_TYPES = sql`events bigint, "firstSeenMs" bigint, "firstRelease" text, "lastSeenMs" bigint,
  "lastRelease" text, level text, handled boolean`;

export async function addHashSums(trx: Transaction<IssuesTables>, sums: readonly HashSum[]): Promise<void> {
  if (sums.length === 0) return;
  const rows = sums.map((sum) => ({ ...sum, events: sum.events.length, hours: undefined }));
  await sql`
    UPDATE issue_hashes t SET ${ADDED_COLUMNS}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x ("hashId" bigint, ${ADDED_TYPES})
    WHERE t.id = x."hashId"
  `.execute(trx);
}
