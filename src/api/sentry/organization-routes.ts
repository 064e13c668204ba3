import { ISSUES_RELEASES_LIMITS, type Project } from '../../issues/index.ts';
import type { SentryCall, SentryHandler, SentryRoute } from './calls.ts';
import { SENTRY_API_LIMITS } from './limits.ts';
import {
  invalid,
  isoTime,
  ORGANIZATION,
  pageOf,
  projectBySlug,
  projectIdsOf,
  readChunks,
  readFields,
  textOf,
  textsOf,
} from './read-call.ts';

/** What a key may do, in the words that sentry-cli prints. */
const SCOPES: readonly (readonly [string, readonly string[]])[] = [
  ['releases:Read', ['org:read', 'project:read']],
  ['releases:Write', ['project:releases', 'org:ci']],
  ['issues:Read', ['event:read']],
  ['issues:Respond', ['event:write']],
];

/** `sentry-cli info` and `login`: who am I. */
const showSelf: SentryHandler = async ({ actor }) => {
  const granted = actor.scopes;
  const scopes = SCOPES.filter(([action]) => granted === undefined || granted.some((scope) => scope === action));
  return {
    status: 200,
    body: {
      version: '0',
      auth: { scopes: scopes.flatMap(([, words]) => words) },
      user: { id: actor.id, name: actor.name, username: actor.name, email: actor.name },
    },
  };
};

const organization = () => ({
  id: '1',
  slug: ORGANIZATION,
  name: 'Holdfast',
  status: { id: 'active', name: 'active' },
  dateCreated: isoTime(0),
  isEarlyAdopter: false,
  require2FA: false,
  requireEmailVerification: false,
  features: [],
});

const projectView = (project: Project) => ({
  id: project.id,
  slug: project.slug,
  name: project.name,
  platform: project.platform,
  dateCreated: isoTime(project.createdMs),
  status: 'active',
  isBookmarked: false,
  isMember: true,
  hasAccess: true,
  features: [],
  firstEvent: null,
  team: null,
  teams: [],
});

const mayRead = (call: SentryCall, name: string): Promise<void> =>
  call.deps.authorize(call.actor, 'releases:Read', { type: 'project', name });

const listProjects: SentryHandler = async (call) => {
  await mayRead(call, '*');
  const slugs = call.deps.projects
    .all()
    .filter(({ isInternal }) => !isInternal)
    .sort((a, b) => (a.slug < b.slug ? -1 : 1));
  const after = call.query.get('cursor') ?? '';
  const rest = slugs.filter(({ slug }) => slug > after);
  const page = rest.slice(0, SENTRY_API_LIMITS.projectsMax);
  return pageOf(call, page.map(projectView), rest.length > page.length ? page.at(-1)?.slug : undefined);
};

const showProject: SentryHandler = async (call) => {
  const project = projectBySlug(call, call.param('project'));
  await mayRead(call, project.slug);
  return { status: 200, body: { ...projectView(project), organization: organization() } };
};

/** What uploads are cut into; https://docs.sentry.io has no page of it, sentry-cli's source is the reference. */
const chunkOptions: SentryHandler = async (call) => {
  await mayRead(call, '*');
  const limits = ISSUES_RELEASES_LIMITS;
  return {
    status: 200,
    body: {
      url: `${call.baseUrl}/api/0/organizations/${ORGANIZATION}/chunk-upload/`,
      chunkSize: limits.chunkBytesMax,
      chunksPerRequest: limits.chunksPerRequestMax,
      maxFileSize: limits.bundleBytesMax,
      maxRequestSize: limits.chunkRequestBytesMax,
      concurrency: limits.chunkConcurrency,
      hashAlgorithm: 'sha1',
      compression: ['gzip'],
      accept: ['release_files', 'sources', 'artifact_bundles', 'artifact_bundles_v2'],
    },
  };
};

const takeChunks: SentryHandler = async (call) => {
  const { authorize, uploads } = call.deps;
  // Asked before the body is read: nobody uploads megabytes to be refused.
  await authorize(call.actor, 'releases:Write', { type: 'project', name: '*' });
  await readChunks(call, (chunk) => uploads.putChunk(call.actor, chunk));
  return { status: 200, body: {} };
};

/** The states are those that sentry-cli knows of chunked uploads. */
const assemble: SentryHandler = async (call) => {
  const fields = await readFields(call);
  const release = textOf(fields, 'version');
  const dist = textOf(fields, 'dist');
  const checksum = textOf(fields, 'checksum');
  if (checksum === undefined) throw invalid('checksum is missing');
  const state = await call.deps.uploads.assemble(call.actor, {
    checksum,
    chunks: textsOf(fields, 'chunks') ?? [],
    projectIds: projectIdsOf(call, textsOf(fields, 'projects') ?? []),
    ...(release === undefined ? {} : { release }),
    ...(dist === undefined ? {} : { dist }),
  });
  const answer = (name: string, missingChunks: readonly string[] = [], detail: string | null = null) => ({
    status: 200,
    body: { state: name, missingChunks, detail },
  });
  if (state.type === 'missing') return answer('not_found', state.missing);
  if (state.type === 'failed') return answer('error', [], state.detail);
  return answer(state.type === 'done' ? 'ok' : 'assembling');
};

const listMonitors: SentryHandler = async (call) => {
  const monitors = await call.deps.monitors(call.actor);
  const view = monitors.map(({ slug, name, isActive }) => ({
    id: slug,
    slug,
    name,
    status: isActive ? 'active' : 'disabled',
  }));
  return pageOf(call, view, undefined);
};

export const ORGANIZATION_ROUTES: readonly SentryRoute[] = [
  { method: 'GET', path: '', handle: showSelf },
  { method: 'GET', path: 'organizations', handle: async (call) => pageOf(call, [organization()], undefined) },
  { method: 'GET', path: 'organizations/{organization}', handle: async () => ({ status: 200, body: organization() }) },
  { method: 'GET', path: 'organizations/{organization}/projects', handle: listProjects },
  { method: 'GET', path: 'projects/{organization}/{project}', handle: showProject },
  // Commits are taken as they are sent; there is no server of repositories to ask.
  { method: 'GET', path: 'organizations/{organization}/repos', handle: async (call) => pageOf(call, [], undefined) },
  { method: 'GET', path: 'organizations/{organization}/chunk-upload', handle: chunkOptions },
  { method: 'POST', path: 'organizations/{organization}/chunk-upload', handle: takeChunks },
  { method: 'POST', path: 'organizations/{organization}/artifactbundle/assemble', handle: assemble },
  { method: 'GET', path: 'organizations/{organization}/monitors', handle: listMonitors },
];
