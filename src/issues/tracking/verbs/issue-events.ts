import type { Actor } from '../../../access/index.ts';
import { Failure } from '../../../base/index.ts';
import type { IssueVerbs, TimeRange } from '../../types.ts';
import { allowedIssue } from '../allowed-issue.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import { hashIdsOf, type IssueRow } from '../issue-rows.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import type { EventSelection } from '../ports.ts';
import type { EventCondition } from '../search/event-condition.ts';
import { parseSearch } from '../search/parse-search.ts';
import { resolveSearch } from '../search/resolve-search.ts';
import { joinEvents } from '../search/resolved-search.ts';
import { searchMistake } from '../search/search-mistake.ts';
import { acceptedCount, acceptedRange, inEnvironment } from './accepted-query.ts';

/** Every event that an issue may have. */
const ALWAYS: TimeRange = { fromMs: 0, toMs: 8_640_000_000_000_000 };

/** The events of an issue, once the actor may read them. */
export async function eventsOf(
  context: TrackingContext,
  actor: Actor,
  id: string,
  range: TimeRange = ALWAYS,
): Promise<{ readonly row: IssueRow; readonly selection: EventSelection & { readonly hashIds: readonly number[] } }> {
  const row = await allowedIssue(context, actor, 'issues:Read', id);
  const hashIds = await hashIdsOf(context.catalog.db<IssuesTables>(), row.id);
  return { row, selection: { ...range, projectIds: [row.project_id], hashIds } };
}

export const issueTags =
  (context: TrackingContext): IssueVerbs['tags'] =>
  async (actor, id, range) => {
    const { selection } = await eventsOf(context, actor, id, acceptedRange(range));
    return await context.events.tags(selection);
  };

export const issueHistogram =
  (context: TrackingContext): IssueVerbs['histogram'] =>
  async (actor, id, { steps, environment, ...range }) => {
    acceptedCount('steps', steps, LIMITS.histogramStepsMax);
    const { selection } = await eventsOf(context, actor, id, acceptedRange(range));
    const condition = inEnvironment(environment);
    return await context.events.histogram({ ...selection, ...(condition === undefined ? {} : { condition }) }, steps);
  };

/** The same language as for issues, for what it says of events. Throws `tracking.query-invalid`. */
export const issueEvents =
  (context: TrackingContext): IssueVerbs['events'] =>
  async (actor, id, { query, before, limit, ...range }) => {
    acceptedCount('limit', limit, LIMITS.eventsMax);
    const { row, selection } = await eventsOf(context, actor, id, acceptedRange(range));
    const condition = query === undefined ? undefined : await eventCondition(context, actor, row, query);
    return await context.events.list(
      { ...selection, ...(condition === undefined ? {} : { condition }) },
      { limit, ...(before === undefined ? {} : { before }) },
    );
  };

async function eventCondition(
  { clock, releases }: TrackingContext,
  actor: Actor,
  { project_id: projectId }: IssueRow,
  query: string,
): Promise<EventCondition | undefined> {
  const newest = (await releases.ofProject(projectId)).newest;
  const search = joinEvents(
    resolveSearch(parseSearch(query), {
      actor,
      nowMs: clock.nowMs(),
      projectsCalled: () => [],
      latestReleases: newest === undefined ? [] : [{ projectId, release: newest }],
      isOfEvents: true,
    }),
  );
  if (search.type === 'event') return search.condition;
  if (search.type !== 'users' && search.type !== 'issue' && search.nodes.length === 0) return undefined;
  throw searchMistake(
    0,
    'it asks for facts of issues',
    'events of an issue are found by tags, users, releases and text',
  );
}

/** Throws `tracking.event-not-found` and `tracking.no-events`. */
export const missingEvent = (row: IssueRow, event: string): Failure => {
  const isWord = ['latest', 'oldest', 'recommended'].includes(event);
  return isWord
    ? new Failure(ISSUES_TRACKING_FAILURES.noEvents, { id: row.short_id })
    : new Failure(ISSUES_TRACKING_FAILURES.eventNotFound, { id: row.short_id, event });
};
