import { type ExpressionBuilder, sql } from 'kysely';
import { invariant } from '../../../base/index.ts';
import type { Project } from '../../types.ts';
import { acceptedLimit, acceptedProjects, readCursor, writeCursor } from '../accepted-input.ts';
import type { ReleasesContext } from '../context.ts';
import type { ReleasesTables } from '../migrations.ts';
import type { ReleaseVerbs } from '../types.ts';
import { authorizeProjects, projectsOf } from './authorize-projects.ts';
import { projectIdsOf, readReleases, releaseRow } from './read-releases.ts';

const TIME = sql<number>`COALESCE(releases.released_ms, releases.created_ms)`;
const likePart = (text: string): string => `%${text.replace(/[\\%_]/g, (letter) => `\\${letter}`)}%`;

/** See `ReleaseVerbs.list`. */
export function listReleases(context: ReleasesContext): ReleaseVerbs['list'] {
  return async (actor, filter) => {
    const { projectIds, query, status, cursor } = filter;
    const projects = projectIds === undefined ? [] : acceptedProjects(context.projects, projectIds, 'the list');
    await authorizeProjects(context, actor, 'releases:Read', projects);
    const limit = acceptedLimit(filter.limit);
    let select = context.catalog.db<ReleasesTables>().selectFrom('releases').selectAll().select(TIME.as('time_ms'));
    if (status !== undefined) select = select.where('status', '=', status);
    if (query !== undefined && query !== '') select = select.where('version', 'ilike', likePart(query));
    // What Holdfast proves itself by is not a release of anybody, unless it is asked for.
    const internal = context.projects.all().filter(({ isInternal }) => isInternal);
    if (projects.length > 0) select = select.where((where) => ofProjects(where, projects));
    else if (internal.length > 0) select = select.where((where) => where.not(ofProjects(where, internal)));
    if (cursor !== undefined && cursor !== '') {
      const [timeMs, version] = readCursor(cursor);
      select = select.where(sql<boolean>`(${TIME}, releases.version) < (${timeMs}, ${version})`);
    }
    const rows = await select
      .orderBy(TIME, 'desc')
      .orderBy('version', 'desc')
      .limit(limit + 1)
      .execute();
    const items = await readReleases(context, rows.slice(0, limit));
    const last = rows[limit - 1];
    if (rows.length <= limit || last === undefined) return { items };
    return { items, next: writeCursor([Number(last.time_ms), last.version]) };
  };
}

const ofProjects = (where: ExpressionBuilder<ReleasesTables, 'releases'>, projects: readonly Project[]) =>
  where.exists(
    where
      .selectFrom('release_projects')
      .select('release_projects.version')
      .whereRef('release_projects.version', '=', 'releases.version')
      .where(
        'release_projects.project_id',
        'in',
        projects.map(({ id }) => id),
      ),
  );

/** See `ReleaseVerbs.get`. */
export function getRelease(context: ReleasesContext): ReleaseVerbs['get'] {
  return async (actor, version) => {
    const row = await releaseRow(context, version);
    const projects = projectsOf(context, await projectIdsOf(context, version));
    await authorizeProjects(context, actor, 'releases:Read', projects);
    const [release] = await readReleases(context, [row]);
    invariant(release !== undefined, 'a release that was read has no view');
    return release;
  };
}
