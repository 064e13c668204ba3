import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { IssueQuery } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import type { EventCount } from '../ports.ts';
import type { IssueSql } from '../search/issue-conditions.ts';
import type { SearchScope } from '../search/run-search.ts';
import type { ListCursor } from './list-cursor.ts';

/** Orders of lists by what was counted in a range; kept for moments, so that paging does not count anew. */
export interface CountedOrders {
  /** Highest first, then by number, highest first. */
  readonly order: (query: IssueQuery, scope: SearchScope, where: IssueSql) => Promise<readonly ListCursor[]>;
}

export function createCountedOrders(context: TrackingContext): CountedOrders {
  const kept = new LRUCache<string, { readonly atMs: number; readonly order: Promise<readonly ListCursor[]> }>({
    max: LIMITS.listCacheMax,
  });
  return {
    order: async (query, scope, where) => {
      // Only a further page may see what was counted before: whoever asks anew wants to see what is new.
      const key = JSON.stringify([query.query, scope.projectIds, query.environment, query.sort]);
      const nowMs = context.clock.monotonicMs();
      const known = kept.get(key);
      if (query.cursor !== undefined && known !== undefined && nowMs - known.atMs < LIMITS.listCacheMs) {
        return await known.order;
      }
      const order = countOrder(context, query.sort, scope, where);
      kept.set(key, { atMs: nowMs, order });
      try {
        return await order;
      } catch (error) {
        kept.delete(key);
        throw error;
      }
    },
  };
}

async function countOrder(
  context: TrackingContext,
  sort: IssueQuery['sort'],
  scope: SearchScope,
  where: IssueSql,
): Promise<readonly ListCursor[]> {
  const ids = await readCandidates(context, where);
  const owners = await readOwners(context, ids);
  const counts = await weigh(context, sort, scope, owners);
  const values = new Map<number, number>();
  for (const [hashId, value] of counts) {
    const issueId = owners.get(hashId);
    if (issueId !== undefined) values.set(issueId, value);
  }
  return ids.map((id) => ({ id, value: values.get(id) ?? 0 })).sort((a, b) => b.value - a.value || b.id - a.id);
}

/**
 * Issues that fit, and then, in a question of its own, their hashes: right after a storm the database does not know yet
 * how many there are, and would join the two row by row.
 */
async function readCandidates({ catalog }: TrackingContext, where: IssueSql): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    SELECT i.id FROM issues i WHERE ${where} ORDER BY i.last_seen_ms DESC LIMIT ${LIMITS.candidatesMax}
  `.execute(catalog.db<IssuesTables>());
  return rows.map(({ id }) => id);
}

/** Which of the issues each hash belongs to. */
async function readOwners({ catalog }: TrackingContext, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ id: number; issue_id: number }>`
    SELECT id, issue_id FROM issue_hashes
    WHERE issue_id = ANY (${ids}::bigint[]) AND deleted_ms IS NULL AND times_seen > 0
  `.execute(catalog.db<IssuesTables>());
  return new Map(rows.map((row) => [row.id, row.issue_id]));
}

/** Maps the hashes of issues that own several to one of them; those that stand alone stand for themselves. */
export function groupsOf(owners: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const firsts = new Map<number, number>();
  const groups = new Map<number, number>();
  for (const [hashId, issueId] of owners) {
    const first = firsts.get(issueId);
    if (first === undefined) {
      firsts.set(issueId, hashId);
      continue;
    }
    groups.set(first, first);
    groups.set(hashId, first);
  }
  return groups;
}

/** A weight by hash, or by the hash that stands for all those of its issue. */
async function weigh(
  { events }: TrackingContext,
  sort: IssueQuery['sort'],
  scope: SearchScope,
  owners: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, number>> {
  const groups = groupsOf(owners);
  // Of many issues everything is counted at once; of few, only what is theirs.
  const selection = owners.size > LIMITS.hashesNarrowed ? scope : { ...scope, hashIds: [...owners.keys()] };
  if (sort !== 'trend') {
    const counts = await events.counts(selection, groups);
    return new Map(counts.map((count) => [count.key, sort === 'users' ? count.users : count.events]));
  }
  // What grows most: events of the second half of the range beyond those of the first half.
  const middleMs = Math.floor((scope.fromMs + scope.toMs) / 2);
  const [before, after] = await Promise.all([
    events.counts({ ...selection, toMs: middleMs - 1 }, groups),
    events.counts({ ...selection, fromMs: middleMs }, groups),
  ]);
  return growth(before, after);
}

export function growth(before: readonly EventCount[], after: readonly EventCount[]): ReadonlyMap<number, number> {
  const weights = new Map(after.map(({ key, events }) => [key, events]));
  for (const { key, events } of before) weights.set(key, (weights.get(key) ?? 0) - events);
  return weights;
}
