import type { FrameFacts } from './frame-facts.ts';
import type { Matcher, MatcherKey } from './matcher.ts';
import type { EnhancementAction, EnhancementRule } from './parse-enhancement-rules.ts';
import type { Family } from './platform.ts';

/** What rules decide about a frame. */
export interface FrameState {
  inApp: boolean;
  category: string;
  /** Set by +group and -group. */
  isGrouped?: boolean;
  /** The rule that said so last. */
  groupRule?: string;
  appRule?: string;
}

export interface ErrorFacts {
  readonly type: string;
  readonly value: string;
  readonly mechanism: string;
}

export interface StackLimits {
  /** 0 means all. */
  readonly maxFrames: number;
  readonly minFrames: number;
}

export interface CompiledEnhancements {
  /** Applies all rules to one stack, oldest frame first, and changes `states`. */
  readonly apply: (facts: readonly FrameFacts[], states: readonly FrameState[], error: ErrorFacts) => StackLimits;
}

interface CompiledRule {
  readonly rule: EnhancementRule;
  /** Matchers of what never changes, so that their answer is kept for each frame. */
  readonly fixed: readonly Matcher[];
  /** Matchers of what rules change. */
  readonly moving: readonly Matcher[];
  readonly error: readonly Matcher[];
  readonly shown: string;
}

const FIXED: ReadonlySet<MatcherKey> = new Set(['family', 'function', 'module', 'package', 'path']);
const OF_ERROR: ReadonlySet<MatcherKey> = new Set(['type', 'value', 'mechanism']);

export function compileEnhancements(rules: readonly EnhancementRule[]): CompiledEnhancements {
  const compiled = rules.map(compileRule);
  const indexes = new Map<Family, FamilyIndex>();
  const candidates = new WeakMap<FrameFacts, readonly number[]>();
  const candidatesOf = (facts: FrameFacts): readonly number[] => {
    const known = candidates.get(facts);
    if (known !== undefined) return known;
    const index = indexes.get(facts.family) ?? indexFor(compiled, facts.family);
    indexes.set(facts.family, index);
    const found = findCandidates(compiled, index, facts);
    candidates.set(facts, found);
    return found;
  };
  return {
    apply: (facts, states, error) => {
      const frames: (number[] | undefined)[] = [];
      facts.forEach((each, at) => {
        for (const rule of candidatesOf(each)) {
          const list = frames[rule];
          if (list === undefined) frames[rule] = [at];
          else list.push(at);
        }
      });
      const limits = { maxFrames: 0, minFrames: 0 };
      for (let at = 0; at < compiled.length; at++) {
        const rule = compiled[at];
        const tried = frames[at];
        if (rule === undefined || tried === undefined) continue;
        applyRule(rule, tried, { facts, states, error, limits });
      }
      return limits;
    },
  };
}

function compileRule(rule: EnhancementRule): CompiledRule {
  return {
    rule,
    fixed: rule.matchers.filter((matcher) => FIXED.has(matcher.key)),
    moving: rule.matchers.filter((matcher) => matcher.key === 'app' || matcher.key === 'category'),
    error: rule.matchers.filter((matcher) => OF_ERROR.has(matcher.key)),
    shown: rule.text.replace(/\s+/g, ' '),
  };
}

/** Rules that frames of one family have to be asked about; those that name a function are found by it. */
interface FamilyIndex {
  readonly byFunction: ReadonlyMap<string, readonly number[]>;
  readonly others: readonly number[];
}

function indexFor(rules: readonly CompiledRule[], family: Family): FamilyIndex {
  const byFunction = new Map<string, number[]>();
  const others: number[] = [];
  rules.forEach(({ fixed }, at) => {
    if (fixed.some((matcher) => matcher.key === 'family' && matcher.test(family) === matcher.negated)) return;
    const named = fixed.find(
      (matcher) => matcher.key === 'function' && matcher.plain !== undefined && !matcher.negated,
    );
    const name = named?.plain;
    if (name === undefined) others.push(at);
    else byFunction.set(name, [...(byFunction.get(name) ?? []), at]);
  });
  return { byFunction, others };
}

function findCandidates(rules: readonly CompiledRule[], index: FamilyIndex, facts: FrameFacts): readonly number[] {
  const asked = [...(index.byFunction.get(facts.function) ?? []), ...index.others];
  return asked.filter((at) => rules[at]?.fixed.every((matcher) => matchesFixed(matcher, facts)) ?? false);
}

function matchesFixed(matcher: Matcher, facts: FrameFacts): boolean {
  const text = fixedText(matcher.key, facts);
  return (text !== '' && matcher.test(text)) !== matcher.negated;
}

function fixedText(key: MatcherKey, facts: FrameFacts): string {
  switch (key) {
    case 'path':
      return facts.folded.path;
    case 'package':
      return facts.folded.package;
    case 'module':
      return facts.module;
    case 'function':
      return facts.function;
    default:
      return facts.family;
  }
}

interface Applied {
  readonly facts: readonly FrameFacts[];
  readonly states: readonly FrameState[];
  readonly error: ErrorFacts;
  readonly limits: { maxFrames: number; minFrames: number };
}

/** First all frames that match are found, then the actions are done: a rule does not see what it did itself. */
function applyRule(compiled: CompiledRule, tried: readonly number[], stack: Applied): void {
  const { rule } = compiled;
  if (!compiled.error.every((matcher) => matchesError(matcher, stack.error))) return;
  const matched = tried.filter(
    (at) =>
      compiled.moving.every((matcher) => matchesAt(matcher, stack, at)) &&
      (rule.caller === undefined || matchesAt(rule.caller, stack, at - 1)) &&
      (rule.callee === undefined || matchesAt(rule.callee, stack, at + 1)),
  );
  for (const at of matched) {
    for (const action of rule.actions) act(action, at, stack, compiled.shown);
  }
}

function matchesAt(matcher: Matcher, stack: Applied, at: number): boolean {
  const facts = stack.facts[at];
  const state = stack.states[at];
  if (facts === undefined || state === undefined) return false;
  if (matcher.key === 'app') return matcher.test(state.inApp ? 'yes' : 'no') !== matcher.negated;
  if (matcher.key === 'category') return (state.category !== '' && matcher.test(state.category)) !== matcher.negated;
  return OF_ERROR.has(matcher.key) ? matchesError(matcher, stack.error) : matchesFixed(matcher, facts);
}

const matchesError = (matcher: Matcher, error: ErrorFacts): boolean =>
  matcher.test(error[matcher.key as 'type' | 'value' | 'mechanism'] || '<unknown>') !== matcher.negated;

function act(action: EnhancementAction, at: number, stack: Applied, rule: string): void {
  switch (action.type) {
    case 'max-frames':
      stack.limits.maxFrames = action.count;
      return;
    case 'min-frames':
      stack.limits.minFrames = action.count;
      return;
    case 'category': {
      const state = stack.states[at];
      if (state !== undefined) state.category = action.category;
      return;
    }
    case 'flag':
      setFlags(action, at, stack.states, rule);
  }
}

function setFlags(
  action: Extract<EnhancementAction, { type: 'flag' }>,
  at: number,
  states: readonly FrameState[],
  rule: string,
): void {
  const first = action.range === 'below' ? 0 : action.range === 'above' ? at + 1 : at;
  const end = action.range === 'below' ? at : action.range === 'above' ? states.length : at + 1;
  for (let index = first; index < end; index++) {
    const state = states[index];
    if (state === undefined) continue;
    if (action.flag === 'app') {
      if (state.inApp !== action.isSet) state.appRule = rule;
      state.inApp = action.isSet;
    } else {
      state.isGrouped = action.isSet;
      state.groupRule = rule;
    }
  }
}
