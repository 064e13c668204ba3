import type { Authorize } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import type { Clock, Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { KeptBlobs } from '../blobs/index.ts';
import type { ProjectDirectory } from '../types.ts';

export interface ReleasesDeps {
  readonly catalog: Catalog;
  readonly blobs: KeptBlobs;
  readonly projects: Pick<ProjectDirectory, 'byId' | 'bySlug' | 'all'>;
  readonly authorize: Authorize;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  /** A folder in the data folder, of this part alone: chunks of uploads that are not complete. */
  readonly stagingFolder: string;
  /** Seals the key that chunks are encrypted with. */
  readonly seals: {
    readonly seal: (secret: string, owner: string) => Buffer;
    readonly unseal: (sealed: Buffer, owner: string) => string;
  };
  /** How many issues began in each of these releases, by project: `<project id> <version>`. */
  readonly countNewIssues?: (versions: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** How long artifacts are kept without being used; default ISSUES_RELEASES_LIMITS.artifactRetentionMs. */
  readonly artifactRetentionMs?: number;
}

export interface ReleasesContext extends ReleasesDeps {
  readonly artifactRetentionMs: number;
  /** Told when what is known of releases changed in this process. */
  readonly changed: Changes;
}

export interface Changes {
  readonly releases: () => void;
  readonly artifacts: () => void;
  /** Grow with every change. */
  readonly releasesAt: () => number;
  readonly artifactsAt: () => number;
}

/** Counters by which caches know that what they hold is old. */
export function createChanges(): Changes {
  let releases = 0;
  let artifacts = 0;
  return {
    releases: () => {
      releases += 1;
    },
    artifacts: () => {
      artifacts += 1;
    },
    releasesAt: () => releases,
    artifactsAt: () => artifacts,
  };
}
