import { sql, type Transaction } from 'kysely';
import type { IssueActivity, JsonObject } from '../types.ts';
import type { IssuesTables } from './migrations.ts';

export interface ActivityEntry {
  readonly issueId: number;
  readonly atMs: number;
  readonly type: string;
  readonly by: string;
  readonly byId: string;
  readonly detail: JsonObject;
}

/** Returns the numbers of the entries, in their order. */
export async function insertActivity(
  trx: Transaction<IssuesTables>,
  entries: readonly ActivityEntry[],
): Promise<readonly number[]> {
  if (entries.length === 0) return [];
  const rows = entries.map((entry, position) => ({ position, ...entry }));
  const inserted = await sql<{ id: number }>`
    INSERT INTO issue_activity (issue_id, at_ms, type, by, by_id, detail)
    SELECT "issueId", "atMs", type, by, "byId", detail
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x (position int, "issueId" bigint, "atMs" bigint,
      type text, by text, "byId" text, detail jsonb)
    ORDER BY position
    RETURNING id
  `.execute(trx);
  return inserted.rows.map(({ id }) => id);
}

export const toActivity = (row: {
  readonly id: number;
  readonly issue_id: number;
  readonly at_ms: number;
  readonly type: string;
  readonly by: string;
  readonly detail: JsonObject;
}): IssueActivity => ({
  id: String(row.id),
  issueId: String(row.issue_id),
  atMs: row.at_ms,
  type: row.type,
  by: row.by,
  detail: row.detail,
});
