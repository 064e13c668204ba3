import { clip, isFailure } from '../../../base/index.ts';
import type { Redactor } from '../../../redact/index.ts';
import type { Frame, NormalizedEvent, Symbolicator } from '../../types.ts';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import { normalizeDebugId } from '../uploads/manifest.ts';
import { candidateUrls } from './artifact-urls.ts';
import { createArtifactFinder } from './find-artifacts.ts';
import { createFrameMapper, type FrameRequest } from './map-frames.ts';
import { createMapThread } from './map-thread.ts';
import { isMappable, pathOf, rewriteEvent, stacksOf } from './rewrite-event.ts';

export interface SymbolicatorDeps {
  /** Of the releases that the artifacts were uploaded to. */
  readonly releases: { readonly context: ReleasesContext };
  /** What maps bring in is text that no intake has seen. */
  readonly redactor: Pick<Redactor, 'text'>;
}

export interface ClosableSymbolicator extends Symbolicator {
  readonly close: () => Promise<void>;
}

/**
 * Maps frames of JavaScript back. An event that was mapped before is left as it is, so that it can be asked again when
 * it is shown, after its maps came. Rejects only when the catalog is away, as everything after it would; whatever else
 * goes wrong is a remark.
 */
export function createSymbolicator({ releases: { context }, redactor }: SymbolicatorDeps): ClosableSymbolicator {
  const thread = createMapThread(context);
  const mapper = createFrameMapper({ context, finder: createArtifactFinder(context), thread, redactor });
  return {
    close: thread.close,
    symbolicate: async (event) => {
      const requests = requestsOf(event);
      if (requests.size === 0) return event;
      const timer = new AbortController();
      const late = context.clock.sleep(ISSUES_RELEASES_LIMITS.symbolicateMs, timer.signal).then(
        () => 'late' as const,
        () => 'late' as const,
      );
      try {
        const mapped = await Promise.race([mapper.map([...requests.values()]), late]);
        if (mapped === 'late')
          return remarked(event, [{ file: 'stacktrace', reason: 'mapping its frames took too long' }]);
        return rewriteEvent(remarked(event, mapped.remarks), mapped.frames);
      } catch (error) {
        if (isFailure(error) && error.code.startsWith('catalog.') && error.retryable) throw error;
        context.log.warn(
          { err: error, event: event.eventId },
          'an event is kept as it is, because it could not be mapped',
        );
        return remarked(event, [{ file: 'stacktrace', reason: 'mapping its frames failed on the server' }]);
      } finally {
        timer.abort();
      }
    },
  };
}

/** The frames that can be mapped, by file. */
function requestsOf(event: NormalizedEvent): ReadonlyMap<string, FrameRequest> {
  const requests = new Map<string, FrameRequest & { readonly frames: Frame[] }>();
  const { symbolicateFramesMax, symbolicateFilesMax } = ISSUES_RELEASES_LIMITS;
  let left = symbolicateFramesMax;
  let debugIds: ReadonlyMap<string, string> | undefined;
  for (const stack of stacksOf(event)) {
    for (const frame of stack.frames) {
      if (left <= 0 || !isMappable(event, frame)) continue;
      left -= 1;
      const file = pathOf(frame);
      let request = requests.get(file);
      if (request === undefined) {
        if (requests.size >= symbolicateFilesMax) continue;
        debugIds ??= debugIdsOf(event);
        const { projectId, release, dist } = event;
        const debugId = debugIds.get(file) ?? '';
        request = { file, frames: [], wanted: { projectId, release, dist, debugId, urls: candidateUrls(file) } };
        requests.set(file, request);
      }
      request.frames.push(frame);
    }
  }
  return requests;
}

/** Images of the type `sourcemap` say which build each file is. */
function debugIdsOf(event: NormalizedEvent): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const image of event.debugImages) {
    if (image.type === 'sourcemap' && image.codeFile !== '') found.set(image.codeFile, normalizeDebugId(image.debugId));
  }
  return found;
}

const FILE_CHARS_MAX = 300;

function remarked(
  event: NormalizedEvent,
  remarks: readonly { readonly file: string; readonly reason: string }[],
): NormalizedEvent {
  const known = new Set(event.remarks.map(({ field, reason }) => `${field} ${reason}`));
  const added = remarks
    .map(({ file, reason }) => ({ field: clip(file, FILE_CHARS_MAX), reason }))
    .filter(({ field, reason }) => !known.has(`${field} ${reason}`));
  return added.length === 0 ? event : { ...event, remarks: [...event.remarks, ...added] };
}
