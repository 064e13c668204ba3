import { LRUCache } from 'lru-cache';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import type { ReleasesTables } from '../migrations.ts';

/** Where an uploaded file lies. */
export interface LocatedFile {
  readonly bundleId: string;
  readonly blobId: string;
  readonly keepUntilMs: number;
  readonly path: string;
  readonly url: string;
  readonly type: string;
  readonly debugId: string;
  readonly sourceMapUrl: string;
  readonly offsetBytes: number;
  readonly packedBytes: number;
  readonly lengthBytes: number;
  readonly method: number;
}

/** A file of a stack trace as it is looked up. */
export interface WantedFile {
  readonly projectId: string;
  readonly release: string;
  readonly dist: string;
  /** Empty when the event names none for it. */
  readonly debugId: string;
  readonly urls: readonly string[];
}

export interface FoundFiles {
  readonly by: 'debug-id' | 'release';
  readonly minified?: LocatedFile;
  readonly map?: LocatedFile;
}

export interface ArtifactFinder {
  /** By debug id, else by release, dist and address; undefined when nothing was uploaded for it. */
  readonly find: (wanted: WantedFile) => Promise<FoundFiles | undefined>;
  /** Files of one bundle by their addresses, in the order of these. */
  readonly inBundle: (bundleId: string, urls: readonly string[]) => Promise<LocatedFile | undefined>;
}

interface Held {
  readonly found: FoundFiles | undefined;
  readonly changesAt: number;
  readonly readMs: number;
}

/** What was found and what was not is held until something is uploaded or removed, or for a while. */
export function createArtifactFinder(context: ReleasesContext): ArtifactFinder {
  const held = new LRUCache<string, Held>({ max: ISSUES_RELEASES_LIMITS.lookupsMax });
  return {
    inBundle: (bundleId, urls) => findInBundle(context, bundleId, urls),
    find: async (wanted) => {
      const { projectId, release, dist, debugId, urls } = wanted;
      const key = JSON.stringify([projectId, release, dist, debugId, urls[0] ?? '']);
      const known = held.get(key);
      const nowMs = context.clock.monotonicMs();
      const changesAt = context.changed.artifactsAt();
      if (
        known !== undefined &&
        known.changesAt === changesAt &&
        nowMs - known.readMs < ISSUES_RELEASES_LIMITS.lookupMsMax
      ) {
        return known.found;
      }
      const found = (await findByDebugId(context, wanted)) ?? (await findByRelease(context, wanted));
      held.set(key, { found, changesAt, readMs: nowMs });
      return found;
    },
  };
}

const selectFiles = (context: ReleasesContext) =>
  context.catalog
    .db<ReleasesTables>()
    .selectFrom('artifact_files')
    .innerJoin('artifact_bundles', 'artifact_bundles.id', 'artifact_files.bundle_id')
    .selectAll('artifact_files')
    .select(['artifact_bundles.blob_id', 'artifact_bundles.keep_until_ms'])
    .where('artifact_bundles.keep_until_ms', '>', context.clock.nowMs())
    .orderBy('artifact_bundles.id', 'desc')
    .orderBy('artifact_files.position');

type FileRow = ReleasesTables['artifact_files'] & { readonly blob_id: string; readonly keep_until_ms: number };

const located = (row: FileRow): LocatedFile => ({
  bundleId: row.bundle_id,
  blobId: row.blob_id,
  keepUntilMs: Number(row.keep_until_ms),
  path: row.path,
  url: row.url,
  type: row.type,
  debugId: row.debug_id,
  sourceMapUrl: row.source_map_url,
  offsetBytes: Number(row.offset_bytes),
  packedBytes: Number(row.packed_bytes),
  lengthBytes: Number(row.length_bytes),
  method: row.method,
});

const ofProject = (context: ReleasesContext, projectId: string) =>
  context.catalog
    .db<ReleasesTables>()
    .selectFrom('artifact_bundle_projects')
    .select('bundle_id')
    .where('project_id', '=', projectId);

const FILES_MAX = 50;

async function findByDebugId(context: ReleasesContext, wanted: WantedFile): Promise<FoundFiles | undefined> {
  if (wanted.debugId === '') return undefined;
  const rows = await selectFiles(context)
    .where('artifact_files.debug_id', '=', wanted.debugId)
    .where('artifact_files.bundle_id', 'in', ofProject(context, wanted.projectId))
    .limit(FILES_MAX)
    .execute();
  const files = rows.map(located);
  const map = files.find(({ type }) => type === 'source_map');
  // The two come from one upload where they can: a debug id names one build of both.
  const scripts = files.filter(({ type }) => type === 'minified_source');
  const minified = scripts.find(({ bundleId }) => bundleId === map?.bundleId) ?? scripts[0];
  return map === undefined && minified === undefined ? undefined : { by: 'debug-id', ...present({ map, minified }) };
}

async function findByRelease(context: ReleasesContext, wanted: WantedFile): Promise<FoundFiles | undefined> {
  const { projectId, release, dist, urls } = wanted;
  if (release === '' || urls.length === 0) return undefined;
  const rows = await selectFiles(context)
    .where('artifact_bundles.release', '=', release)
    .where('artifact_bundles.dist', '=', dist)
    .where('artifact_files.url', 'in', urls)
    .where('artifact_files.type', '!=', 'source_map')
    .where('artifact_files.bundle_id', 'in', ofProject(context, projectId))
    .limit(FILES_MAX)
    .execute();
  const minified = inOrder(rows.map(located), urls);
  return minified === undefined ? undefined : { by: 'release', minified };
}

async function findInBundle(
  context: ReleasesContext,
  bundleId: string,
  urls: readonly string[],
): Promise<LocatedFile | undefined> {
  if (urls.length === 0) return undefined;
  const rows = await selectFiles(context)
    .where('artifact_files.bundle_id', '=', bundleId)
    .where('artifact_files.url', 'in', urls)
    .limit(FILES_MAX)
    .execute();
  return inOrder(rows.map(located), urls);
}

/** The file with the first of the addresses; the latest upload when several have it. */
function inOrder(files: readonly LocatedFile[], urls: readonly string[]): LocatedFile | undefined {
  for (const url of urls) {
    const file = files.find((candidate) => candidate.url === url);
    if (file !== undefined) return file;
  }
  return undefined;
}

function present(files: { readonly map: LocatedFile | undefined; readonly minified: LocatedFile | undefined }) {
  return {
    ...(files.map === undefined ? {} : { map: files.map }),
    ...(files.minified === undefined ? {} : { minified: files.minified }),
  };
}
