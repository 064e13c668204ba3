import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { IssueQuery } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import type { EventCount } from '../ports.ts';
import type { IssueSql } from '../search/issue-conditions.ts';
import { readGroups, type SearchScope } from '../search/run-search.ts';
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
  const [candidates, groups] = await Promise.all([
    readCandidates(context, where),
    readGroups(context, scope.projectIds),
  ]);
  const counts = await weigh(context, sort, scope, groups);
  const values = new Map<number, number>();
  for (const [hashId, value] of counts) {
    const issueId = candidates.owners.get(hashId);
    if (issueId !== undefined) values.set(issueId, value);
  }
  return candidates.ids
    .map((id) => ({ id, value: values.get(id) ?? 0 }))
    .sort((a, b) => b.value - a.value || b.id - a.id);
}

/** Issues that fit, and which of them each hash belongs to. */
async function readCandidates(
  { catalog }: TrackingContext,
  where: IssueSql,
): Promise<{ readonly ids: readonly number[]; readonly owners: ReadonlyMap<number, number> }> {
  const { rows } = await sql<{ id: number; hash_id: number }>`
    WITH fitting AS MATERIALIZED (
      SELECT i.id FROM issues i WHERE ${where} ORDER BY i.last_seen_ms DESC LIMIT ${LIMITS.candidatesMax}
    )
    SELECT f.id, h.id AS hash_id FROM fitting f JOIN issue_hashes h ON h.issue_id = f.id
    WHERE h.deleted_ms IS NULL AND h.times_seen > 0
  `.execute(catalog.db<IssuesTables>());
  return {
    ids: [...new Set(rows.map(({ id }) => id))],
    owners: new Map(rows.map(({ id, hash_id: hashId }) => [hashId, id])),
  };
}

/** A weight by hash, or by the hash that stands for all those of its issue. */
async function weigh(
  { events }: TrackingContext,
  sort: IssueQuery['sort'],
  scope: SearchScope,
  groups: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, number>> {
  if (sort !== 'trend') {
    const counts = await events.counts(scope, groups);
    return new Map(counts.map((count) => [count.key, sort === 'users' ? count.users : count.events]));
  }
  // What grows most: events of the second half of the range beyond those of the first half.
  const middleMs = Math.floor((scope.fromMs + scope.toMs) / 2);
  const [before, after] = await Promise.all([
    events.counts({ ...scope, toMs: middleMs }, groups),
    events.counts({ ...scope, fromMs: middleMs }, groups),
  ]);
  return growth(before, after);
}

export function growth(before: readonly EventCount[], after: readonly EventCount[]): ReadonlyMap<number, number> {
  const weights = new Map(after.map(({ key, events }) => [key, events]));
  for (const { key, events } of before) weights.set(key, (weights.get(key) ?? 0) - events);
  return weights;
}
