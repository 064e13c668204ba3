import type { Actor } from '../access/index.ts';
import { type Clock, clip, DAY_MS, Failure } from '../base/index.ts';
import type { IssueChange, IssueQuery, IssueVerbs } from '../issues/index.ts';
import type { FeedbackBody } from './event-contract.ts';
import { API_FAILURES } from './failures.ts';
import {
  assigneesBody,
  eventPlaceBody,
  feedbackListBody,
  feedbackQuery,
  type IssueActivityBody,
  type IssueBody,
  type IssueHashBody,
  type IssueHistogramBody,
  type IssueListedBody,
  type IssuePipelineBody,
  type IssueTagsBody,
  issueActivitiesBody,
  issueActivityBody,
  issueBody,
  issueChangeBody,
  issueChangedBody,
  issueCommentBody,
  issueHashesBody,
  issueHistogramBody,
  issueHistogramQuery,
  issuePipelineBody,
  issueRangeQuery,
  issuesBody,
  issuesQuery,
  issueTagsBody,
  issueUnmergeBody,
} from './issues-contract.ts';
import { type ApiApp, addRoute } from './route.ts';
import { thaw } from './thaw.ts';
import { dropUndefined } from './trust-routes.ts';

export interface IssueRouteDeps {
  readonly issues: IssueVerbs;
  readonly pipeline: (actor: Actor) => Promise<IssuePipelineBody>;
  readonly clock: Clock;
}

const RANGE_DEFAULT_DAYS = 14;
const LIMIT_DEFAULT = 50;
const STEPS_DEFAULT = 60;
const SHOWN_MAX = 80;
const ISSUE = '/issues/{id}';

interface Range {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** The asked range; what is not said is the last two weeks. */
export function rangeOf({ clock }: { readonly clock: Clock }, range: Range): { fromMs: number; toMs: number } {
  const toMs = range.toMs ?? clock.nowMs() + 1;
  return { toMs, fromMs: range.fromMs ?? toMs - RANGE_DEFAULT_DAYS * DAY_MS };
}

/** Issues: lists, one issue, what people do about them. Events have event-routes.ts. */
export function addIssueRoutes(app: ApiApp, deps: IssueRouteDeps): void {
  addListRoutes(app, deps);
  addNumberRoutes(app, deps);
  addActivityRoutes(app, deps);
  addHashRoutes(app, deps);
  addRoute(
    app,
    { method: 'get', path: '/assignees', summary: 'Who an issue can be assigned to', answer: assigneesBody },
    async ({ actor }) => ({ people: (await deps.issues.assignees(actor)).map((person) => ({ ...person })) }),
  );
  addRoute(
    app,
    { method: 'get', path: '/issue-pipeline', summary: 'How far processing is behind', answer: issuePipelineBody },
    ({ actor }) => deps.pipeline(actor),
  );
}

function addListRoutes(app: ApiApp, deps: IssueRouteDeps): void {
  const { issues } = deps;
  addRoute(
    app,
    { method: 'get', path: '/issues', summary: 'Issues that a query finds', query: issuesQuery, answer: issuesBody },
    async ({ actor, query }) => {
      const { query: text = '', project, environment, sort = 'last-seen', cursor, limit = LIMIT_DEFAULT } = query;
      const asked = dropUndefined({
        ...{ query: text, environment, sort, cursor, limit, ...rangeOf(deps, query) },
        projectIds: project === undefined ? undefined : [project].flat(),
      }) as IssueQuery;
      const page = await issues.list(actor, asked);
      return { ...page, issues: page.issues.map((listed) => thaw<IssueListedBody>(listed)) };
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/issues/change',
      summary: 'Resolve, ignore, assign, merge, … all of these issues or none',
      body: issueChangeBody,
      answer: issueChangedBody,
    },
    async ({ actor, body }) => {
      const changed = await issues.change(
        actor,
        body.ids,
        changeIn(body.change),
        dropUndefined({ revisions: body.revisions }),
      );
      return { issues: changed.map((issue) => thaw<IssueBody>(issue)) };
    },
  );
  addRoute(app, { method: 'get', path: ISSUE, summary: 'One issue', answer: issueBody }, async ({ actor, param }) =>
    thaw<IssueBody>(await issues.get(actor, param('id'))),
  );
}

/** Optional members of the contract may be undefined; those of the domain are absent then. */
function changeIn(change: { readonly type: string; readonly condition?: object }): IssueChange {
  const { condition, ...rest } = change;
  const given = condition === undefined ? rest : { ...rest, condition: dropUndefined(condition) };
  return dropUndefined(given) as unknown as IssueChange;
}

function addNumberRoutes(app: ApiApp, deps: IssueRouteDeps): void {
  const { issues } = deps;
  addRoute(
    app,
    {
      method: 'get',
      path: `${ISSUE}/tags`,
      summary: 'Tags of its events, the most frequent values first',
      query: issueRangeQuery,
      answer: issueTagsBody,
    },
    async ({ actor, param, query }) =>
      thaw<IssueTagsBody>({ tags: await issues.tags(actor, param('id'), rangeOf(deps, query)) }),
  );
  addRoute(
    app,
    {
      method: 'get',
      path: `${ISSUE}/histogram`,
      summary: 'Events and users in equal steps',
      query: issueHistogramQuery,
      answer: issueHistogramBody,
    },
    async ({ actor, param, query }) => {
      const { steps = STEPS_DEFAULT, environment } = query;
      const range = dropUndefined({ ...rangeOf(deps, query), steps, environment });
      return thaw<IssueHistogramBody>(await issues.histogram(actor, param('id'), range));
    },
  );
}

function addActivityRoutes(app: ApiApp, { issues }: IssueRouteDeps): void {
  addRoute(
    app,
    {
      method: 'get',
      path: `${ISSUE}/activity`,
      summary: 'What happened to it, and what people said of it',
      answer: issueActivitiesBody,
    },
    async ({ actor, param }) => ({
      activity: (await issues.activity(actor, param('id'))).map((entry) => thaw<IssueActivityBody>(entry)),
    }),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: `${ISSUE}/comments`,
      summary: 'Say something about it',
      body: issueCommentBody,
      answer: issueActivityBody,
    },
    async ({ actor, param, body }) => thaw<IssueActivityBody>(await issues.comment(actor, param('id'), body.text)),
  );
  addRoute(
    app,
    { method: 'delete', path: `${ISSUE}/comments/{activity}`, summary: 'Take back what was said' },
    async ({ actor, param }) => {
      const id = param('activity');
      const own = (await issues.activity(actor, param('id'))).some((entry) => entry.id === id);
      if (!own) throw new Failure(API_FAILURES.commentUnknown, { comment: JSON.stringify(clip(id, SHOWN_MAX)) });
      await issues.removeComment(actor, id);
      return undefined;
    },
  );
}

function addHashRoutes(app: ApiApp, { issues }: IssueRouteDeps): void {
  addRoute(
    app,
    { method: 'get', path: `${ISSUE}/hashes`, summary: 'What it was grouped by', answer: issueHashesBody },
    async ({ actor, param }) => ({
      hashes: (await issues.hashes(actor, param('id'))).map((hash) => thaw<IssueHashBody>(hash)),
    }),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: `${ISSUE}/unmerge`,
      summary: 'Move hashes to an issue of their own',
      body: issueUnmergeBody,
      answer: issueBody,
    },
    async ({ actor, param, body }) => thaw<IssueBody>(await issues.unmerge(actor, param('id'), body.hashes)),
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/feedback',
      summary: 'What users wrote, newest first',
      query: feedbackQuery,
      answer: feedbackListBody,
    },
    async ({ actor, query }) => {
      const { limit = LIMIT_DEFAULT, ...filter } = query;
      const found = await issues.feedback(actor, { ...dropUndefined(filter), limit });
      return { feedback: found.map((entry) => thaw<FeedbackBody>(entry)) };
    },
  );
  addRoute(
    app,
    { method: 'get', path: '/events/{event}', summary: 'Which issue an event belongs to', answer: eventPlaceBody },
    async ({ actor, param }) => {
      const found = await issues.findEvent(actor, param('event'));
      if (found === undefined) {
        throw new Failure(API_FAILURES.eventUnknown, { event: JSON.stringify(clip(param('event'), SHOWN_MAX)) });
      }
      return { ...found };
    },
  );
}
