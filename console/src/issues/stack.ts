import type { EventException, Frame, Stacktrace } from '../api/issue-types.ts';

export interface PlacedFrame {
  readonly frame: Frame;
  /** Place in the trace as it was sent, oldest call first. */
  readonly index: number;
  readonly isInApp: boolean;
}

/** One line of a shown trace: a frame, or frames of libraries that are folded together. */
export type StackLine =
  | { readonly type: 'frame'; readonly placed: PlacedFrame }
  | { readonly type: 'folded'; readonly frames: readonly PlacedFrame[] };

export const placeFrames = (trace: Stacktrace, inApp: readonly boolean[] | undefined): readonly PlacedFrame[] =>
  trace.frames.map((frame, index) => ({ frame, index, isInApp: inApp?.[index] ?? frame.inApp ?? false }));

/** Folds neighbours that are not of the application, but never the frame where it happened. */
export function linesOf(frames: readonly PlacedFrame[], showsAll: boolean): readonly StackLine[] {
  if (showsAll || !frames.some(({ isInApp }) => isInApp)) return frames.map((placed) => ({ type: 'frame', placed }));
  const lines: StackLine[] = [];
  let folded: PlacedFrame[] = [];
  const flush = (): void => {
    if (folded.length > 0) lines.push({ type: 'folded', frames: folded });
    folded = [];
  };
  for (const placed of frames) {
    if (placed.isInApp) {
      flush();
      lines.push({ type: 'frame', placed });
    } else folded.push(placed);
  }
  flush();
  return lines;
}

/** Where a frame is, as short as it can be told. */
export const placeOf = (frame: Frame): string => {
  const file = frame.filename !== '' ? frame.filename : frame.absPath !== '' ? frame.absPath : frame.module;
  return file === '' ? (frame.package === '' ? '(unknown)' : frame.package) : file;
};

export const hasDetails = (frame: Frame): boolean =>
  frame.contextLine !== undefined || (frame.vars !== undefined && Object.keys(frame.vars).length > 0);

function frameText(frame: Frame): string {
  const at = [placeOf(frame), frame.lineno, frame.colno].filter((part) => part !== undefined).join(':');
  return frame.function === '' ? `  at ${at}` : `  at ${frame.function} (${at})`;
}

/** An exception as a terminal would print it, newest call first; for copying. */
export function exceptionText(exception: EventException): string {
  const head = [exception.type, exception.value].filter((part) => part !== '').join(': ');
  const frames = exception.stacktrace?.frames.toReversed().map(frameText) ?? [];
  return [head, ...frames].join('\n');
}

/** Caught first, then what caused it. */
export const chainText = (exceptions: readonly EventException[]): string =>
  exceptions.toReversed().map(exceptionText).join('\nCaused by: ');

const MINIFIED = /\.min\.(?:m|c)?js(?:$|\?)|[-.][0-9a-f]{6,}\.js(?:$|\?)|chunk/i;
const COLUMN_MIN = 200;

/** Frames of scripts that were made small and for which no source map was found. */
export const isMinified = (frame: Frame): boolean =>
  frame.sourceMap === undefined &&
  /\.(?:m|c)?js(?:$|[?#])/.test(frame.absPath === '' ? frame.filename : frame.absPath) &&
  (MINIFIED.test(frame.filename) || MINIFIED.test(frame.absPath) || (frame.colno ?? 0) > COLUMN_MIN);
