/**
 * releases: which versions ran where, and what maps their minified code back.
 *
 * Purpose: releases with their projects, deploys and commits; the order of releases; artifact bundles as sentry-cli
 * uploads them; the symbolication of stack traces by source maps.
 * Invariants: an upload is acknowledged when the vault holds it and its rows are written; the same upload again
 * changes nothing; a file of an upload never becomes a path of this machine; a map is found by debug id first, then by
 * release, dist and address; an event whose maps are missing or damaged is kept as it is, with a remark; maps are
 * parsed in a thread of their own, and no event waits longer than a limit for them.
 * Limits: limits.ts. Unfinished uploads are removed after hours, artifacts that nobody uses after months.
 * It does not symbolicate native code, fetch maps from the web, or compute suspect commits.
 */

export type { ReleasesDeps } from './context.ts';
export { createReleases, type Releases } from './create-releases.ts';
export { ISSUES_RELEASES_FAILURES } from './failures.ts';
export { ISSUES_RELEASES_LIMITS } from './limits.ts';
export { ISSUES_RELEASES_MIGRATIONS, type ReleasesTables } from './migrations.ts';
export { compareSemantic, parseVersion } from './parse-version.ts';
export {
  type ClosableSymbolicator,
  createSymbolicator,
  type SymbolicatorDeps,
} from './symbolicate/create-symbolicator.ts';
export type * from './types.ts';
export type { ArtifactUploads, AssembleRequest, AssembleState } from './uploads/assemble.ts';
