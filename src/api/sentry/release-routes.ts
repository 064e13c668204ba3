import type { Commit, Deploy, NewCommit, Release, ReleaseChange } from '../../issues/index.ts';
import type { SentryAnswer, SentryCall, SentryHandler, SentryRoute } from './calls.ts';
import { SENTRY_API_LIMITS } from './limits.ts';
import {
  type Fields,
  invalid,
  isFields,
  isoOrNull,
  isoTime,
  pageOf,
  projectBySlug,
  projectIdsOf,
  readFields,
  textOf,
  textsOf,
  timeOf,
} from './read-call.ts';

const commitView = (commit: Commit) => ({
  id: commit.id,
  message: commit.message === '' ? null : commit.message,
  dateCreated: isoOrNull(commit.atMs),
  author: commit.authorName === '' ? null : { name: commit.authorName, email: commit.authorEmail },
  repository: { name: commit.repository },
});

const deployView = (deploy: Deploy) => ({
  id: deploy.id,
  environment: deploy.environment,
  name: deploy.name === '' ? null : deploy.name,
  url: deploy.url === '' ? null : deploy.url,
  dateStarted: isoOrNull(deploy.startedMs),
  dateFinished: isoTime(deploy.finishedMs),
});

function releaseView(call: SentryCall, release: Release) {
  const lastEventMs = Math.max(...release.projects.map(({ lastEventMs }) => lastEventMs ?? 0), 0);
  const firstEventMs = Math.min(...release.projects.map((project) => project.firstEventMs ?? Number.MAX_SAFE_INTEGER));
  return {
    version: release.version,
    shortVersion: release.parsed.short,
    status: release.status,
    ref: release.ref === '' ? null : release.ref,
    url: release.url === '' ? null : release.url,
    dateCreated: isoTime(release.createdMs),
    dateReleased: isoOrNull(release.releasedMs),
    firstEvent: firstEventMs === Number.MAX_SAFE_INTEGER ? null : isoTime(firstEventMs),
    lastEvent: lastEventMs === 0 ? null : isoTime(lastEventMs),
    newGroups: release.projects.reduce((sum, { newIssues }) => sum + newIssues, 0),
    commitCount: release.commitCount,
    deployCount: release.deployCount,
    authors: release.authors.map((name) => ({ name })),
    lastCommit: release.lastCommit === undefined ? null : commitView(release.lastCommit),
    lastDeploy: release.lastDeploy === undefined ? null : deployView(release.lastDeploy),
    projects: release.projects.flatMap(({ projectId, newIssues }) => {
      const project = call.deps.projects.byId(projectId);
      if (project === undefined) return [];
      return [
        { id: projectId, slug: project.slug, name: project.name, platform: project.platform, newGroups: newIssues },
      ];
    }),
  };
}

async function listReleases(call: SentryCall, projectIds: readonly string[]): Promise<SentryAnswer> {
  const query = call.query.get('query');
  const cursor = call.query.get('cursor');
  const page = await call.deps.releases.list(call.actor, {
    ...(projectIds.length === 0 ? {} : { projectIds }),
    ...(query === null ? {} : { query }),
    ...(cursor === null || cursor === '' ? {} : { cursor }),
    limit: SENTRY_API_LIMITS.listMax,
  });
  return pageOf(
    call,
    page.items.map((release) => releaseView(call, release)),
    page.next,
  );
}

const listOfOrganization: SentryHandler = (call) =>
  listReleases(
    call,
    call.query.getAll('project').map((id) => projectBySlug(call, id).id),
  );

const listOfProject: SentryHandler = (call) => listReleases(call, [projectBySlug(call, call.param('project')).id]);

const showRelease: SentryHandler = async (call) => {
  const release = await call.deps.releases.get(call.actor, call.param('version'));
  return { status: 200, body: releaseView(call, release) };
};

/** What a body says about a release; what it does not say is left as it is. */
function changeOf(fields: Fields): Omit<ReleaseChange, 'addProjectIds'> {
  const url = textOf(fields, 'url');
  const ref = textOf(fields, 'ref');
  const status = textOf(fields, 'status');
  const startedMs = timeOf(fields, 'dateStarted');
  const releasedMs = timeOf(fields, 'dateReleased');
  if (status !== undefined && status !== 'open' && status !== 'archived') throw invalid('status is open or archived');
  return {
    ...(url === undefined ? {} : { url }),
    ...(ref === undefined ? {} : { ref }),
    ...(status === undefined ? {} : { status }),
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(releasedMs === undefined ? {} : { releasedMs }),
  };
}

/** sentry-cli makes a release anew to change its status, then without projects: it has to exist. */
const createRelease: SentryHandler = async (call) => {
  const fields = await readFields(call);
  const version = textOf(fields, 'version');
  if (version === undefined) throw invalid('version is missing');
  const projectIds = projectIdsOf(call, textsOf(fields, 'projects') ?? []);
  const change = changeOf(fields);
  if (projectIds.length === 0) {
    const release = await call.deps.releases.update(call.actor, version, change);
    return { status: 208, body: releaseView(call, release) };
  }
  const { status, ...rest } = change;
  const made = await call.deps.releases.create(call.actor, { version, projectIds, ...rest });
  const changed = status === undefined ? undefined : await call.deps.releases.update(call.actor, version, { status });
  const release = (await setGivenCommits(call, version, fields)) ?? changed ?? made.release;
  return { status: made.created ? 201 : 208, body: releaseView(call, release) };
};

const updateRelease: SentryHandler = async (call) => {
  const fields = await readFields(call);
  const version = call.param('version');
  const addProjectIds = projectIdsOf(call, textsOf(fields, 'projects') ?? []);
  const updated = await call.deps.releases.update(call.actor, version, { ...changeOf(fields), addProjectIds });
  const release = (await setGivenCommits(call, version, fields)) ?? updated;
  return { status: 200, body: releaseView(call, release) };
};

/** `commits` are whole ones of a local repository, `refs` name only where each repository stands. */
async function setGivenCommits(call: SentryCall, version: string, fields: Fields): Promise<Release | undefined> {
  const { commits, refs } = fields;
  if (Array.isArray(commits)) return call.deps.releases.setCommits(call.actor, version, commits.map(commitOf));
  if (!Array.isArray(refs)) return undefined;
  const heads = refs.map((ref: unknown): NewCommit => {
    if (!isFields(ref)) throw invalid('a reference is not an object');
    return { id: textOf(ref, 'commit') ?? '', repository: textOf(ref, 'repository') ?? '' };
  });
  return call.deps.releases.setCommits(call.actor, version, heads);
}

function commitOf(commit: unknown): NewCommit {
  if (!isFields(commit)) throw invalid('a commit is not an object');
  const patch = Array.isArray(commit['patch_set']) ? commit['patch_set'] : [];
  const atMs = timeOf(commit, 'timestamp');
  return {
    id: textOf(commit, 'id') ?? '',
    repository: textOf(commit, 'repository') ?? '',
    message: textOf(commit, 'message') ?? '',
    authorName: textOf(commit, 'author_name') ?? '',
    authorEmail: textOf(commit, 'author_email') ?? '',
    ...(atMs === undefined ? {} : { atMs }),
    files: patch.filter(isFields).map((file) => {
      const type = textOf(file, 'type');
      return { path: textOf(file, 'path') ?? '', type: type === 'A' || type === 'D' ? type : 'M' };
    }),
  };
}

const deleteRelease: SentryHandler = async (call) => {
  await call.deps.releases.remove(call.actor, call.param('version'));
  return { status: 204 };
};

/** The release before this one that has commits: where `set-commits --auto` begins. */
const previousWithCommits: SentryHandler = async (call) => {
  const release = await call.deps.releases.get(call.actor, call.param('version'));
  const projectIds = release.projects.map(({ projectId }) => projectId);
  const { items } = await call.deps.releases.list(call.actor, {
    ...(projectIds.length === 0 ? {} : { projectIds }),
    limit: SENTRY_API_LIMITS.listMax,
  });
  const earlier = items.find(({ version, commitCount, createdMs }) => {
    return version !== release.version && commitCount > 0 && createdMs <= release.createdMs;
  });
  return { status: 200, body: earlier === undefined ? {} : releaseView(call, earlier) };
};

const listCommits: SentryHandler = async (call) => {
  const commits = await call.deps.releases.commits(call.actor, call.param('version'));
  return pageOf(call, commits.map(commitView), undefined);
};

const listDeploys: SentryHandler = async (call) => {
  const deploys = await call.deps.releases.deploys(call.actor, call.param('version'));
  return pageOf(call, deploys.map(deployView), undefined);
};

const createDeploy: SentryHandler = async (call) => {
  const fields = await readFields(call);
  const environment = textOf(fields, 'environment');
  if (environment === undefined) throw invalid('environment is missing');
  const startedMs = timeOf(fields, 'dateStarted');
  const finishedMs = timeOf(fields, 'dateFinished');
  const deploy = await call.deps.releases.deploy(call.actor, call.param('version'), {
    environment,
    name: textOf(fields, 'name') ?? '',
    url: textOf(fields, 'url') ?? '',
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(finishedMs === undefined ? {} : { finishedMs }),
    projectIds: projectIdsOf(call, textsOf(fields, 'projects') ?? []),
  });
  return { status: 201, body: deployView(deploy) };
};

const RELEASES = 'organizations/{organization}/releases';
const OF_PROJECT = 'projects/{organization}/{project}/releases';

export const RELEASE_ROUTES: readonly SentryRoute[] = [
  { method: 'GET', path: RELEASES, handle: listOfOrganization },
  { method: 'POST', path: RELEASES, handle: createRelease },
  { method: 'GET', path: `${RELEASES}/{version}`, handle: showRelease },
  { method: 'PUT', path: `${RELEASES}/{version}`, handle: updateRelease },
  { method: 'DELETE', path: `${RELEASES}/{version}`, handle: deleteRelease },
  { method: 'GET', path: `${RELEASES}/{version}/previous-with-commits`, handle: previousWithCommits },
  { method: 'GET', path: `${RELEASES}/{version}/commits`, handle: listCommits },
  { method: 'GET', path: `${RELEASES}/{version}/deploys`, handle: listDeploys },
  { method: 'POST', path: `${RELEASES}/{version}/deploys`, handle: createDeploy },
  { method: 'GET', path: OF_PROJECT, handle: listOfProject },
  { method: 'GET', path: `${OF_PROJECT}/{version}`, handle: showRelease },
  { method: 'PUT', path: `${OF_PROJECT}/{version}`, handle: updateRelease },
  { method: 'DELETE', path: `${OF_PROJECT}/{version}`, handle: deleteRelease },
];
