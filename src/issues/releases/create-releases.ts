import { createChanges, type ReleasesContext, type ReleasesDeps } from './context.ts';
import { eraseProject } from './erase-project.ts';
import { ISSUES_RELEASES_LIMITS } from './limits.ts';
import { createRelease, removeRelease, updateRelease } from './registry/change-releases.ts';
import { createDeploy, listCommits, listDeploys, setCommits } from './registry/deploys-and-commits.ts';
import { getRelease, listReleases } from './registry/list-releases.ts';
import { createReleaseOrder } from './registry/order.ts';
import { createSightings } from './registry/sightings.ts';
import type { ReleaseOrder, ReleaseSightings, ReleaseVerbs } from './types.ts';
import { type ArtifactUploads, createUploads } from './uploads/assemble.ts';
import { openChunkStaging } from './uploads/chunk-staging.ts';
import { listArtifactFiles, listArtifacts, removeArtifacts, sweepArtifacts } from './uploads/list-artifacts.ts';

export interface Releases {
  readonly verbs: ReleaseVerbs;
  readonly order: ReleaseOrder;
  readonly sightings: ReleaseSightings;
  readonly uploads: ArtifactUploads;
  /** Removes unfinished uploads and artifacts whose time has passed; asked every hour or so. */
  readonly sweep: () => Promise<void>;
  /** Takes a project that is deleted out of everything; may be repeated. */
  readonly eraseProject: (projectId: string) => Promise<void>;
  /** What the symbolicator works with. */
  readonly context: ReleasesContext;
}

export async function createReleases(deps: ReleasesDeps): Promise<Releases> {
  const staging = await openChunkStaging(deps);
  const artifactRetentionMs = deps.artifactRetentionMs ?? ISSUES_RELEASES_LIMITS.artifactRetentionMs;
  const context: ReleasesContext = { ...deps, artifactRetentionMs, changed: createChanges() };
  return {
    context,
    verbs: {
      list: listReleases(context),
      get: getRelease(context),
      create: createRelease(context),
      update: updateRelease(context),
      remove: removeRelease(context),
      deploys: listDeploys(context),
      deploy: createDeploy(context),
      commits: listCommits(context),
      setCommits: setCommits(context),
      artifacts: listArtifacts(context),
      artifactFiles: listArtifactFiles(context),
      removeArtifacts: removeArtifacts(context),
    },
    order: createReleaseOrder(context),
    sightings: createSightings(context),
    uploads: createUploads(context, staging),
    eraseProject: eraseProject(context),
    sweep: async () => {
      await staging.sweep();
      // A pass at a time, so that no statement runs long.
      while ((await sweepArtifacts(context)) > 0);
    },
  };
}
