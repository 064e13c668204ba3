import type { Issue } from '../types.ts';
import type { TrackingContext } from './context.ts';
import { issueNumber, toIssue } from './issue-rows.ts';
import type { IssuesTables } from './migrations.ts';

/** Reads of issues for Holdfast itself, without rights of a person. */
export interface IssueReads {
  /** Those that exist, in any order. */
  readonly byIds: (ids: readonly string[]) => Promise<readonly Issue[]>;
  /** Issues whose newest event is not older, most recent first. */
  readonly seenSince: (sinceMs: number, limit: number) => Promise<readonly Issue[]>;
  /** Which issue owns each hash now; hashes without one are absent. */
  readonly ownersOf: (hashIds: readonly number[]) => Promise<ReadonlyMap<number, string>>;
  /** All hashes of each issue. */
  readonly hashesOf: (issueIds: readonly string[]) => Promise<ReadonlyMap<string, readonly number[]>>;
}

export function createIssueReads({ catalog }: Pick<TrackingContext, 'catalog'>): IssueReads {
  const db = catalog.db<IssuesTables>();
  const live = () =>
    db
      .selectFrom('issues')
      .selectAll()
      .where('merged_into', 'is', null)
      .where('deleted_ms', 'is', null)
      .where('times_seen', '>', 0);
  const numbersOf = (ids: readonly string[]): readonly number[] => ids.flatMap((id) => issueNumber(id) ?? []);
  return {
    byIds: async (ids) => {
      const numbers = numbersOf(ids);
      if (numbers.length === 0) return [];
      return (await live().where('id', 'in', numbers).execute()).map((row) => toIssue(row));
    },
    seenSince: async (sinceMs, limit) => {
      const rows = await live()
        .where('last_seen_ms', '>=', sinceMs)
        .orderBy('last_seen_ms', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => toIssue(row));
    },
    ownersOf: async (hashIds) => {
      if (hashIds.length === 0) return new Map();
      const rows = await db
        .selectFrom('issue_hashes')
        .select(['id', 'issue_id'])
        .where('id', 'in', hashIds)
        .where('deleted_ms', 'is', null)
        .execute();
      return new Map(rows.map((row) => [row.id, String(row.issue_id)]));
    },
    hashesOf: async (issueIds) => {
      const hashes = new Map<string, number[]>();
      const numbers = numbersOf(issueIds);
      if (numbers.length === 0) return hashes;
      const rows = await db
        .selectFrom('issue_hashes')
        .select(['id', 'issue_id'])
        .where('issue_id', 'in', numbers)
        .where('deleted_ms', 'is', null)
        .execute();
      for (const row of rows) {
        const id = String(row.issue_id);
        const of = hashes.get(id);
        if (of === undefined) hashes.set(id, [row.id]);
        else of.push(row.id);
      }
      return hashes;
    },
  };
}
