import type { ReleasesContext } from './context.ts';
import type { ReleasesTables } from './migrations.ts';

/** Takes a project that is deleted out of releases and bundles, and forgets those that were of no other; may be repeated. */
export const eraseProject =
  (context: ReleasesContext) =>
  async (projectId: string): Promise<void> => {
    await context.catalog.transaction<ReleasesTables, void>(async (trx) => {
      const versions = await trx
        .deleteFrom('release_projects')
        .where('project_id', '=', projectId)
        .returning('version')
        .execute();
      const bundles = await trx
        .deleteFrom('artifact_bundle_projects')
        .where('project_id', '=', projectId)
        .returning('bundle_id')
        .execute();
      if (versions.length > 0) {
        await trx
          .deleteFrom('releases')
          .where(
            'version',
            'in',
            versions.map(({ version }) => version),
          )
          .where('version', 'not in', trx.selectFrom('release_projects').select('version'))
          .execute();
      }
      if (bundles.length > 0) {
        await trx
          .deleteFrom('artifact_bundles')
          .where(
            'id',
            'in',
            bundles.map(({ bundle_id }) => bundle_id),
          )
          .where('id', 'not in', trx.selectFrom('artifact_bundle_projects').select('bundle_id'))
          .execute();
      }
    });
    context.changed.releases();
    context.changed.artifacts();
  };
