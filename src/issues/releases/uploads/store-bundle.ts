import type { Transaction } from 'kysely';
import type { Actor } from '../../../access/index.ts';
import { acceptedVersion, isVersion } from '../accepted-input.ts';
import { auditedChange } from '../audited.ts';
import type { ReleasesContext } from '../context.ts';
import type { ReleasesTables } from '../migrations.ts';
import { addProjects, ensureRelease } from '../registry/change-releases.ts';
import type { ArtifactBundle } from '../types.ts';
import type { PackedFile } from './read-bundle.ts';

const ROWS_AT_ONCE = 1_000;

/** Writes a bundle and its files in one transaction; a release that nobody made yet is made. */
export async function storeBundle(
  context: ReleasesContext,
  files: readonly PackedFile[],
  bundle: ArtifactBundle,
): Promise<void> {
  const release = isVersion(bundle.release) ? bundle.release : '';
  await context.catalog.transaction<ReleasesTables, void>(async (trx) => {
    if (release !== '') {
      await ensureRelease(trx, release, bundle.uploadedMs);
      await addProjects(trx, release, bundle.projectIds);
    }
    await trx
      .insertInto('artifact_bundles')
      .values({
        id: bundle.id,
        checksum: bundle.checksum,
        blob_id: bundle.blobId,
        length_bytes: bundle.bytes,
        file_count: bundle.fileCount,
        release,
        dist: bundle.dist,
        uploaded_ms: bundle.uploadedMs,
        uploaded_by: bundle.uploadedBy,
        keep_until_ms: bundle.keepUntilMs,
        last_used_ms: null,
      })
      .execute();
    await addBundleProjects(trx, bundle.id, bundle.projectIds);
    for (let at = 0; at < files.length; at += ROWS_AT_ONCE) {
      const rows = files.slice(at, at + ROWS_AT_ONCE).map((file, index) => ({
        bundle_id: bundle.id,
        position: at + index,
        path: file.path,
        url: file.url,
        type: file.type,
        debug_id: file.debugId,
        source_map_url: file.sourceMapUrl,
        offset_bytes: file.offsetBytes,
        packed_bytes: file.packedBytes,
        length_bytes: file.lengthBytes,
        method: file.method,
      }));
      await trx.insertInto('artifact_files').values(rows).execute();
    }
  });
  context.changed.releases();
  context.changed.artifacts();
}

async function addBundleProjects(
  trx: Transaction<ReleasesTables>,
  bundleId: string,
  projectIds: readonly string[],
): Promise<void> {
  await trx
    .insertInto('artifact_bundle_projects')
    .values(projectIds.map((project_id) => ({ bundle_id: bundleId, project_id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

interface FoundBundle {
  readonly id: string;
  readonly blobId: string;
}

export async function findBundle(context: ReleasesContext, checksum: string): Promise<FoundBundle | undefined> {
  const row = await context.catalog
    .db<ReleasesTables>()
    .selectFrom('artifact_bundles')
    .select(['id', 'blob_id'])
    .where('checksum', '=', checksum)
    .where('keep_until_ms', '>', context.clock.nowMs())
    .executeTakeFirst();
  return row === undefined ? undefined : { id: row.id, blobId: row.blob_id };
}

/** The same bundle again, perhaps for more projects or, when it had none, for a release; it is kept anew. */
export async function attachProjects(
  context: ReleasesContext,
  actor: Actor,
  bundle: FoundBundle,
  wanted: { readonly projectIds: readonly string[]; readonly release?: string; readonly dist?: string },
): Promise<void> {
  const release = wanted.release ?? '';
  const keepUntilMs = context.clock.nowMs() + context.artifactRetentionMs;
  const parameters = { bundle: bundle.id, projects: wanted.projectIds, release };
  await auditedChange(context, actor, { eventName: 'UploadArtifacts', parameters }, async () => {
    await context.blobs.extend(bundle.blobId, keepUntilMs);
    await context.catalog.transaction<ReleasesTables, void>(async (trx) => {
      await addBundleProjects(trx, bundle.id, wanted.projectIds);
      await trx
        .updateTable('artifact_bundles')
        .set({ keep_until_ms: keepUntilMs })
        .where('id', '=', bundle.id)
        .execute();
      if (release === '') return;
      await ensureRelease(trx, acceptedVersion(release), context.clock.nowMs());
      await addProjects(trx, release, wanted.projectIds);
      await trx
        .updateTable('artifact_bundles')
        .set({ release, dist: wanted.dist ?? '' })
        .where('id', '=', bundle.id)
        .where('release', '=', '')
        .execute();
    });
  });
  context.changed.releases();
  context.changed.artifacts();
}
