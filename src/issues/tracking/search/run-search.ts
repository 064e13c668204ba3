import { sql } from 'kysely';
import type { TrackingContext } from '../context.ts';
import type { IssuesTables } from '../migrations.ts';
import type { EventSelection } from '../ports.ts';
import { compare, type IssueSql, joined } from './issue-conditions.ts';
import type { ResolvedSearch } from './resolved-search.ts';

/** Where a search looks for events. */
export type SearchScope = Pick<EventSelection, 'projectIds' | 'fromMs' | 'toMs' | 'condition'>;

/** Asks the store of events what is theirs to answer, all at once, and puts the answers into one condition on issues. */
export async function runSearch(
  context: TrackingContext,
  search: ResolvedSearch,
  scope: SearchScope,
): Promise<IssueSql> {
  switch (search.type) {
    case 'issue':
      return search.condition;
    case 'event':
      return await ownersOf(context, await context.events.findHashes(narrowed(scope, search)));
    case 'users':
      return await usersCondition(context, search, scope);
    default: {
      const conditions = await Promise.all(search.nodes.map((node) => runSearch(context, node, scope)));
      return joined(conditions, search.type === 'all' ? 'AND' : 'OR');
    }
  }
}

/** The environment that a list is narrowed to holds for the very event that the search means. */
function narrowed(scope: SearchScope, { condition }: Extract<ResolvedSearch, { type: 'event' }>): EventSelection {
  if (scope.condition === undefined) return { ...scope, condition };
  return { ...scope, condition: { type: 'all', conditions: [scope.condition, condition] } };
}

/**
 * The issues that own these hashes. They are looked up once and stand in the condition as numbers: as a subquery they
 * would be looked up again for every issue when the database misjudges a table that grew fast.
 */
async function ownersOf({ catalog }: TrackingContext, hashIds: readonly number[]): Promise<IssueSql> {
  const { rows } = await sql<{ issue_id: number }>`
    SELECT DISTINCT issue_id FROM issue_hashes WHERE id = ANY (${hashIds}::bigint[]) AND deleted_ms IS NULL
  `.execute(catalog.db<IssuesTables>());
  return sql<boolean>`i.id = ANY (${rows.map((row) => row.issue_id)}::bigint[])`;
}

async function usersCondition(
  context: TrackingContext,
  { operator, users }: Extract<ResolvedSearch, { type: 'users' }>,
  scope: SearchScope,
): Promise<IssueSql> {
  const counts = await context.events.counts(scope, await readGroups(context, scope.projectIds));
  const reached = counts.filter((count) => compare(count.users, operator, users)).map(({ key }) => key);
  const found = await ownersOf(context, reached);
  // What was not counted has no users, which `users:<5` asks for too.
  if (!compare(0, operator, users)) return found;
  const counted = await ownersOf(
    context,
    counts.map(({ key }) => key),
  );
  return sql<boolean>`(${found} OR NOT ${counted})`;
}

/**
 * Maps hashes of issues that own several to one of them, for counting them as one. Issues with one hash, which most
 * are, need no entry: their hash stands for them.
 */
export async function readGroups(
  { catalog }: TrackingContext,
  projectIds: readonly string[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ id: number; first: number }>`
    SELECT id, first FROM (
      SELECT id, min(id) OVER (PARTITION BY issue_id) AS first, count(*) OVER (PARTITION BY issue_id) AS hashes
      FROM issue_hashes
      WHERE project_id = ANY (${projectIds}::text[]) AND deleted_ms IS NULL AND times_seen > 0
    ) AS owned WHERE hashes > 1
  `.execute(catalog.db<IssuesTables>());
  return new Map(rows.map(({ id, first }) => [id, first]));
}
