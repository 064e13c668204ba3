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
  /**
   * By debug id, else by release, dist and address; in the order of what is wanted, undefined where nothing was
   * uploaded. All of one event, so that an event costs at most a few queries however many files it names.
   */
  readonly find: (wanted: readonly WantedFile[]) => Promise<readonly (FoundFiles | undefined)[]>;
  /** A file of one bundle by the first of its addresses that it has. */
  readonly inBundle: (bundleId: string, urls: readonly string[]) => Promise<LocatedFile | undefined>;
}

interface Held<Value> {
  readonly value: Value;
  readonly changesAt: number;
  readonly readMs: number;
}

/** Values that hold until something is uploaded or removed, or for a while. */
function createHeld<Value>(context: ReleasesContext, max: number) {
  const held = new LRUCache<string, Held<Value>>({ max });
  return {
    get: (key: string): { readonly value: Value } | undefined => {
      const known = held.get(key);
      if (known === undefined || known.changesAt !== context.changed.artifactsAt()) return undefined;
      const ageMs = context.clock.monotonicMs() - known.readMs;
      return ageMs < ISSUES_RELEASES_LIMITS.lookupMsMax ? known : undefined;
    },
    /** `changesAt` is from before the value was read. */
    set: (key: string, value: Value, changesAt: number): void => {
      held.set(key, { value, changesAt, readMs: context.clock.monotonicMs() });
    },
  };
}

const keyOf = ({ projectId, release, dist, debugId, urls }: WantedFile): string =>
  JSON.stringify([projectId, release, dist, debugId, urls[0] ?? '']);

export function createArtifactFinder(context: ReleasesContext): ArtifactFinder {
  const files = createHeld<FoundFiles | undefined>(context, ISSUES_RELEASES_LIMITS.lookupsMax);
  const projects = createHeld<boolean>(context, ISSUES_RELEASES_LIMITS.lookupsMax);
  const hasArtifacts = async (projectId: string): Promise<boolean> => {
    const known = projects.get(projectId);
    if (known !== undefined) return known.value;
    const changesAt = context.changed.artifactsAt();
    const any = await ofProject(context, projectId).limit(1).executeTakeFirst();
    projects.set(projectId, any !== undefined, changesAt);
    return any !== undefined;
  };
  return {
    inBundle: (bundleId, urls) => findInBundle(context, bundleId, urls),
    find: async (wanted) => {
      const unknown = wanted.filter((one) => files.get(keyOf(one)) === undefined);
      const projectId = unknown[0]?.projectId;
      if (projectId === undefined) return wanted.map((one) => files.get(keyOf(one))?.value);
      if (!(await hasArtifacts(projectId))) return wanted.map(() => undefined);
      const changesAt = context.changed.artifactsAt();
      const found = new Map<string, FoundFiles>();
      await findByDebugIds(context, projectId, unknown, found);
      await findByRelease(
        context,
        projectId,
        unknown.filter((one) => !found.has(keyOf(one))),
        found,
      );
      for (const one of unknown) files.set(keyOf(one), found.get(keyOf(one)), changesAt);
      return wanted.map((one) => found.get(keyOf(one)) ?? files.get(keyOf(one))?.value);
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
    .where('artifact_bundles.keep_until_ms', '>', context.clock.nowMs());

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

type Found = Map<string, FoundFiles>;

/** The latest upload of each: a debug id names one build of a file, wherever it lies. */
async function findByDebugIds(
  context: ReleasesContext,
  projectId: string,
  wanted: readonly WantedFile[],
  found: Found,
): Promise<void> {
  const debugIds = [...new Set(wanted.map(({ debugId }) => debugId).filter((id) => id !== ''))];
  if (debugIds.length === 0) return;
  const rows = await selectFiles(context)
    .distinctOn(['artifact_files.debug_id', 'artifact_files.type'])
    .where('artifact_files.debug_id', 'in', debugIds)
    .where('artifact_files.bundle_id', 'in', ofProject(context, projectId))
    .orderBy('artifact_files.debug_id')
    .orderBy('artifact_files.type')
    .orderBy('artifact_files.bundle_id', 'desc')
    .execute();
  const files = rows.map(located);
  for (const one of wanted) {
    if (one.debugId === '') continue;
    const own = files.filter(({ debugId }) => debugId === one.debugId);
    const map = own.find(({ type }) => type === 'source_map');
    const minified = own.find(({ type }) => type === 'minified_source');
    if (map !== undefined || minified !== undefined)
      found.set(keyOf(one), { by: 'debug-id', ...present({ map, minified }) });
  }
}

async function findByRelease(
  context: ReleasesContext,
  projectId: string,
  wanted: readonly WantedFile[],
  found: Found,
): Promise<void> {
  const { release = '', dist = '' } = wanted[0] ?? {};
  const urls = [...new Set(wanted.flatMap((one) => one.urls))];
  if (release === '' || urls.length === 0) return;
  const rows = await selectFiles(context)
    .distinctOn('artifact_files.url')
    .where('artifact_bundles.release', '=', release)
    .where('artifact_bundles.dist', '=', dist)
    .where('artifact_files.url', 'in', urls)
    .where('artifact_files.type', '!=', 'source_map')
    .where('artifact_files.bundle_id', 'in', ofProject(context, projectId))
    .orderBy('artifact_files.url')
    .orderBy('artifact_files.bundle_id', 'desc')
    .execute();
  const files = rows.map(located);
  for (const one of wanted) {
    const minified = inOrder(files, one.urls);
    if (minified !== undefined) found.set(keyOf(one), { by: 'release', minified });
  }
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
    .orderBy('artifact_files.position')
    .execute();
  return inOrder(rows.map(located), urls);
}

/** The file with the first of the addresses. */
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
