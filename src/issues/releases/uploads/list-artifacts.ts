import { Failure } from '../../../base/index.ts';
import { acceptedLimit, acceptedProjects, readCursor, writeCursor } from '../accepted-input.ts';
import { auditedChange } from '../audited.ts';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_FAILURES } from '../failures.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import type { ReleasesTables } from '../migrations.ts';
import { authorizeProjects, projectsOf } from '../registry/authorize-projects.ts';
import { optionalMs } from '../registry/read-releases.ts';
import type { ArtifactBundle, ArtifactFileType, ReleaseVerbs } from '../types.ts';

type BundleRow = ReleasesTables['artifact_bundles'];

/** See `ReleaseVerbs.artifacts`: newest first. */
export function listArtifacts(context: ReleasesContext): ReleaseVerbs['artifacts'] {
  return async (actor, filter) => {
    const projects =
      filter.projectId === undefined ? [] : acceptedProjects(context.projects, [filter.projectId], 'the list');
    await authorizeProjects(context, actor, 'releases:Read', projects);
    const limit = acceptedLimit(filter.limit);
    let select = context.catalog.db<ReleasesTables>().selectFrom('artifact_bundles').selectAll();
    if (filter.release !== undefined) select = select.where('release', '=', filter.release);
    for (const { id } of projects) select = select.where('id', 'in', bundlesOfProject(context, id));
    if (filter.query !== undefined && filter.query !== '') {
      select = select.where('id', 'in', bundlesWith(context, filter.query));
    }
    if (filter.cursor !== undefined && filter.cursor !== '')
      select = select.where('id', '<', readCursor(filter.cursor)[1]);
    // Ids are in the order of their making.
    const rows = await select
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const items = await withProjects(context, rows.slice(0, limit));
    const last = rows[limit - 1];
    return rows.length <= limit || last === undefined ? { items } : { items, next: writeCursor([0, last.id]) };
  };
}

const bundlesOfProject = (context: ReleasesContext, projectId: string) =>
  context.catalog
    .db<ReleasesTables>()
    .selectFrom('artifact_bundle_projects')
    .select('bundle_id')
    .where('project_id', '=', projectId);

/** By a debug id, or a part of an address or path. */
const bundlesWith = (context: ReleasesContext, query: string) =>
  context.catalog
    .db<ReleasesTables>()
    .selectFrom('artifact_files')
    .select('bundle_id')
    .where((where) =>
      where.or([
        where('debug_id', '=', query.toLowerCase()),
        where('url', 'ilike', `%${query.replace(/[\\%_]/g, (letter) => `\\${letter}`)}%`),
      ]),
    );

async function withProjects(context: ReleasesContext, rows: readonly BundleRow[]): Promise<readonly ArtifactBundle[]> {
  if (rows.length === 0) return [];
  const owners = await context.catalog
    .db<ReleasesTables>()
    .selectFrom('artifact_bundle_projects')
    .selectAll()
    .where(
      'bundle_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('project_id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    checksum: row.checksum,
    blobId: row.blob_id,
    bytes: Number(row.length_bytes),
    fileCount: row.file_count,
    projectIds: owners.filter((owner) => owner.bundle_id === row.id).map((owner) => owner.project_id),
    release: row.release,
    dist: row.dist,
    uploadedMs: Number(row.uploaded_ms),
    uploadedBy: row.uploaded_by,
    keepUntilMs: Number(row.keep_until_ms),
    ...optionalMs('lastUsedMs', row.last_used_ms),
  }));
}

/** Throws `releases.bundle-not-found`. */
async function bundleOf(context: ReleasesContext, id: string): Promise<ArtifactBundle> {
  const rows = await context.catalog
    .db<ReleasesTables>()
    .selectFrom('artifact_bundles')
    .selectAll()
    .where('id', '=', id)
    .execute();
  const [bundle] = await withProjects(context, rows);
  if (bundle === undefined) throw new Failure(ISSUES_RELEASES_FAILURES.bundleNotFound, { id: id.slice(0, 80) });
  return bundle;
}

/** See `ReleaseVerbs.artifactFiles`: in the order of the manifest. */
export function listArtifactFiles(context: ReleasesContext): ReleaseVerbs['artifactFiles'] {
  return async (actor, bundleId, page) => {
    const bundle = await bundleOf(context, bundleId);
    await authorizeProjects(context, actor, 'releases:Read', projectsOf(context, bundle.projectIds));
    const limit = acceptedLimit(page.limit);
    const after = page.cursor === undefined || page.cursor === '' ? -1 : readCursor(page.cursor)[0];
    const rows = await context.catalog
      .db<ReleasesTables>()
      .selectFrom('artifact_files')
      .selectAll()
      .where('bundle_id', '=', bundleId)
      .where('position', '>', after)
      .orderBy('position')
      .limit(limit + 1)
      .execute();
    const items = rows.slice(0, limit).map((row) => ({
      id: `${bundleId}/${row.position}`,
      bundleId,
      path: row.path,
      url: row.url,
      type: row.type as ArtifactFileType,
      debugId: row.debug_id,
      sourceMapUrl: row.source_map_url,
      bytes: Number(row.length_bytes),
    }));
    const last = rows[limit - 1];
    return rows.length <= limit || last === undefined ? { items } : { items, next: writeCursor([last.position, '']) };
  };
}

/** See `ReleaseVerbs.removeArtifacts`. */
export function removeArtifacts(context: ReleasesContext): ReleaseVerbs['removeArtifacts'] {
  return async (actor, bundleId) => {
    const bundle = await bundleOf(context, bundleId);
    await authorizeProjects(context, actor, 'releases:Write', projectsOf(context, bundle.projectIds));
    const parameters = { bundle: bundleId, release: bundle.release, files: bundle.fileCount };
    await auditedChange(context, actor, { eventName: 'DeleteArtifacts', parameters }, () =>
      context.catalog.db<ReleasesTables>().deleteFrom('artifact_bundles').where('id', '=', bundleId).execute(),
    );
    context.changed.artifacts();
  };
}

/** Forgets bundles that nobody used in the time that they are kept. Resolves with how many. */
export async function sweepArtifacts(context: ReleasesContext): Promise<number> {
  const db = context.catalog.db<ReleasesTables>();
  const ended = db
    .selectFrom('artifact_bundles')
    .select('id')
    .where('keep_until_ms', '<', context.clock.nowMs())
    .limit(ISSUES_RELEASES_LIMITS.pageMax);
  const done = await db.deleteFrom('artifact_bundles').where('id', 'in', ended).executeTakeFirst();
  if (Number(done.numDeletedRows) > 0) context.changed.artifacts();
  return Number(done.numDeletedRows);
}
