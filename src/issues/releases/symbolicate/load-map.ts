import { Failure } from '../../../base/index.ts';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_FAILURES } from '../failures.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import type { ReleasesTables } from '../migrations.ts';
import { unpack } from '../uploads/read-bundle.ts';
import { inlineMap, resolveUrls, sourceMapReference } from './artifact-urls.ts';
import type { ArtifactFinder, FoundFiles, LocatedFile } from './find-artifacts.ts';
import type { MapQuestion, PackedBytes } from './map-questions.ts';

/** The map of a file of a stack trace, not read yet. */
export type LocatedMap =
  | {
      readonly type: 'map';
      /** Names its content: what was mapped by it once is mapped alike for ever. */
      readonly key: string;
      readonly by: FoundFiles['by'];
      readonly name: string;
      readonly bundleId: string;
      /** Against which its sources are resolved. */
      readonly url: string;
      readonly load: () => Promise<NonNullable<MapQuestion['load']>>;
    }
  | { readonly type: 'none'; readonly reason: string };

const none = (reason: string): LocatedMap => ({ type: 'none', reason });
const damaged = (reason: string): Failure => new Failure(ISSUES_RELEASES_FAILURES.bundleRefused, { reason });

/** Finds the map that belongs to what was found, in its bundle or inline in the minified file. */
export async function locateMap(
  context: ReleasesContext,
  finder: ArtifactFinder,
  found: FoundFiles,
): Promise<LocatedMap> {
  const { map, minified, by } = found;
  if (map !== undefined) return mapOf(context, by, map, minified);
  if (minified === undefined) return none('nothing was uploaded for it');
  const reference = await referenceOf(context, minified);
  if (reference === '') return none('the minified file was uploaded, but it names no source map');
  if (inlineMap(reference) !== undefined) return inlineOf(context, by, minified);
  const target = await finder.inBundle(minified.bundleId, resolveUrls(minified.url, reference));
  if (target === undefined) {
    return none(`the minified file names the source map ${reference.slice(0, 200)}, which was not uploaded with it`);
  }
  return mapOf(context, by, target, minified);
}

function mapOf(
  context: ReleasesContext,
  by: FoundFiles['by'],
  map: LocatedFile,
  minified: LocatedFile | undefined,
): LocatedMap {
  return {
    type: 'map',
    key: `${map.blobId}:${map.offsetBytes}:${minified?.blobId ?? ''}:${minified?.offsetBytes ?? ''}`,
    by,
    name: map.url === '' ? map.path : map.url,
    bundleId: map.bundleId,
    url: map.url,
    load: async () => {
      await noteUse(context, map);
      const script = minified === undefined ? undefined : await readPacked(context, minified, 'sourceBytesMax');
      return {
        map: await readPacked(context, map, 'mapBytesMax'),
        mapUrl: '',
        ...(script === undefined ? {} : { minified: script }),
      };
    },
  };
}

/** The bytes are read again when the thread asks for them: what is remembered of a map is where it lies. */
function inlineOf(context: ReleasesContext, by: FoundFiles['by'], minified: LocatedFile): LocatedMap {
  return {
    type: 'map',
    key: `${minified.blobId}:${minified.offsetBytes}:inline`,
    by,
    name: `inline in ${minified.url === '' ? minified.path : minified.url}`,
    bundleId: minified.bundleId,
    url: minified.url,
    load: async () => {
      await noteUse(context, minified);
      const bytes = inlineMap(await referenceOf(context, minified));
      if (bytes === undefined) throw damaged(`${minified.path} has changed`);
      return {
        map: { bytes, lengthBytes: bytes.length, method: 0 },
        minified: await readPacked(context, minified, 'sourceBytesMax'),
        mapUrl: '',
      };
    },
  };
}

async function referenceOf(context: ReleasesContext, minified: LocatedFile): Promise<string> {
  if (minified.sourceMapUrl !== '') return minified.sourceMapUrl;
  return sourceMapReference((await readPlain(context, minified)).toString('utf8')) ?? '';
}

/** The bytes as they lie in the zip; the thread unpacks them. */
async function readPacked(
  { blobs }: Pick<ReleasesContext, 'blobs'>,
  file: LocatedFile,
  limit: 'mapBytesMax' | 'sourceBytesMax',
): Promise<PackedBytes> {
  const max = ISSUES_RELEASES_LIMITS[limit];
  if (Math.max(file.lengthBytes, file.packedBytes) > max) {
    throw damaged(`${file.path} has ${file.lengthBytes} bytes, and ${max} are the most that is read`);
  }
  const parts: Uint8Array[] = [];
  if (file.packedBytes > 0) {
    for await (const part of blobs.get(file.blobId, { offset: file.offsetBytes, length: file.packedBytes })) {
      parts.push(part);
    }
  }
  return { bytes: Buffer.concat(parts), lengthBytes: file.lengthBytes, method: file.method };
}

export async function readPlain(context: Pick<ReleasesContext, 'blobs'>, file: LocatedFile): Promise<Buffer> {
  const packed = await readPacked(context, file, 'sourceBytesMax');
  try {
    return await unpack(Buffer.from(packed.bytes), packed);
  } catch (error) {
    throw new Failure(ISSUES_RELEASES_FAILURES.bundleRefused, { reason: `${file.path} is damaged` }, { cause: error });
  }
}

/** Artifacts in use are kept on, now and then. That this fails keeps no event from its map. */
async function noteUse(context: ReleasesContext, file: LocatedFile): Promise<void> {
  const nowMs = context.clock.nowMs();
  const keepUntilMs = nowMs + context.artifactRetentionMs;
  try {
    const db = context.catalog.db<ReleasesTables>();
    const isDue = file.keepUntilMs < keepUntilMs - ISSUES_RELEASES_LIMITS.artifactRenewMs;
    if (isDue) await context.blobs.extend(file.blobId, keepUntilMs);
    await db
      .updateTable('artifact_bundles')
      .set({ last_used_ms: nowMs, ...(isDue ? { keep_until_ms: keepUntilMs } : {}) })
      .where('id', '=', file.bundleId)
      .execute();
  } catch (error) {
    context.log.warn({ err: error, bundle: file.bundleId }, 'the use of artifacts could not be noted');
  }
}
