import { sql, type Transaction } from 'kysely';
import type { EventLevel, IssueResolution, IssueStatus, IssueSubstatus, RecordedEvent } from '../../types.ts';
import type { IssuesTables } from '../migrations.ts';
import type { StoredIgnore } from './stored-ignore.ts';
import type { HashSum } from './sum-events.ts';

/** What recording needs to know of an issue. */
export interface RecordedIssue {
  readonly id: number;
  readonly project_id: string;
  readonly status: IssueStatus;
  readonly substatus: IssueSubstatus | null;
  readonly state_ms: number;
  readonly times_seen: number;
  readonly first_seen_ms: number;
  readonly last_seen_ms: number;
  readonly resolution: IssueResolution | null;
  readonly ignore: StoredIgnore | null;
  readonly hour_ms: number;
  readonly hour_events: number;
  readonly hour_threshold: number;
}

/** The owners of these hashes; one object an issue. */
export async function readRecorded(
  trx: Transaction<IssuesTables>,
  hashIds: readonly number[],
): Promise<{ readonly byHash: ReadonlyMap<number, RecordedIssue> }> {
  const { rows } = await sql<RecordedIssue & { readonly hash_id: number }>`
    SELECT h.id AS hash_id, i.id, i.project_id, i.status, i.substatus, i.state_ms, i.times_seen, i.first_seen_ms,
      i.last_seen_ms, i.resolution, i.ignore, i.hour_ms, i.hour_events, i.hour_threshold
    FROM issue_hashes h JOIN issues i ON i.id = h.issue_id
    WHERE h.id = ANY (${hashIds}::bigint[]) AND h.deleted_ms IS NULL
  `.execute(trx);
  const issues = new Map<number, RecordedIssue>();
  const byHash = new Map<number, RecordedIssue>();
  for (const row of rows) {
    const issue = issues.get(row.id) ?? row;
    issues.set(row.id, issue);
    byHash.set(row.hash_id, issue);
  }
  return { byHash };
}

/** What a batch adds to one issue: the sums of its hashes together. */
export interface IssueSum {
  readonly events: readonly RecordedEvent[];
  readonly firstSeenMs: number;
  readonly firstRelease: string;
  readonly lastSeenMs: number;
  readonly lastRelease: string;
  readonly level: EventLevel;
  readonly handled: boolean;
}

export function sumIssue(sums: readonly HashSum[]): IssueSum {
  const [only] = sums;
  if (only !== undefined && sums.length === 1) return only;
  const first = sums.reduce((a, b) => (b.firstSeenMs < a.firstSeenMs ? b : a));
  const last = sums.reduce((a, b) => (b.lastSeenMs >= a.lastSeenMs ? b : a));
  return {
    events: sums.flatMap(({ events }) => events),
    firstSeenMs: first.firstSeenMs,
    firstRelease: first.firstRelease,
    lastSeenMs: last.lastSeenMs,
    lastRelease: last.lastRelease,
    level: last.level,
    handled: sums.every(({ handled }) => handled),
  };
}
