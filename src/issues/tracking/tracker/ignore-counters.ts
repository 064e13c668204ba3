import { sql, type Transaction } from 'kysely';
import { clip, MINUTE_MS, storableText } from '../../../base/index.ts';
import type { RecordedEvent } from '../../types.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import type { Arrival } from './decide-state.ts';
import type { RecordedIssue } from './recorded-issue.ts';
import type { HashSum } from './sum-events.ts';

type Windows = Pick<Arrival, 'windowEvents' | 'windowUsers'>;

/**
 * Counts for issues that are ignored until so many events come in a window, or so many users. Only what was received
 * since the issue was ignored counts, by the time at which it was received: a backlog of a client is no burst of its
 * users. Windows move by the minute. Most batches have no such issue and cost nothing here.
 */
export async function countIgnored(
  trx: Transaction<IssuesTables>,
  touched: readonly { readonly issue: RecordedIssue; readonly sums: readonly HashSum[] }[],
  nowMs: number,
): Promise<ReadonlyMap<number, Windows>> {
  const windows = new Map<number, Windows>();
  for (const { issue, sums } of touched) {
    const { ignore } = issue;
    if (ignore === null) continue;
    const { countWindowMs, users, usersWindowMs } = ignore.condition;
    if (countWindowMs === undefined && users === undefined) continue;
    const events = sums.flatMap((sum) => sum.events).filter(({ receivedMs }) => receivedMs >= ignore.atMs);
    const counted: { -readonly [Name in keyof Windows]: Windows[Name] } = {};
    if (countWindowMs !== undefined) {
      await addMinutes(trx, issue.id, events);
      counted.windowEvents = await windowEvents(trx, issue.id, nowMs - countWindowMs);
    }
    if (users !== undefined) {
      await addUsers(trx, issue.id, events);
      counted.windowUsers = await windowUsers(trx, issue.id, usersWindowMs === undefined ? 0 : nowMs - usersWindowMs);
    }
    windows.set(issue.id, counted);
  }
  return windows;
}

async function addMinutes(
  trx: Transaction<IssuesTables>,
  issueId: number,
  events: readonly RecordedEvent[],
): Promise<void> {
  const minutes = new Map<number, number>();
  for (const { receivedMs } of events) {
    const minute = receivedMs - (receivedMs % MINUTE_MS);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  if (minutes.size === 0) return;
  await sql`
    INSERT INTO issue_ignore_minutes AS t (issue_id, minute_ms, events)
    SELECT ${issueId}::bigint, * FROM unnest(${[...minutes.keys()]}::bigint[], ${[...minutes.values()]}::bigint[])
    ON CONFLICT (issue_id, minute_ms) DO UPDATE SET events = t.events + excluded.events
  `.execute(trx);
}

/** A minute that lies partly in the window counts whole. */
async function windowEvents(trx: Transaction<IssuesTables>, issueId: number, fromMs: number): Promise<number> {
  const { rows } = await sql<{ events: number }>`
    SELECT coalesce(sum(events), 0)::bigint AS events FROM issue_ignore_minutes
    WHERE issue_id = ${issueId} AND minute_ms > ${fromMs - MINUTE_MS}
  `.execute(trx);
  return rows[0]?.events ?? 0;
}

async function addUsers(
  trx: Transaction<IssuesTables>,
  issueId: number,
  events: readonly RecordedEvent[],
): Promise<void> {
  const users = new Map<string, number>();
  for (const { userKey, receivedMs } of events) {
    if (userKey === '') continue;
    const key = storableText(clip(userKey, LIMITS.titleChars));
    users.set(key, Math.max(users.get(key) ?? 0, receivedMs));
  }
  if (users.size === 0) return;
  await sql`
    INSERT INTO issue_ignore_users AS t (issue_id, user_key, last_seen_ms)
    SELECT ${issueId}::bigint, * FROM unnest(${[...users.keys()]}::text[], ${[...users.values()]}::bigint[])
    ON CONFLICT (issue_id, user_key) DO UPDATE SET last_seen_ms = greatest(t.last_seen_ms, excluded.last_seen_ms)
  `.execute(trx);
}

async function windowUsers(trx: Transaction<IssuesTables>, issueId: number, fromMs: number): Promise<number> {
  const { rows } = await sql<{ users: number }>`
    SELECT count(*) AS users FROM issue_ignore_users WHERE issue_id = ${issueId} AND last_seen_ms > ${fromMs}
  `.execute(trx);
  return rows[0]?.users ?? 0;
}

/** What was counted while an issue was ignored is of no use after that. */
export async function forgetIgnored(trx: Transaction<IssuesTables>, issueIds: readonly number[]): Promise<void> {
  if (issueIds.length === 0) return;
  await sql`DELETE FROM issue_ignore_minutes WHERE issue_id = ANY (${issueIds}::bigint[])`.execute(trx);
  await sql`DELETE FROM issue_ignore_users WHERE issue_id = ANY (${issueIds}::bigint[])`.execute(trx);
}
