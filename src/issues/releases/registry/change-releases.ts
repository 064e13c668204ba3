import type { Transaction } from 'kysely';
import type { Actor } from '../../../access/index.ts';
import { Failure, invariant } from '../../../base/index.ts';
import { acceptedProjects, acceptedText, acceptedUrl, acceptedVersion } from '../accepted-input.ts';
import { auditedChange } from '../audited.ts';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_FAILURES } from '../failures.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import type { ReleasesTables } from '../migrations.ts';
import type { Release, ReleaseChange, ReleaseVerbs } from '../types.ts';
import { authorizeProjects, projectsOf } from './authorize-projects.ts';
import { projectIdsOf, readReleases, releaseRow } from './read-releases.ts';

type Trx = Transaction<ReleasesTables>;

/** What a call says about a release, as columns; what it does not say is left as it is. */
function changedColumns(change: Omit<ReleaseChange, 'addProjectIds'>) {
  return {
    ...(change.url === undefined ? {} : { url: acceptedUrl('URL', change.url) }),
    ...(change.ref === undefined ? {} : { ref: acceptedText('reference', change.ref) }),
    ...(change.startedMs === undefined ? {} : { started_ms: change.startedMs }),
    ...(change.releasedMs === undefined ? {} : { released_ms: change.releasedMs }),
    ...(change.status === undefined ? {} : { status: change.status }),
  };
}

/** Adds projects to a release; those that it has stay with their times. */
export async function addProjects(trx: Trx, version: string, projectIds: readonly string[]): Promise<void> {
  if (projectIds.length === 0) return;
  await trx
    .insertInto('release_projects')
    .values(projectIds.map((project_id) => ({ version, project_id, first_event_ms: null, last_event_ms: null })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** True when the release is new. Throws `releases.too-many-releases`. */
export async function ensureRelease(trx: Trx, version: string, createdMs: number): Promise<boolean> {
  const made = await trx
    .insertInto('releases')
    .values({ version, status: 'open', url: '', ref: '', created_ms: createdMs, started_ms: null, released_ms: null })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (Number(made.numInsertedOrUpdatedRows ?? 0) === 0) return false;
  const max = ISSUES_RELEASES_LIMITS.releasesMax;
  const { count } = await trx
    .selectFrom('releases')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) > max) throw new Failure(ISSUES_RELEASES_FAILURES.tooManyReleases, { max });
  return true;
}

/** See `ReleaseVerbs.create`. */
export function createRelease(context: ReleasesContext): ReleaseVerbs['create'] {
  return async (actor, given) => {
    const version = acceptedVersion(given.version);
    const projects = acceptedProjects(context.projects, given.projectIds, `the release ${version}`);
    await authorizeProjects(context, actor, 'releases:Write', projects);
    const columns = changedColumns(given);
    const parameters = { version, projects: projects.map(({ slug }) => slug), ref: given.ref };
    return auditedChange(context, actor, { eventName: 'CreateRelease', release: version, parameters }, async () => {
      const created = await context.catalog.transaction<ReleasesTables, boolean>(async (trx) => {
        const isNew = await ensureRelease(trx, version, context.clock.nowMs());
        if (Object.keys(columns).length > 0) {
          await trx.updateTable('releases').set(columns).where('version', '=', version).execute();
        }
        await addProjects(
          trx,
          version,
          projects.map(({ id }) => id),
        );
        return isNew;
      });
      context.changed.releases();
      return { release: await readRelease(context, version), created };
    });
  };
}

/** See `ReleaseVerbs.update`. */
export function updateRelease(context: ReleasesContext): ReleaseVerbs['update'] {
  return async (actor, version, change) => {
    const existing = await authorizeExisting(context, actor, version);
    const added = change.addProjectIds ?? [];
    const projects = added.length === 0 ? [] : acceptedProjects(context.projects, added, `the release ${version}`);
    if (projects.length > 0) await authorizeProjects(context, actor, 'releases:Write', projects);
    const columns = changedColumns(change);
    const parameters = { version, ...columns, projects: projects.map(({ slug }) => slug) };
    return auditedChange(context, actor, { eventName: 'UpdateRelease', release: existing, parameters }, async () => {
      await context.catalog.transaction<ReleasesTables, void>(async (trx) => {
        if (Object.keys(columns).length > 0) {
          await trx.updateTable('releases').set(columns).where('version', '=', version).execute();
        }
        await addProjects(
          trx,
          version,
          projects.map(({ id }) => id),
        );
      });
      context.changed.releases();
      return readRelease(context, version);
    });
  };
}

/** See `ReleaseVerbs.remove`. Its artifacts go with it; events keep the version that they name. */
export function removeRelease(context: ReleasesContext): ReleaseVerbs['remove'] {
  return async (actor, version) => {
    await authorizeExisting(context, actor, version);
    await auditedChange(context, actor, { eventName: 'DeleteRelease', release: version, parameters: { version } }, () =>
      context.catalog.transaction<ReleasesTables, void>(async (trx) => {
        const used = await trx
          .selectFrom('release_projects')
          .select('project_id')
          .where('version', '=', version)
          .where('first_event_ms', 'is not', null)
          .executeTakeFirst();
        if (used !== undefined) throw new Failure(ISSUES_RELEASES_FAILURES.inUse, { version });
        await trx.deleteFrom('artifact_bundles').where('release', '=', version).execute();
        await trx.deleteFrom('releases').where('version', '=', version).execute();
      }),
    );
    context.changed.releases();
    context.changed.artifacts();
  };
}

/** Asks for the projects of a release that exists. Throws `releases.not-found`. */
export async function authorizeExisting(context: ReleasesContext, actor: Actor, version: string): Promise<string> {
  await releaseRow(context, version);
  const projects = projectsOf(context, await projectIdsOf(context, version));
  await authorizeProjects(context, actor, 'releases:Write', projects);
  return version;
}

export async function readRelease(context: ReleasesContext, version: string): Promise<Release> {
  const [release] = await readReleases(context, [await releaseRow(context, version)]);
  invariant(release !== undefined, 'a release that was read has no view');
  return release;
}
