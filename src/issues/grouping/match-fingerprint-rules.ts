import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import { foldPath, type Matcher } from './matcher.ts';
import type { FingerprintRule } from './parse-fingerprint-rules.ts';
import { familyOf } from './platform.ts';
import type { PreparedEvent, PreparedStack } from './prepare-stacks.ts';

/** The first rule that fits. Matchers of frames have to fit the same frame, those of errors the same error. */
export function matchFingerprintRules(
  rules: readonly FingerprintRule[],
  prepared: PreparedEvent,
): FingerprintRule | undefined {
  if (rules.length === 0) return undefined;
  const stacks = stacksOf(prepared);
  return rules.find((rule) => matches(rule, prepared, stacks));
}

type Scope = 'event' | 'error' | 'frame';

const FRAME_KEYS: ReadonlySet<string> = new Set(['path', 'module', 'function', 'package', 'app']);

function scopeOf(matcher: Matcher): Scope {
  if (FRAME_KEYS.has(matcher.key)) return 'frame';
  return matcher.key === 'type' || matcher.key === 'value' ? 'error' : 'event';
}

function stacksOf(prepared: PreparedEvent): readonly PreparedStack[] {
  const stacks = prepared.exceptions.flatMap(({ stack }) => (stack === undefined ? [] : [stack]));
  if (stacks.length > 0) return stacks;
  if (prepared.stack !== undefined) return [prepared.stack];
  return prepared.threads.flatMap((stack) => (stack === undefined ? [] : [stack]));
}

function matches(rule: FingerprintRule, prepared: PreparedEvent, stacks: readonly PreparedStack[]): boolean {
  const of = (scope: Scope): readonly Matcher[] => rule.matchers.filter((matcher) => scopeOf(matcher) === scope);
  if (!of('event').every((matcher) => matchesEvent(matcher, prepared))) return false;
  const errors = of('error');
  if (
    errors.length > 0 &&
    !prepared.exceptions.some(({ exception }) => errors.every((matcher) => matchesError(matcher, exception)))
  ) {
    return false;
  }
  const frames = of('frame');
  if (frames.length === 0 && rule.caller === undefined && rule.callee === undefined) return true;
  return stacks.some((stack) => stack.frames.some((_, at) => matchesFrames(rule, frames, stack, at)));
}

function matchesFrames(rule: FingerprintRule, own: readonly Matcher[], stack: PreparedStack, at: number): boolean {
  return (
    own.every((matcher) => matchesFrame(matcher, stack, at)) &&
    (rule.caller === undefined || matchesFrame(rule.caller, stack, at - 1)) &&
    (rule.callee === undefined || matchesFrame(rule.callee, stack, at + 1))
  );
}

function matchesFrame(matcher: Matcher, stack: PreparedStack, at: number): boolean {
  const facts = stack.facts[at];
  const state = stack.states[at];
  if (facts === undefined || state === undefined) return false;
  return answersFrame(matcher, facts, state.inApp) !== matcher.negated;
}

function answersFrame(matcher: Matcher, facts: PreparedStack['facts'][number], inApp: boolean): boolean {
  switch (matcher.key) {
    case 'app':
      return matcher.test(inApp ? 'yes' : 'no');
    case 'path':
      return matcher.test(facts.folded.path) || matcher.test(facts.folded.filename);
    case 'module':
      return facts.module !== '' && matcher.test(facts.module);
    case 'function':
      return matcher.test(facts.function);
    default:
      return matcher.test(facts.folded.package);
  }
}

/** Texts are looked at as far as the limit: a document is no message. */
const short = (text: string): string => text.slice(0, ISSUES_GROUPING_LIMITS.parameterizedCharsMax).trim();

function matchesError(matcher: Matcher, error: { readonly type: string; readonly value: string }): boolean {
  const text = matcher.key === 'type' ? error.type : short(error.value);
  return (text !== '' && matcher.test(text)) !== matcher.negated;
}

function matchesEvent(matcher: Matcher, prepared: PreparedEvent): boolean {
  const texts = textsOf(matcher, prepared);
  return texts.some((text) => text !== '' && matcher.test(text)) !== matcher.negated;
}

function textsOf(matcher: Matcher, { event, exceptions }: PreparedEvent): readonly string[] {
  if (matcher.key.startsWith('tags.')) return [(event.tags[matcher.key.slice(5)] ?? '').trim()];
  switch (matcher.key) {
    case 'message':
      return [short(event.message?.formatted ?? ''), ...exceptions.map(({ exception }) => short(exception.value))];
    case 'family':
      return [familyOf(event.platform)];
    case 'logger':
      return [event.logger];
    case 'level':
      return [event.level];
    case 'release':
      return [foldPath(event.release)];
    case 'sdk':
      return [event.sdk.name];
    default:
      return [];
  }
}
