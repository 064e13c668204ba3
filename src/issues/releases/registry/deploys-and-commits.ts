import { clip, newId, storableText } from '../../../base/index.ts';
import { acceptedProjects, acceptedText, acceptedUrl } from '../accepted-input.ts';
import { auditedChange } from '../audited.ts';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import type { ReleasesTables } from '../migrations.ts';
import type { Deploy, NewCommit, ReleaseVerbs } from '../types.ts';
import { authorizeProjects, projectsOf } from './authorize-projects.ts';
import { authorizeExisting, readRelease } from './change-releases.ts';
import { commitOf, deployOf, projectIdsOf, releaseRow } from './read-releases.ts';

/** See `ReleaseVerbs.deploy`. */
export function createDeploy(context: ReleasesContext): ReleaseVerbs['deploy'] {
  return async (actor, version, given) => {
    await authorizeExisting(context, actor, version);
    const named = given.projectIds ?? [];
    const projects = named.length === 0 ? [] : acceptedProjects(context.projects, named, `the deploy of ${version}`);
    await authorizeProjects(context, actor, 'releases:Write', projects);
    const nowMs = context.clock.nowMs();
    const deploy: Deploy = {
      id: newId(nowMs),
      version,
      environment: acceptedText('environment', given.environment),
      name: acceptedText('name', given.name ?? ''),
      url: acceptedUrl('URL', given.url ?? ''),
      ...(given.startedMs === undefined ? {} : { startedMs: given.startedMs }),
      finishedMs: given.finishedMs ?? nowMs,
      projectIds: projects.map(({ id }) => id),
    };
    const { environment, name, url } = deploy;
    const parameters = { version, environment, name, url };
    return auditedChange(context, actor, { eventName: 'CreateDeploy', release: version, parameters }, async () => {
      await context.catalog
        .db<ReleasesTables>()
        .insertInto('release_deploys')
        .values({
          id: deploy.id,
          version,
          environment,
          name,
          url,
          started_ms: deploy.startedMs ?? null,
          finished_ms: deploy.finishedMs,
          project_ids: JSON.stringify(deploy.projectIds),
        })
        .execute();
      return deploy;
    });
  };
}

/** See `ReleaseVerbs.deploys`: newest first. */
export function listDeploys(context: ReleasesContext): ReleaseVerbs['deploys'] {
  return async (actor, version) => {
    await authorizeReading(context, actor, version);
    const rows = await context.catalog
      .db<ReleasesTables>()
      .selectFrom('release_deploys')
      .selectAll()
      .where('version', '=', version)
      .orderBy('finished_ms', 'desc')
      .limit(ISSUES_RELEASES_LIMITS.deploysMax)
      .execute();
    return rows.map(deployOf);
  };
}

/** See `ReleaseVerbs.commits`: newest first, as they were given. */
export function listCommits(context: ReleasesContext): ReleaseVerbs['commits'] {
  return async (actor, version) => {
    await authorizeReading(context, actor, version);
    const rows = await context.catalog
      .db<ReleasesTables>()
      .selectFrom('release_commits')
      .selectAll()
      .where('version', '=', version)
      .orderBy('position')
      .execute();
    return rows.map(commitOf);
  };
}

/** See `ReleaseVerbs.setCommits`. */
export function setCommits(context: ReleasesContext): ReleaseVerbs['setCommits'] {
  return async (actor, version, commits) => {
    await authorizeExisting(context, actor, version);
    const rows = commits
      .slice(0, ISSUES_RELEASES_LIMITS.commitsMax)
      .map((commit, position) => ({ version, position, ...commitColumns(commit) }));
    const parameters = { version, commits: commits.length, first: rows[0]?.commit_id };
    return auditedChange(context, actor, { eventName: 'SetCommits', release: version, parameters }, async () => {
      await context.catalog.transaction<ReleasesTables, void>(async (trx) => {
        await trx.deleteFrom('release_commits').where('version', '=', version).execute();
        if (rows.length > 0) await trx.insertInto('release_commits').values(rows).execute();
      });
      return readRelease(context, version);
    });
  };
}

/** Text of a repository is what its people wrote: it is cut and cleaned, and never refused. */
function commitColumns(commit: NewCommit) {
  const { textCharsMax, messageCharsMax, commitFilesMax, pathCharsMax } = ISSUES_RELEASES_LIMITS;
  const text = (value: string | undefined, max: number): string => clip(storableText(value ?? ''), max);
  const files = (commit.files ?? [])
    .slice(0, commitFilesMax)
    .map(({ path, type }) => ({ path: text(path, pathCharsMax), type }));
  return {
    commit_id: text(commit.id, textCharsMax),
    repository: text(commit.repository, textCharsMax),
    message: text(commit.message, messageCharsMax),
    author_name: text(commit.authorName, textCharsMax),
    author_email: text(commit.authorEmail, textCharsMax),
    at_ms: commit.atMs ?? null,
    files: JSON.stringify(files),
  };
}

async function authorizeReading(
  context: ReleasesContext,
  actor: Parameters<ReleaseVerbs['get']>[0],
  version: string,
): Promise<void> {
  await releaseRow(context, version);
  await authorizeProjects(context, actor, 'releases:Read', projectsOf(context, await projectIdsOf(context, version)));
}
