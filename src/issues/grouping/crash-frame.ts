import type { Frame } from '../types.ts';
import type { FrameFacts } from './frame-facts.ts';
import type { PreparedEvent, PreparedStack } from './prepare-stacks.ts';

export interface CrashFrame {
  readonly frame: Frame;
  readonly facts: FrameFacts;
}

/** The newest frame of the program, else the newest that a rule does not leave out, else the newest. */
export function crashFrame(prepared: PreparedEvent, main: number): CrashFrame | undefined {
  const stack = stackOf(prepared, main);
  if (stack === undefined) return undefined;
  const last = stack.frames.length - 1;
  const find = (wanted: (at: number) => boolean): number => {
    for (let at = last; at >= 0; at--) if (wanted(at)) return at;
    return -1;
  };
  const inApp = find((at) => (stack.states[at]?.inApp ?? false) && hasName(stack, at));
  const grouped = inApp >= 0 ? inApp : find((at) => stack.states[at]?.isGrouped !== false && hasName(stack, at));
  const at = grouped >= 0 ? grouped : last;
  const frame = stack.frames[at];
  const facts = stack.facts[at];
  return frame === undefined || facts === undefined ? undefined : { frame, facts };
}

function hasName(stack: PreparedStack, at: number): boolean {
  const facts = stack.facts[at];
  return facts !== undefined && (facts.hasFunction || facts.module !== '' || facts.filename !== '');
}

function stackOf(prepared: PreparedEvent, main: number): PreparedStack | undefined {
  const own = prepared.exceptions[main]?.stack;
  if (own !== undefined) return own;
  const outer = prepared.exceptions.findLast(({ stack }) => stack !== undefined)?.stack;
  return outer ?? prepared.threads.find((stack) => stack !== undefined) ?? prepared.stack;
}
