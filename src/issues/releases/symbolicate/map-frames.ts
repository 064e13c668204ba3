import { LRUCache } from 'lru-cache';
import { isFailure } from '../../../base/index.ts';
import type { Redactor } from '../../../redact/index.ts';
import type { Frame } from '../../types.ts';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import { resolveUrls } from './artifact-urls.ts';
import type { ArtifactFinder, FoundFiles, WantedFile } from './find-artifacts.ts';
import { type LocatedMap, locateMap, readPlain } from './load-map.ts';
import type { MapPosition, MappedPosition } from './map-questions.ts';
import { contextOf } from './map-shelf.ts';
import type { MapThread } from './map-thread.ts';
import { createLines } from './source-lines.ts';

/** The frames of one file of an event. */
export interface FrameRequest {
  readonly file: string;
  readonly wanted: WantedFile;
  readonly frames: readonly Frame[];
}

export interface MappedFrame {
  readonly position: MappedPosition;
  readonly mapName: string;
  readonly by: 'debug-id' | 'release';
}

export interface MappedFrames {
  readonly frames: ReadonlyMap<Frame, MappedFrame>;
  readonly remarks: readonly { readonly file: string; readonly reason: string }[];
}

export interface FrameMapper {
  readonly map: (requests: readonly FrameRequest[]) => Promise<MappedFrames>;
}

export interface FrameMapperDeps {
  readonly context: ReleasesContext;
  readonly finder: ArtifactFinder;
  readonly thread: MapThread;
  readonly redactor: Pick<Redactor, 'text'>;
}

type FoundMap = Extract<LocatedMap, { readonly type: 'map' }>;

interface Caches {
  /** What a position of a map is; `null` when the map says nothing of it. */
  readonly frames: LRUCache<string, { readonly position: MappedPosition | null }>;
  /** Where the map of what was found lies; held as long as what was found is. */
  readonly located: WeakMap<FoundFiles, LocatedMap>;
  /** Maps that could not be read, for a while. */
  readonly failed: LRUCache<string, string>;
}

const FRAME_OVERHEAD_BYTES = 200;

export function createFrameMapper(deps: FrameMapperDeps): FrameMapper {
  const { frameCacheBytesMax, lookupsMax, failedMapMs } = ISSUES_RELEASES_LIMITS;
  const caches: Caches = {
    located: new WeakMap(),
    frames: new LRUCache({
      maxSize: frameCacheBytesMax,
      sizeCalculation: ({ position }, key) => FRAME_OVERHEAD_BYTES + 2 * (key.length + sizeOf(position)),
    }),
    failed: new LRUCache({ max: lookupsMax, ttl: failedMapMs, perf: { now: deps.context.clock.monotonicMs } }),
  };
  return {
    map: async (requests) => {
      const frames = new Map<Frame, MappedFrame>();
      const remarks: { file: string; reason: string }[] = [];
      const found = await deps.finder.find(requests.map(({ wanted }) => wanted));
      for (const [index, request] of requests.entries()) {
        const reason = await mapFile(deps, caches, { request, found: found[index] }, frames);
        if (reason !== undefined && remarks.length < ISSUES_RELEASES_LIMITS.remarksMax) {
          remarks.push({ file: request.file, reason });
        }
      }
      return { frames, remarks };
    },
  };
}

function sizeOf(position: MappedPosition | null): number {
  if (position === null) return 0;
  const texts = [position.source, position.functionName, position.calledName, position.contextLine ?? ''];
  return [...texts, ...position.preContext, ...position.postContext].reduce((sum, text) => sum + text.length, 0);
}

/** Maps what it can into `mapped`; resolves with why it could not, in words for people. */
async function mapFile(
  deps: FrameMapperDeps,
  caches: Caches,
  { request, found }: { readonly request: FrameRequest; readonly found: FoundFiles | undefined },
  mapped: Map<Frame, MappedFrame>,
): Promise<string | undefined> {
  if (found === undefined) return missingReason(request.wanted);
  let located: LocatedMap;
  try {
    located = caches.located.get(found) ?? (await locateMap(deps.context, deps.finder, found));
    caches.located.set(found, located);
  } catch (error) {
    return unreadable(deps, error);
  }
  if (located.type === 'none') return located.reason;
  const failed = caches.failed.get(located.key);
  if (failed !== undefined) return failed;
  const reason = await mapPositions(deps, caches, { request, map: located });
  if (reason !== undefined) {
    caches.failed.set(located.key, reason);
    return reason;
  }
  for (const frame of request.frames) {
    const position = caches.frames.get(frameKey(located, positionOf(frame)))?.position ?? undefined;
    if (position !== undefined) mapped.set(frame, { position, mapName: located.name, by: located.by });
  }
  const misses = request.frames.filter((frame) => !mapped.has(frame)).length;
  return misses === 0 ? undefined : `the source map ${located.name} says nothing of ${misses} of its frames`;
}

const positionOf = (frame: Frame): MapPosition => ({
  line: frame.lineno ?? 1,
  column: frame.colno ?? 1,
  functionName: frame.rawFunction === '' ? frame.function : frame.rawFunction,
});

const frameKey = (map: FoundMap, { line, column, functionName }: MapPosition): string =>
  `${map.key} ${line} ${column} ${functionName}`;

/** Asks for what is not known yet; resolves with the reason when the map cannot be read. */
async function mapPositions(
  deps: FrameMapperDeps,
  caches: Caches,
  { request, map }: { readonly request: FrameRequest; readonly map: FoundMap },
): Promise<string | undefined> {
  const wanted = new Map<string, MapPosition>();
  for (const frame of request.frames) {
    const position = positionOf(frame);
    const key = frameKey(map, position);
    if (!caches.frames.has(key)) wanted.set(key, position);
  }
  if (wanted.size === 0) return undefined;
  try {
    const result = await deps.thread.ask(map.key, [...wanted.values()], map.load);
    if (result.type === 'failed') return `the source map ${map.name} cannot be read: ${result.reason}`;
    if (result.type === 'unknown') return `the source map ${map.name} was not loaded`;
    const keys = [...wanted.keys()];
    for (const [index, position] of result.positions.entries()) {
      const whole = position === undefined ? null : redacted(deps, await withSource(deps, map, position));
      caches.frames.set(keys[index] ?? '', { position: whole });
    }
    return undefined;
  } catch (error) {
    return unreadable(deps, error);
  }
}

function unreadable({ context }: FrameMapperDeps, error: unknown): string {
  if (isFailure(error) && error.code.startsWith('catalog.')) throw error;
  context.log.warn({ err: error }, 'artifacts could not be read');
  return `its artifacts cannot be read: ${isFailure(error) ? error.message : 'the server failed'}`;
}

/** A map without the text of its sources: it may have been uploaded beside it. */
async function withSource(deps: FrameMapperDeps, map: FoundMap, position: MappedPosition): Promise<MappedPosition> {
  if (position.contextLine !== undefined || map.url === '') return position;
  const file = await deps.finder.inBundle(map.bundleId, resolveUrls(map.url, position.source));
  if (file === undefined) return position;
  const lines = createLines((await readPlain(deps.context, file)).toString('utf8'));
  const { contextLines, contextLineCharsMax } = ISSUES_RELEASES_LIMITS;
  return {
    ...position,
    ...contextOf(lines, position, { linesAround: contextLines, lineCharsMax: contextLineCharsMax }),
  };
}

function redacted({ redactor }: FrameMapperDeps, position: MappedPosition): MappedPosition {
  const { source, functionName, calledName, preContext, contextLine, postContext } = position;
  return {
    ...position,
    source: redactor.text(source),
    functionName: redactor.text(functionName),
    calledName: redactor.text(calledName),
    preContext: preContext.map((line) => redactor.text(line)),
    ...(contextLine === undefined ? {} : { contextLine: redactor.text(contextLine) }),
    postContext: postContext.map((line) => redactor.text(line)),
  };
}

function missingReason({ debugId, release, urls }: WantedFile): string {
  const how = 'run `sentry-cli sourcemaps inject` and `sentry-cli sourcemaps upload` in the build that is deployed';
  if (debugId !== '') return `no source map was uploaded for its debug id ${debugId}; ${how}`;
  if (release === '') return `it has no debug id and the event no release, so that no source map can be found; ${how}`;
  return `nothing was uploaded for the release ${release} as ${urls.find((url) => url.startsWith('~')) ?? urls[0]}; ${how}`;
}
