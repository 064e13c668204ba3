import { sql, type Transaction } from 'kysely';
import type { IssuesTables } from '../migrations.ts';
import { ADDED_COLUMNS, ADDED_TYPES } from './add-hash-sums.ts';
import type { IssueState } from './decide-state.ts';
import type { HourCount } from './hour-counters.ts';
import type { IssueSum, RecordedIssue } from './recorded-issue.ts';

export interface IssueWrite {
  readonly issue: RecordedIssue;
  readonly sum: IssueSum;
  readonly hour: HourCount;
  /** Where it moves to; undefined when its state stays. */
  readonly state: IssueState | undefined;
}

/** All issues of a batch in one statement, and those whose state moves in a second one: they are few after a storm. */
export async function writeIssues(trx: Transaction<IssuesTables>, writes: readonly IssueWrite[]): Promise<void> {
  if (writes.length === 0) return;
  const rows = writes.map(({ issue, sum, hour }) => ({
    id: issue.id,
    ...sum,
    events: sum.events.length,
    hours: undefined,
    hour: hour.hourMs,
    hourEvents: hour.events,
    threshold: hour.threshold,
  }));
  await sql`
    UPDATE issues t SET ${ADDED_COLUMNS}, hour_ms = x.hour, hour_events = x."hourEvents", hour_threshold = x.threshold
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x (id bigint, ${ADDED_TYPES}, hour bigint,
      "hourEvents" bigint, threshold bigint)
    WHERE t.id = x.id
  `.execute(trx);
  await writeStates(
    trx,
    writes.flatMap(({ issue, state }) => (state === undefined ? [] : [{ id: issue.id, state, by: 'holdfast' }])),
  );
}

export async function writeStates(
  trx: Transaction<IssuesTables>,
  moves: readonly { readonly id: number; readonly state: IssueState; readonly by: string }[],
): Promise<void> {
  if (moves.length === 0) return;
  const rows = moves.map(({ id, state, by }) => ({ id, by, ...state }));
  await sql`
    UPDATE issues t SET status = x.status, substatus = x.substatus, state_ms = x."stateMs",
      resolution = nullif(x.resolution, 'null'::jsonb), ignore = nullif(x.ignore, 'null'::jsonb),
      revision = t.revision + 1, changed_by = x.by
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x (id bigint, status text, substatus text,
      "stateMs" bigint, resolution jsonb, ignore jsonb, by text)
    WHERE t.id = x.id
  `.execute(trx);
}
