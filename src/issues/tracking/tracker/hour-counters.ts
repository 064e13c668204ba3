import { sql, type Transaction } from 'kysely';
import { HOUR_MS } from '../../../base/index.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import { escalationThreshold } from './decide-state.ts';
import type { RecordedIssue } from './recorded-issue.ts';
import type { HashSum } from './sum-events.ts';

/** The newest hour in which an issue was seen. */
export interface HourCount {
  readonly hourMs: number;
  readonly events: number;
  readonly threshold: number;
}

/**
 * Adds a batch to the hours of its hashes, and answers the newest hour of each issue with its threshold, which is
 * worked out once when an hour begins. Hours belong to hashes, so that merging and unmerging keep them exact.
 */
export async function countHours(
  trx: Transaction<IssuesTables>,
  touched: readonly { readonly issue: RecordedIssue; readonly sums: readonly HashSum[] }[],
  nowMs: number,
): Promise<ReadonlyMap<number, HourCount>> {
  await addHours(
    trx,
    touched.flatMap(({ sums }) => sums),
    nowMs,
  );
  const counts = new Map<number, HourCount>();
  const begun: { readonly issue: RecordedIssue; readonly hourMs: number; readonly events: number }[] = [];
  for (const { issue, sums } of touched) {
    const hourMs = Math.max(issue.hour_ms, ...sums.flatMap(({ hours }) => [...hours.keys()]));
    const added = sums.reduce((total, { hours }) => total + (hours.get(hourMs) ?? 0), 0);
    if (hourMs === issue.hour_ms) {
      counts.set(issue.id, { hourMs, events: issue.hour_events + added, threshold: issue.hour_threshold });
    } else begun.push({ issue, hourMs, events: added });
  }
  // An issue that nothing was counted for has no past to look at; in a storm of new ones that is all of them.
  const withPast = begun.filter(({ issue }) => issue.times_seen > 0);
  const busiest = await busiestHours(
    trx,
    withPast.map(({ issue, hourMs }) => ({ issueId: issue.id, beforeMs: hourMs })),
  );
  for (const { issue, hourMs, events } of begun) {
    counts.set(issue.id, { hourMs, events, threshold: escalationThreshold(busiest.get(issue.id) ?? 0) });
  }
  return counts;
}

async function addHours(trx: Transaction<IssuesTables>, sums: readonly HashSum[], nowMs: number): Promise<void> {
  const rows: { readonly hashId: number; readonly hour: number; readonly events: number }[] = [];
  for (const { hashId, hours } of sums) {
    for (const [hour, events] of hours) {
      // What is older than counters are kept would be removed at once.
      if (hour >= nowMs - LIMITS.countersKeptMs) rows.push({ hashId, hour, events });
    }
  }
  if (rows.length === 0) return;
  await sql`
    INSERT INTO issue_hash_hours AS t (hash_id, hour_ms, events)
    SELECT "hashId", hour, events
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x ("hashId" bigint, hour bigint, events bigint)
    ON CONFLICT (hash_id, hour_ms) DO UPDATE SET events = t.events + excluded.events
  `.execute(trx);
}

/** Events in the busiest hour of the week before `beforeMs`, by issue; an issue without any is absent. */
export async function busiestHours(
  trx: Transaction<IssuesTables>,
  wanted: readonly { readonly issueId: number; readonly beforeMs: number }[],
): Promise<ReadonlyMap<number, number>> {
  if (wanted.length === 0) return new Map();
  const { rows } = await sql<{ issue_id: number; busiest: number }>`
    SELECT issue_id, max(events)::bigint AS busiest FROM (
      SELECT h.issue_id, t.hour_ms, sum(t.events) AS events
      FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS x ("issueId" bigint, "beforeMs" bigint)
      JOIN issue_hashes h ON h.issue_id = x."issueId" AND h.deleted_ms IS NULL
      JOIN issue_hash_hours t ON t.hash_id = h.id AND t.hour_ms < x."beforeMs"
        AND t.hour_ms >= x."beforeMs" - ${LIMITS.escalationWeekMs}::bigint
      GROUP BY h.issue_id, t.hour_ms
    ) AS hours GROUP BY issue_id
  `.execute(trx);
  return new Map(rows.map((row) => [row.issue_id, row.busiest]));
}

/** The newest hour of one issue, worked out anew after its hashes or its state changed; at a `nowMs` inside it or later. */
export async function currentHour(
  trx: Transaction<IssuesTables>,
  issueId: number,
  options: { readonly includesCurrent: boolean },
): Promise<HourCount> {
  const { rows } = await sql<{ hour_ms: number; events: number }>`
    SELECT t.hour_ms, sum(t.events)::bigint AS events
    FROM issue_hashes h JOIN issue_hash_hours t ON t.hash_id = h.id
    WHERE h.issue_id = ${issueId} AND h.deleted_ms IS NULL
    GROUP BY t.hour_ms ORDER BY t.hour_ms DESC LIMIT 1
  `.execute(trx);
  const [newest] = rows;
  if (newest === undefined) return { hourMs: 0, events: 0, threshold: escalationThreshold(0) };
  const beforeMs = newest.hour_ms + (options.includesCurrent ? HOUR_MS : 0);
  const busiest = (await busiestHours(trx, [{ issueId, beforeMs }])).get(issueId) ?? 0;
  return { hourMs: newest.hour_ms, events: newest.events, threshold: escalationThreshold(busiest) };
}
