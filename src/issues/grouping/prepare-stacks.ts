import type { EventException, Frame, NormalizedEvent, Stacktrace } from '../types.ts';
import type { CompiledEnhancements, ErrorFacts, FrameState, StackLimits } from './apply-enhancement-rules.ts';
import type { FactsOf, FrameFacts } from './frame-facts.ts';
import { ISSUES_GROUPING_LIMITS } from './limits.ts';

/** A stack after the rules were applied: frames, what is known of them, and what was decided. */
export interface PreparedStack {
  /** Oldest call first. */
  readonly frames: readonly Frame[];
  readonly facts: readonly FrameFacts[];
  readonly states: readonly FrameState[];
  readonly limits: StackLimits;
  /** Oldest frames that are not looked at. */
  readonly omitted: number;
}

export interface PreparedEvent {
  readonly event: NormalizedEvent;
  readonly exceptions: readonly { readonly exception: EventException; readonly stack?: PreparedStack }[];
  /** In the order of the event's threads. */
  readonly threads: readonly (PreparedStack | undefined)[];
  readonly stack?: PreparedStack;
}

const NO_ERROR: ErrorFacts = { type: '', value: '', mechanism: '' };

export function prepareStacks(event: NormalizedEvent, rules: CompiledEnhancements, factsOf: FactsOf): PreparedEvent {
  const prepare = (trace: Stacktrace | undefined, error: ErrorFacts): PreparedStack | undefined => {
    if (trace === undefined || trace.frames.length === 0) return undefined;
    const omitted = Math.max(0, trace.frames.length - ISSUES_GROUPING_LIMITS.framesMax);
    const frames = omitted === 0 ? trace.frames : trace.frames.slice(omitted);
    const facts = frames.map((frame) => factsOf(frame, event.platform));
    const states = frames.map((frame): FrameState => ({ inApp: frame.inApp ?? false, category: categoryOf(frame) }));
    return { frames, facts, states, omitted, limits: rules.apply(facts, states, error) };
  };
  const exceptions = event.exceptions.slice(-ISSUES_GROUPING_LIMITS.exceptionsMax).map((exception) => {
    const stack = prepare(traceOf(event, exception), errorFactsOf(exception));
    return stack === undefined ? { exception } : { exception, stack };
  });
  // Threads are many and long, and count only where no exception does.
  const wanted = exceptions.length === 0 ? event.threads.length : 0;
  const threads = event.threads.slice(0, wanted).map((thread) => prepare(thread.stacktrace, NO_ERROR));
  const stack = prepare(event.stacktrace, NO_ERROR);
  return stack === undefined ? { event, exceptions, threads } : { event, exceptions, threads, stack };
}

/** Some SDKs send the stack of an exception with the thread in which it was thrown. */
function traceOf(event: NormalizedEvent, exception: EventException): Stacktrace | undefined {
  if (exception.stacktrace !== undefined && exception.stacktrace.frames.length > 0) return exception.stacktrace;
  const isCaught = exception === event.exceptions[event.exceptions.length - 1];
  if (!isCaught) return undefined;
  const named = event.threads.find((thread) => exception.threadId !== undefined && thread.id === exception.threadId);
  if (named !== undefined) return named.stacktrace;
  const crashed = event.threads.filter((thread) => thread.crashed);
  return crashed.length === 1 ? crashed[0]?.stacktrace : undefined;
}

function categoryOf(frame: Frame): string {
  const category = frame.data?.['category'];
  return typeof category === 'string' ? category : '';
}

const errorFactsOf = (exception: EventException): ErrorFacts => ({
  type: exception.type,
  value: exception.value.slice(0, ISSUES_GROUPING_LIMITS.parameterizedCharsMax),
  mechanism: exception.mechanism.type,
});
