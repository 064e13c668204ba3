import type { EventException, EventThread, Frame, JsonObject, NormalizedEvent, Stacktrace } from '../../types.ts';
import type { MappedFrame } from './map-frames.ts';
import { originalSource } from './original-source.ts';

/** All stack traces of an event. */
export const stacksOf = (event: NormalizedEvent): readonly Stacktrace[] =>
  [event, ...event.exceptions, ...event.threads].flatMap(({ stacktrace }) => stacktrace ?? []);

/** Where the frame's code came from. */
export const pathOf = (frame: Frame): string => (frame.absPath === '' ? frame.filename : frame.absPath);

const JAVASCRIPT = /^(?:javascript|node)$/;
/** Code of the runtime itself, of consoles and of `eval` has no map. */
const UNMAPPED = /^(?:<|\[|native$|node:|internal\/|async |blob:|data:|(?:chrome|moz|safari(?:-web)?)-extension:)|^$/;

/** True for frames of JavaScript that a map may be found for and that none was applied to. */
export function isMappable(event: NormalizedEvent, frame: Frame): boolean {
  const platform = frame.platform === '' ? event.platform : frame.platform;
  if (!JAVASCRIPT.test(platform) || frame.sourceMap !== undefined) return false;
  if (frame.lineno === undefined || frame.lineno < 1) return false;
  return !UNMAPPED.test(pathOf(frame));
}

/** The event with frames replaced by what their maps say; the same event when none was mapped. */
export function rewriteEvent(event: NormalizedEvent, mapped: ReadonlyMap<Frame, MappedFrame>): NormalizedEvent {
  if (mapped.size === 0) return event;
  return {
    ...event,
    exceptions: event.exceptions.map((exception) => rewriteException(exception, mapped)),
    threads: event.threads.map((thread) => rewriteThread(thread, mapped)),
    ...(event.stacktrace === undefined ? {} : { stacktrace: rewriteStack(event.stacktrace, mapped) }),
  };
}

function rewriteException(exception: EventException, mapped: ReadonlyMap<Frame, MappedFrame>): EventException {
  const { stacktrace } = exception;
  if (stacktrace === undefined || !stacktrace.frames.some((frame) => mapped.has(frame))) return exception;
  return {
    ...exception,
    stacktrace: rewriteStack(stacktrace, mapped),
    rawStacktrace: exception.rawStacktrace ?? stacktrace,
  };
}

const rewriteThread = (thread: EventThread, mapped: ReadonlyMap<Frame, MappedFrame>): EventThread =>
  thread.stacktrace === undefined ? thread : { ...thread, stacktrace: rewriteStack(thread.stacktrace, mapped) };

/**
 * Functions are named, in this order: by the declaration that the runtime's own name leads to in the minified file; by
 * what the caller's frame calls (its map says the name at the place of the call); by the runtime's name as it was.
 * Frames run from the oldest call to the newest, so that the caller of a frame is the one before it.
 */
function rewriteStack(stacktrace: Stacktrace, mapped: ReadonlyMap<Frame, MappedFrame>): Stacktrace {
  return {
    ...stacktrace,
    frames: stacktrace.frames.map((frame, index) => {
      const found = mapped.get(frame);
      if (found === undefined) return frame;
      const caller = stacktrace.frames[index - 1];
      const called = caller === undefined ? undefined : mapped.get(caller)?.position.calledName;
      return rewriteFrame(frame, found, called ?? '');
    }),
  };
}

function rewriteFrame(frame: Frame, { position, mapName, by }: MappedFrame, called: string): Frame {
  const source = originalSource(position.source, pathOf(frame));
  const { contextLine: _was, lineno, colno, ...rest } = frame;
  const data: JsonObject = {
    ...frame.data,
    mappedBy: by,
    minified: {
      path: pathOf(frame),
      ...(lineno === undefined ? {} : { lineno }),
      ...(colno === undefined ? {} : { colno }),
    },
  };
  return {
    ...rest,
    filename: source.filename,
    absPath: source.absPath,
    module: source.module,
    function: nameOf(frame, position.functionName, called),
    rawFunction: frame.rawFunction === '' ? frame.function : frame.rawFunction,
    lineno: position.line,
    colno: position.column,
    ...inApp(frame, source.isInternal),
    preContext: position.preContext,
    ...(position.contextLine === undefined ? {} : { contextLine: position.contextLine }),
    postContext: position.postContext,
    sourceMap: mapName,
    data,
  };
}

/** What an SDK took for a dependency stays one; a bundle that it took for the app may hold dependencies. */
const inApp = (frame: Frame, isInternal: boolean): Pick<Frame, 'inApp'> => ({
  inApp: isInternal ? false : (frame.inApp ?? true),
});

const NAMELESS = /^(?:|\?|<anonymous>|anonymous|__webpack_require__|__webpack_modules__|\(anonymous\))$/;

function nameOf(frame: Frame, declared: string, called: string): string {
  if (!NAMELESS.test(declared)) return withOwner(frame.function, declared);
  if (!NAMELESS.test(called)) return called;
  return frame.function;
}

/** `new t` stays a constructor and `async t` an asynchronous function; the minified owner of a method is dropped. */
const withOwner = (runtimeName: string, name: string): string =>
  `${/^(?:async|new)\s/.exec(runtimeName)?.[0] ?? ''}${name}`;
