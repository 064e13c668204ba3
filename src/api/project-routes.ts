import type { Context } from 'hono';
import type { Actor } from '../access/index.ts';
import { type Clock, DAY_MS } from '../base/index.ts';
import {
  type DataCategory,
  dsnOf,
  type GroupingTrial,
  type ProjectKey,
  type ProjectListed,
  type Projects,
  securityUrlOf,
  type TriedGroup,
  type TriedGrouping,
} from '../issues/index.ts';
import {
  type GroupingTriedBody,
  groupingTriedBody,
  groupingTryBody,
  type OutcomesBody,
  outcomesBody,
  outcomesQuery,
  type ProjectBody,
  type ProjectKeyBody,
  projectBody,
  projectChangeBody,
  projectCreateBody,
  projectCreatedBody,
  projectDeleteQuery,
  projectKeyBody,
  projectKeyChangeBody,
  projectKeyCreateBody,
  projectKeysBody,
  projectsBody,
  projectsQuery,
} from './project-contract.ts';
import { type ApiApp, type ApiEnv, addRoute } from './route.ts';
import { thaw } from './thaw.ts';
import { dropUndefined } from './trust-routes.ts';

export interface ProjectRouteDeps {
  readonly projects: Projects;
  readonly groupingVersions: readonly string[];
  readonly defaultLimitsPerMinute: Readonly<Partial<Record<DataCategory, number>>>;
  /**
   * Where SDKs reach Holdfast, what DSNs are made of: the address that was set, else the one that this request used,
   * because a server that listens everywhere does not know its own name.
   */
  readonly originFor: (host: string | undefined) => string;
  /** Groups stored events by other rules, and changes nothing. */
  readonly tryGrouping: (actor: Actor, project: string, trial: GroupingTrial) => Promise<TriedGrouping>;
  readonly clock: Clock;
}

const PROJECT = '/projects/{project}';
const projectOut = (project: ProjectListed): ProjectBody => thaw<ProjectBody>(project);
const fresh = (project: Omit<ProjectListed, 'acceptedLastDay' | 'refusedLastDay'>): ProjectBody =>
  projectOut({ ...project, acceptedLastDay: 0, refusedLastDay: 0 });

/** Projects of error tracking, their keys and settings, and what became of what they were sent. */
export function addProjectRoutes(app: ApiApp, deps: ProjectRouteDeps): void {
  addListRoutes(app, deps);
  addChangeRoutes(app, deps);
  addKeyRoutes(app, deps);
  addRoute(
    app,
    {
      method: 'get',
      path: `${PROJECT}/outcomes`,
      summary: 'What became of what was sent, by category and reason, in steps',
      query: outcomesQuery,
      answer: outcomesBody,
    },
    async ({ actor, param, query }) => {
      const { toMs = deps.clock.nowMs(), fromMs = toMs - DAY_MS } = query;
      return thaw<OutcomesBody>(await deps.projects.verbs.outcomes(actor, param('project'), { fromMs, toMs }));
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: `${PROJECT}/grouping/try`,
      summary: 'What other rules or another algorithm would make of stored events; changes nothing',
      body: groupingTryBody,
      answer: groupingTriedBody,
    },
    async ({ actor, param, body }) => triedOut(await deps.tryGrouping(actor, param('project'), dropUndefined(body))),
  );
}

function addListRoutes(app: ApiApp, deps: ProjectRouteDeps): void {
  const { verbs } = deps.projects;
  addRoute(
    app,
    { method: 'get', path: '/projects', summary: 'Projects by age', query: projectsQuery, answer: projectsBody },
    async ({ actor, query }) => ({
      projects: (await verbs.list(actor, { internal: query.internal === 'true' })).map(projectOut),
      groupingVersions: [...deps.groupingVersions],
      defaultLimitsPerMinute: { ...deps.defaultLimitsPerMinute },
    }),
  );
  addRoute(
    app,
    { method: 'get', path: PROJECT, summary: 'One project, by id or slug', answer: projectBody },
    async ({ actor, param }) => projectOut(await verbs.get(actor, param('project'))),
  );
}

function addChangeRoutes(app: ApiApp, deps: ProjectRouteDeps): void {
  const { verbs } = deps.projects;
  addRoute(
    app,
    {
      method: 'post',
      path: '/projects',
      summary: 'Make a project with its first key',
      body: projectCreateBody,
      answer: projectCreatedBody,
    },
    async ({ actor, body, context }) => {
      const { project, key } = await verbs.create(actor, dropUndefined(body));
      return { project: fresh(project), key: keyOut(deps.originFor(context.req.header('host')), key) };
    },
  );
  addRoute(
    app,
    {
      method: 'patch',
      path: PROJECT,
      summary: 'Change name, slug, platform or settings; what is absent stays',
      body: projectChangeBody,
      answer: projectBody,
    },
    async ({ actor, param, body }) => {
      const { settings, ...rest } = body;
      // Members that are undefined say nothing; those of the domain are absent then.
      const change = { ...rest, ...(settings === undefined ? {} : { settings: dropUndefined(settings) }) };
      const { id } = await verbs.change(
        actor,
        param('project'),
        dropUndefined(change) as Parameters<typeof verbs.change>[2],
      );
      return projectOut(await verbs.get(actor, id));
    },
  );
  addRoute(
    app,
    {
      method: 'delete',
      path: PROJECT,
      summary: 'Delete a project with everything in it; confirm is its name',
      query: projectDeleteQuery,
    },
    async ({ actor, param, query }) => {
      await verbs.remove(actor, param('project'), query.confirm);
      return undefined;
    },
  );
}

function addKeyRoutes(app: ApiApp, { projects: { verbs }, originFor }: ProjectRouteDeps): void {
  const path = `${PROJECT}/keys`;
  const out = (context: Context<ApiEnv>, key: ProjectKey): ProjectKeyBody =>
    keyOut(originFor(context.req.header('host')), key);
  addRoute(
    app,
    { method: 'get', path, summary: 'Keys with their DSNs', answer: projectKeysBody },
    async ({ actor, param, context }) => ({
      keys: (await verbs.keys(actor, param('project'))).map((key) => out(context, key)),
    }),
  );
  addRoute(
    app,
    { method: 'post', path, summary: 'Make another key', body: projectKeyCreateBody, answer: projectKeyBody },
    async ({ actor, param, body, context }) => out(context, await verbs.createKey(actor, param('project'), body.label)),
  );
  addRoute(
    app,
    {
      method: 'patch',
      path: `${path}/{key}`,
      summary: 'Name a key, or switch it off or on; off counts from the next request on',
      body: projectKeyChangeBody,
      answer: projectKeyBody,
    },
    async ({ actor, param, body, context }) =>
      out(context, await verbs.changeKey(actor, param('project'), param('key'), dropUndefined(body))),
  );
}

const keyOut = (origin: string, key: ProjectKey): ProjectKeyBody => ({
  ...key,
  dsn: dsnOf(origin, key),
  securityUrl: securityUrlOf(origin, key),
});

function triedOut({ mistakes, tried, issues }: TriedGrouping): GroupingTriedBody {
  const issueOf = (id: string): { id: string; shortId: string; title: string } => {
    const { shortId = id, title = '' } = issues.get(id) ?? {};
    return { id, shortId, title };
  };
  const groupOf = ({ issueId, ...group }: TriedGroup) => ({
    ...group,
    ...(issueId === undefined ? {} : { issue: issueOf(issueId) }),
  });
  return {
    ...tried,
    mistakes: mistakes.map((mistake) => ({ ...mistake })),
    splits: tried.splits.map(({ issueId, into }) => ({ issue: issueOf(issueId), into: into.map(groupOf) })),
    merges: tried.merges.map(({ into, from }) => ({
      into: groupOf(into),
      from: from.map(({ issueId, ...part }) => ({ ...part, issue: issueOf(issueId) })),
    })),
  };
}
