import type { Frame, GroupingComponent } from '../types.ts';
import { absent, branch, leaf } from './component.ts';
import type { FrameFacts } from './frame-facts.ts';
import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import { hasTrustedSource } from './platform.ts';
import type { PreparedStack } from './prepare-stacks.ts';

/** The parts that a stack gives: once with the frames of the program only, once with all. */
export interface StackComponents {
  readonly app: GroupingComponent;
  readonly system: GroupingComponent;
}

export function stackComponents(stack: PreparedStack): StackComponents {
  const frames = stack.frames.map((_, at) => frameComponent(stack, at));
  const ignored = isSinglePlace(stack) ? 'one frame without a function, from an address, says too little' : undefined;
  return {
    app: assemble(stack, frames, { isApp: true, ignored }),
    system: assemble(stack, frames, { isApp: false, ignored }),
  };
}

/** Lines move with every edit, so they count only for telling recursion from two calls. */
function isRecursion(frame: Frame, before: Frame | undefined): boolean {
  return (
    before !== undefined &&
    frame.function === before.function &&
    frame.lineno === before.lineno &&
    frame.colno === before.colno &&
    frame.module === before.module &&
    frame.filename === before.filename &&
    frame.absPath === before.absPath &&
    frame.package === before.package
  );
}

function frameComponent(stack: PreparedStack, at: number): GroupingComponent {
  const frame = stack.frames[at];
  const facts = stack.facts[at];
  if (frame === undefined || facts === undefined) return absent('frame', 'the frame is missing');
  const line = contextLine(frame, facts);
  const parts: GroupingComponent[] = [...facts.place];
  if (facts.functionPart !== undefined) parts.push(functionOf(facts.functionPart, frame, facts, line));
  if (line !== undefined) parts.push(line);
  if (facts.noise !== undefined) return branch('frame', parts, { contributes: false, hint: facts.noise });
  if (isRecursion(frame, stack.frames[at - 1])) {
    return branch('frame', parts, { contributes: false, hint: 'it calls itself' });
  }
  return branch('frame', parts);
}

/** Names in source maps are often wrong; the line of source is better where there is one. */
function functionOf(
  part: GroupingComponent,
  frame: Frame,
  facts: FrameFacts,
  line: GroupingComponent | undefined,
): GroupingComponent {
  const isMapped = frame.sourceMap !== undefined || frame.data?.['sourcemap'] !== undefined;
  if (!isMapped || facts.family !== 'javascript' || line?.contributes !== true || !part.contributes) return part;
  return { ...part, contributes: false, hint: 'names from source maps are not reliable, the line of source is' };
}

function contextLine(frame: Frame, facts: FrameFacts): GroupingComponent | undefined {
  const written = frame.contextLine;
  if (written === undefined || written === '' || !hasTrustedSource(facts.platform)) return undefined;
  if (written.length > ISSUES_GROUPING_LIMITS.contextLineCharsMax) {
    return { id: 'context-line', contributes: false, hint: 'the line is too long to be source', values: [] };
  }
  const line = written.trim().replace(/\s+/g, ' ');
  if (line === '') return undefined;
  const isPage = facts.family === 'javascript' && !facts.hasFunction && facts.hasUrlOrigin;
  return isPage
    ? leaf('context-line', line, { contributes: false, hint: 'a line of a page without a function' })
    : leaf('context-line', line);
}

/** Scripts of pages without source maps often have only this: one place in one file, which every build moves. */
function isSinglePlace(stack: PreparedStack): boolean {
  const [facts] = stack.facts;
  return stack.facts.length === 1 && facts?.family === 'javascript' && !facts.hasFunction && facts.hasUrlOrigin;
}

function assemble(
  stack: PreparedStack,
  frames: readonly GroupingComponent[],
  options: { readonly isApp: boolean; readonly ignored: string | undefined },
): GroupingComponent {
  const ruled = frames.map((frame, at) => withRules(frame, stack, at, options));
  const counted = limitFrames(ruled, stack.limits.maxFrames);
  const count = counted.filter((frame) => frame.contributes).length;
  if (count > 0 && count < stack.limits.minFrames) {
    const hint = `fewer than min-frames=${stack.limits.minFrames} frames count`;
    return branch('stacktrace', counted, { contributes: false, hint });
  }
  if (stack.omitted === 0) return branch('stacktrace', counted);
  return branch('stacktrace', counted, { hint: `${stack.omitted} older frames are not looked at` });
}

function withRules(
  frame: GroupingComponent,
  stack: PreparedStack,
  at: number,
  options: { readonly isApp: boolean; readonly ignored: string | undefined },
): GroupingComponent {
  const state = stack.states[at];
  if (state === undefined || !frame.contributes) return frame;
  if (options.ignored !== undefined) return { ...frame, contributes: false, hint: options.ignored };
  if (options.isApp && !state.inApp) {
    const why = state.appRule === undefined ? 'not in app' : `not in app by the rule ${state.appRule}`;
    return { ...frame, contributes: false, hint: why };
  }
  if (state.isGrouped === false)
    return { ...frame, contributes: false, hint: `left out by the rule ${state.groupRule}` };
  return frame;
}

/** max-frames keeps those nearest to the failure. */
function limitFrames(frames: readonly GroupingComponent[], maxFrames: number): readonly GroupingComponent[] {
  if (maxFrames === 0) return frames;
  let left = maxFrames;
  return frames.reduceRight<GroupingComponent[]>((kept, frame) => {
    const isOver = frame.contributes && left-- <= 0;
    kept.unshift(isOver ? { ...frame, contributes: false, hint: `beyond max-frames=${maxFrames}` } : frame);
    return kept;
  }, []);
}
