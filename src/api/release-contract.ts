import { z } from '@hono/zod-openapi';

/**
 * The part of the JSON API about releases and their health; times are milliseconds since 1970.
 * - GET /releases, GET|PATCH|DELETE /releases/{version}, GET /releases/{version}/deploys, /commits
 * - GET /artifacts?release=, GET /artifacts/{bundle}/files, DELETE /artifacts/{bundle}
 * - GET /release-health
 */
export const releaseHealthBody = z.object({
  sessions: z.number(),
  users: z.number(),
  crashedSessions: z.number(),
  erroredSessions: z.number(),
  abnormalSessions: z.number(),
  /** 0 to 1; absent while there are no sessions. */
  crashFreeSessions: z.number().optional(),
  crashFreeUsers: z.number().optional(),
  /** Share of the project's sessions in the range that ran this release, 0 to 1. */
  adoption: z.number().optional(),
});
export const releaseBody = z.object({
  version: z.string(),
  projectIds: z.array(z.string()),
  createdMs: z.number(),
  /** When it was finalized. */
  releasedMs: z.number().optional(),
  ref: z.string().optional(),
  url: z.string().optional(),
  firstEventMs: z.number().optional(),
  lastEventMs: z.number().optional(),
  /** Issues that were first seen in it. */
  newIssues: z.number(),
  deployCount: z.number(),
  commitCount: z.number(),
  artifactCount: z.number(),
  status: z.enum(['open', 'archived']),
  /** For lists: `1.4.2 (310)`, or the first digits of a hash. */
  short: z.string(),
  authors: z.array(z.string()),
  lastDeploy: z.object({ environment: z.string(), finishedMs: z.number() }).optional(),
});
export const releasesQuery = z.object({
  projectId: z.string().optional(),
  environment: z.string().optional(),
  /** Text in the version. */
  query: z.string().max(250).optional(),
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});
export const releaseListedBody = z.object({ release: releaseBody, health: releaseHealthBody });
export const releasesBody = z.object({
  /** Newest first. */
  releases: z.array(releaseListedBody),
  next: z.string().optional(),
});
/** A version is a path segment, percent-encoded; the project tells releases of the same name apart. */
export const releaseQuery = z.object({
  projectId: z.string().optional(),
  environment: z.string().optional(),
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
});
export const releaseViewBody = z.object({
  release: releaseBody,
  health: releaseHealthBody,
  /** In equal steps over the range. */
  series: z.object({
    timesMs: z.array(z.number()),
    sessions: z.array(z.number()),
    crashed: z.array(z.number()),
    errored: z.array(z.number()),
  }),
});
export const deploysBody = z.object({
  deploys: z.array(
    z.object({
      id: z.string(),
      environment: z.string(),
      name: z.string(),
      url: z.string(),
      startedMs: z.number().optional(),
      finishedMs: z.number(),
    }),
  ),
});
export const commitsBody = z.object({
  commits: z.array(
    z.object({
      id: z.string(),
      repository: z.string(),
      message: z.string(),
      authorName: z.string(),
      authorEmail: z.string(),
      timeMs: z.number().optional(),
    }),
  ),
});
/** What was uploaded at once: the files of a zip with a manifest. */
export const artifactBundleBody = z.object({
  id: z.string(),
  bytes: z.number(),
  fileCount: z.number(),
  projectIds: z.array(z.string()),
  /** Empty when the files are found by debug ids alone. */
  release: z.string(),
  dist: z.string(),
  uploadedMs: z.number(),
  uploadedBy: z.string(),
  keepUntilMs: z.number(),
  lastUsedMs: z.number().optional(),
});
export const artifactsBody = z.object({ bundles: z.array(artifactBundleBody), next: z.string().optional() });
export const artifactsQuery = z.object({
  projectId: z.string().optional(),
  /** All bundles when absent. */
  release: z.string().optional(),
  query: z.string().max(500).optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});
export const artifactFileBody = z.object({
  id: z.string(),
  path: z.string(),
  /** `~/static/app.min.js`; empty when it has none. */
  url: z.string(),
  type: z.enum(['minified_source', 'source_map', 'source', 'indexed_ram_bundle', 'other']),
  /** Empty when it has none. */
  debugId: z.string(),
  sourceMapUrl: z.string(),
  bytes: z.number(),
});
export const artifactFilesBody = z.object({ files: z.array(artifactFileBody), next: z.string().optional() });
export const artifactFilesQuery = artifactsQuery.pick({ cursor: true, limit: true });

export const releaseChangeBody = z.object({
  status: z.enum(['open', 'archived']).optional(),
  /** Finalizes it. */
  releasedMs: z.number().int().optional(),
});

/** Health of a project in all its releases, for the project's page. */
export const healthQuery = releaseQuery.extend({ projectId: z.string(), release: z.string().optional() });
export const healthBody = releaseViewBody.omit({ release: true });

export type ReleaseBody = z.infer<typeof releaseBody>;
export type ReleaseHealthBody = z.infer<typeof releaseHealthBody>;
export type ReleaseListedBody = z.infer<typeof releaseListedBody>;
export type ReleasesBody = z.infer<typeof releasesBody>;
export type ReleaseViewBody = z.infer<typeof releaseViewBody>;
export type DeploysBody = z.infer<typeof deploysBody>;
export type CommitsBody = z.infer<typeof commitsBody>;
export type ArtifactsBody = z.infer<typeof artifactsBody>;
export type ArtifactBundleBody = z.infer<typeof artifactBundleBody>;
export type ArtifactFilesBody = z.infer<typeof artifactFilesBody>;
export type ReleaseChangeBody = z.infer<typeof releaseChangeBody>;
export type HealthBody = z.infer<typeof healthBody>;
