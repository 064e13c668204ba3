import type { Actor } from '../access/index.ts';
import type { Clock } from '../base/index.ts';
import type { HealthTotals, HealthTrend, HealthVerbs, Release, ReleaseHealth, ReleaseVerbs } from '../issues/index.ts';
import { rangeOf } from './issue-routes.ts';
import {
  type ArtifactBundleBody,
  type ArtifactFilesBody,
  artifactFilesBody,
  artifactFilesQuery,
  artifactsBody,
  artifactsQuery,
  commitsBody,
  deploysBody,
  healthBody,
  healthQuery,
  type ReleaseBody,
  type ReleaseHealthBody,
  releaseBody,
  releaseChangeBody,
  releaseQuery,
  releasesBody,
  releasesQuery,
  releaseViewBody,
} from './release-contract.ts';
import { type ApiApp, addRoute } from './route.ts';
import { thaw } from './thaw.ts';
import { dropUndefined } from './trust-routes.ts';

export interface ReleaseRouteDeps {
  readonly releases: ReleaseVerbs;
  readonly health: HealthVerbs;
  readonly clock: Clock;
}

const LIMIT_DEFAULT = 50;
/** Projects of one release whose sessions are added up; a release of more says so by its sums alone. */
const PROJECTS_MAX = 20;
const TREND_STEPS = 48;
const RELEASE = '/releases/{version}';

function releaseOut(release: Release, projectId: string | undefined): ReleaseBody {
  const { parsed, projects, lastCommit: _commit, lastDeploy, authors, ...rest } = release;
  const shown = projectId === undefined ? projects : projects.filter((project) => project.projectId === projectId);
  const first = shown.flatMap(({ firstEventMs = [] }) => firstEventMs);
  const last = shown.flatMap(({ lastEventMs = [] }) => lastEventMs);
  return {
    ...rest,
    short: parsed.short,
    authors: [...authors],
    projectIds: projects.map((project) => project.projectId),
    newIssues: shown.reduce((sum, project) => sum + project.newIssues, 0),
    ...(first.length === 0 ? {} : { firstEventMs: Math.min(...first) }),
    ...(last.length === 0 ? {} : { lastEventMs: Math.max(...last) }),
    ...(lastDeploy === undefined
      ? {}
      : { lastDeploy: { environment: lastDeploy.environment, finishedMs: lastDeploy.finishedMs } }),
  };
}

interface Sessions {
  readonly totals: HealthTotals;
  /** Absent when it is not of one release. */
  readonly adoption?: number;
}

const rate = (bad: number, all: number): number | undefined => (all === 0 ? undefined : 1 - bad / all);

/** Sums over projects; a user of two of them counts twice. */
function healthOut(parts: readonly Sessions[]): ReleaseHealthBody {
  const sum = (pick: (totals: HealthTotals) => number): number =>
    parts.reduce((all, { totals }) => all + pick(totals), 0);
  const sessions = sum((totals) => totals.sessions);
  const users = sum((totals) => totals.users);
  const crashedSessions = sum((totals) => totals.crashed);
  const [only] = parts;
  return dropUndefined({
    ...{ sessions, users, crashedSessions },
    erroredSessions: sum((totals) => totals.errored),
    abnormalSessions: sum((totals) => totals.abnormal),
    crashFreeSessions: rate(crashedSessions, sessions),
    crashFreeUsers: rate(
      sum((totals) => totals.crashedUsers),
      users,
    ),
    adoption: parts.length === 1 ? only?.adoption : undefined,
  });
}

/** Releases: what was shipped, how it does, and what maps its code back. */
export function addReleaseRoutes(app: ApiApp, deps: ReleaseRouteDeps): void {
  addListRoute(app, deps);
  addViewRoutes(app, deps);
  addPartRoutes(app, deps);
  addArtifactRoutes(app, deps);
}

interface Asked {
  readonly environment?: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sessions of these releases by version, with one question for each project. */
async function sessionsOf(
  { health }: ReleaseRouteDeps,
  actor: Actor,
  releases: readonly Release[],
  { projectId, ...asked }: Asked & { readonly projectId?: string },
): Promise<(version: string) => readonly Sessions[]> {
  const all = releases.flatMap(({ projects }) => projects.map((project) => project.projectId));
  const ids = projectId === undefined ? [...new Set(all)].slice(0, PROJECTS_MAX) : [projectId];
  const versions = releases.map(({ version }) => version);
  const found: ReleaseHealth[] = [];
  for (const id of ids) {
    if (versions.length === 0) break;
    const query = { ...asked, projectId: id, releases: versions, limit: versions.length };
    found.push(...(await health.releases(actor, query)));
  }
  return (version) =>
    found
      .filter(({ release }) => release === version)
      .map(({ totals, adoptionSessions }) => ({ totals, adoption: adoptionSessions }));
}

function addListRoute(app: ApiApp, deps: ReleaseRouteDeps): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/releases',
      summary: 'Releases with the health of their sessions, newest first',
      query: releasesQuery,
      answer: releasesBody,
    },
    async ({ actor, query }) => {
      const { projectId, environment, query: text, cursor, limit = LIMIT_DEFAULT } = query;
      const projectIds = projectId === undefined ? undefined : [projectId];
      const filter = dropUndefined({ query: text === '' ? undefined : text, cursor, limit, projectIds });
      const { items, next } = await deps.releases.list(actor, filter);
      const asked = dropUndefined({ ...rangeOf(deps, query), projectId, environment });
      const sessions = await sessionsOf(deps, actor, items, asked);
      return {
        releases: items.map((release) => ({
          release: releaseOut(release, projectId),
          health: healthOut(sessions(release.version)),
        })),
        ...(next === undefined ? {} : { next }),
      };
    },
  );
}

const seriesOut = (trends: readonly HealthTrend[]) => {
  const timesMs = [...(trends[0]?.timesMs ?? [])];
  const sum = (pick: (trend: HealthTrend) => readonly number[]): number[] =>
    timesMs.map((_, at) => trends.reduce((all, trend) => all + (pick(trend)[at] ?? 0), 0));
  return {
    timesMs,
    sessions: sum((trend) => trend.sessions),
    crashed: sum((trend) => trend.crashed),
    errored: sum((trend) => trend.errored),
  };
};

function addViewRoutes(app: ApiApp, deps: ReleaseRouteDeps): void {
  const { releases, health } = deps;
  addRoute(
    app,
    {
      method: 'get',
      path: RELEASE,
      summary: 'One release with its sessions over time',
      query: releaseQuery,
      answer: releaseViewBody,
    },
    async ({ actor, param, query }) => {
      const { projectId, environment } = query;
      const release = await releases.get(actor, param('version'));
      const asked = dropUndefined({ ...rangeOf(deps, query), environment });
      const sessions = await sessionsOf(deps, actor, [release], dropUndefined({ ...asked, projectId }));
      const ids = projectId === undefined ? release.projects.map((project) => project.projectId) : [projectId];
      const trends: HealthTrend[] = [];
      for (const id of ids.slice(0, PROJECTS_MAX)) {
        const one = { ...asked, projectId: id, release: release.version, steps: TREND_STEPS };
        trends.push(await health.trend(actor, one));
      }
      const { version } = release;
      return {
        release: releaseOut(release, projectId),
        health: healthOut(sessions(version)),
        series: seriesOut(trends),
      };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/release-health',
      summary: 'Sessions of a project, of one release or all',
      query: healthQuery,
      answer: healthBody,
    },
    async ({ actor, query }) => {
      const { projectId, environment, release } = query;
      const asked = dropUndefined({ ...rangeOf(deps, query), projectId, environment, release });
      const totals = await health.totals(actor, asked);
      const trend = await health.trend(actor, { ...asked, steps: TREND_STEPS });
      return { health: healthOut([{ totals }]), series: seriesOut([trend]) };
    },
  );
}

function addPartRoutes(app: ApiApp, { releases }: ReleaseRouteDeps): void {
  addRoute(
    app,
    {
      method: 'patch',
      path: RELEASE,
      summary: 'Finalize, archive or reopen a release',
      body: releaseChangeBody,
      answer: releaseBody,
    },
    async ({ actor, param, body }) =>
      releaseOut(await releases.update(actor, param('version'), dropUndefined(body)), undefined),
  );
  addRoute(
    app,
    { method: 'delete', path: RELEASE, summary: 'Delete a release that has no events' },
    async ({ actor, param }) => {
      await releases.remove(actor, param('version'));
      return undefined;
    },
  );
  addRoute(
    app,
    { method: 'get', path: `${RELEASE}/deploys`, summary: 'Where it was deployed', answer: deploysBody },
    async ({ actor, param }) => ({
      deploys: (await releases.deploys(actor, param('version'))).map(
        ({ version: _version, projectIds: _projects, ...deploy }) => deploy,
      ),
    }),
  );
  addRoute(
    app,
    { method: 'get', path: `${RELEASE}/commits`, summary: 'What went into it', answer: commitsBody },
    async ({ actor, param }) => ({
      commits: (await releases.commits(actor, param('version'))).map(({ files: _files, atMs, ...commit }) => ({
        ...commit,
        ...(atMs === undefined ? {} : { timeMs: atMs }),
      })),
    }),
  );
}

function addArtifactRoutes(app: ApiApp, { releases }: ReleaseRouteDeps): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/artifacts',
      summary: 'Uploaded bundles of source maps, newest first',
      query: artifactsQuery,
      answer: artifactsBody,
    },
    async ({ actor, query }) => {
      const { limit = LIMIT_DEFAULT, ...filter } = query;
      const { items, next } = await releases.artifacts(actor, { ...dropUndefined(filter), limit });
      const bundles = items.map(({ checksum: _checksum, blobId: _blob, ...bundle }) =>
        thaw<ArtifactBundleBody>(bundle),
      );
      return { bundles, ...(next === undefined ? {} : { next }) };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/artifacts/{bundle}/files',
      summary: 'The files of a bundle',
      query: artifactFilesQuery,
      answer: artifactFilesBody,
    },
    async ({ actor, param, query }) => {
      const { limit = LIMIT_DEFAULT, cursor } = query;
      const page = await releases.artifactFiles(actor, param('bundle'), dropUndefined({ limit, cursor }));
      const files: ArtifactFilesBody['files'] = page.items.map(({ bundleId: _bundle, ...file }) => file);
      return { files, ...(page.next === undefined ? {} : { next: page.next }) };
    },
  );
  addRoute(
    app,
    { method: 'delete', path: '/artifacts/{bundle}', summary: 'Forget a bundle' },
    async ({ actor, param }) => {
      await releases.removeArtifacts(actor, param('bundle'));
      return undefined;
    },
  );
}
