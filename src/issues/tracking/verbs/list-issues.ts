import { sql } from 'kysely';
import type { Actor } from '../../../access/index.ts';
import { MINUTE_MS } from '../../../base/index.ts';
import type { IssueQuery, IssueVerbs, Project } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import type { IssueRow } from '../issue-rows.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import { type IssueSql, joined } from '../search/issue-conditions.ts';
import { parseSearch } from '../search/parse-search.ts';
import { resolveSearch, type SearchWorld } from '../search/resolve-search.ts';
import { joinEvents, type ResolvedSearch } from '../search/resolved-search.ts';
import { runSearch, type SearchScope } from '../search/run-search.ts';
import type { SearchValue } from '../search/search-node.ts';
import { acceptedCount, acceptedRange, allowedProjects, inEnvironment } from './accepted-query.ts';
import { type CountedOrders, createCountedOrders } from './counted-orders.ts';
import { describeIssues } from './describe-issues.ts';
import { type ListCursor, readCursor, writeCursor } from './list-cursor.ts';

/** Issues with an event in the range that fit the search; docs/issue-search.md. Throws `tracking.query-invalid`. */
export const listIssues = (context: TrackingContext): IssueVerbs['list'] => {
  const orders = createCountedOrders(context);
  return async (actor, query) => {
    const limit = acceptedCount('limit', query.limit, LIMITS.listMax);
    const range = acceptedRange(query);
    const parsed = parseSearch(query.query);
    const projects = await allowedProjects(context, actor, query.projectIds);
    const cursor = readCursor(query);
    const environment = inEnvironment(query.environment);
    const scope: SearchScope = {
      ...range,
      projectIds: projects.map(({ id }) => id),
      ...(environment === undefined ? {} : { condition: environment }),
    };
    const search = joinEvents(
      resolveSearch(parsed, await worldOf(context, actor, projects, query.query.includes('latest'))),
    );
    const where = await whereOf(context, search, scope);
    const [total, page] = await Promise.all([
      countIssues(context, where),
      readPage(context, orders, { query, scope, where, cursor, limit }),
    ]);
    const issues = await describeIssues(context, page.rows, scope);
    return { issues, total, ...(page.next === undefined ? {} : { next: writeCursor(query, page.next) }) };
  };
};

async function worldOf(
  { clock, releases }: TrackingContext,
  actor: Actor,
  projects: readonly Project[],
  needsLatest: boolean,
): Promise<SearchWorld> {
  const latestReleases: { readonly projectId: string; readonly release: string }[] = [];
  for (const { id } of needsLatest ? projects : []) {
    const release = (await releases.ofProject(id)).newest;
    if (release !== undefined) latestReleases.push({ projectId: id, release });
  }
  const projectsCalled = (value: SearchValue): readonly string[] =>
    projects.filter(({ id, slug }) => id === value.text || isLike(slug, value)).map(({ id }) => id);
  return { actor, nowMs: clock.nowMs(), projectsCalled, latestReleases };
}

/** Wildcards over a slug, which is short. */
function isLike(slug: string, { pieces }: SearchValue): boolean {
  const [first = '', ...rest] = pieces.map((piece) => piece.toLowerCase());
  if (!slug.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = slug.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  const last = rest.at(-1);
  return last === undefined ? at === slug.length : slug.endsWith(last);
}

/**
 * By first and last seen alone it is certain that an issue has an event in a range that reaches until now. Of a range
 * that ended earlier, or of one environment, only the events themselves can tell.
 */
async function whereOf(context: TrackingContext, search: ResolvedSearch, scope: SearchScope): Promise<IssueSql> {
  const isUntilNow = scope.toMs >= context.clock.nowMs() - MINUTE_MS;
  const needsEvents = (!isUntilNow || scope.condition !== undefined) && search.type !== 'event';
  const ownRange: ResolvedSearch = { type: 'event', condition: { type: 'all', conditions: [] } };
  return joined(
    [
      sql<boolean>`i.project_id = ANY (${scope.projectIds}::text[])`,
      sql<boolean>`i.merged_into IS NULL AND i.deleted_ms IS NULL AND i.times_seen > 0`,
      sql<boolean>`i.last_seen_ms >= ${scope.fromMs}::bigint AND i.first_seen_ms <= ${scope.toMs}::bigint`,
      await runSearch(context, search, scope),
      ...(needsEvents ? [await runSearch(context, ownRange, scope)] : []),
    ],
    'AND',
  );
}

async function countIssues({ catalog }: TrackingContext, where: IssueSql): Promise<number> {
  const { rows } = await sql<{ total: number }>`SELECT count(*) AS total FROM issues i WHERE ${where}`.execute(
    catalog.db<IssuesTables>(),
  );
  return rows[0]?.total ?? 0;
}

interface PageRequest {
  readonly query: IssueQuery;
  readonly scope: SearchScope;
  readonly where: IssueSql;
  readonly cursor: ListCursor | undefined;
  readonly limit: number;
}

interface IssuePage {
  readonly rows: readonly IssueRow[];
  readonly next: ListCursor | undefined;
}

async function readPage(context: TrackingContext, orders: CountedOrders, request: PageRequest): Promise<IssuePage> {
  const { sort } = request.query;
  if (sort === 'last-seen') return await pageByTime(context, 'last_seen_ms', request);
  if (sort === 'first-seen') return await pageByTime(context, 'first_seen_ms', request);
  return await pageByCount(context, await orders.order(request.query, request.scope, request.where), request);
}

async function pageByTime(
  { catalog }: TrackingContext,
  column: 'last_seen_ms' | 'first_seen_ms',
  { where, cursor, limit }: PageRequest,
): Promise<IssuePage> {
  const by = sql`i.${sql.ref(column)}`;
  const after =
    cursor === undefined
      ? sql<boolean>`true`
      : sql<boolean>`(${by}, i.id) < (${cursor.value}::bigint, ${cursor.id}::bigint)`;
  const { rows } = await sql<IssueRow>`SELECT i.* FROM issues i WHERE ${where} AND ${after}
    ORDER BY ${by} DESC, i.id DESC LIMIT ${limit + 1}`.execute(catalog.db<IssuesTables>());
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? { value: last[column], id: last.id } : undefined;
  return { rows: page, next };
}

async function pageByCount(
  { catalog }: TrackingContext,
  order: readonly ListCursor[],
  { cursor, limit }: PageRequest,
): Promise<IssuePage> {
  const isAfter = ({ value, id }: ListCursor): boolean =>
    cursor === undefined || value < cursor.value || (value === cursor.value && id < cursor.id);
  const start = order.findIndex(isAfter);
  const wanted = start === -1 ? [] : order.slice(start, start + limit);
  if (wanted.length === 0) return { rows: [], next: undefined };
  const rows: readonly IssueRow[] = await catalog
    .db<IssuesTables>()
    .selectFrom('issues')
    .selectAll()
    .where(
      'id',
      'in',
      wanted.map(({ id }) => id),
    )
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    rows: wanted.flatMap(({ id }) => byId.get(id) ?? []),
    next: start + limit < order.length ? wanted.at(-1) : undefined,
  };
}
