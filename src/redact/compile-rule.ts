import { RE2JS } from 're2js';
import { Failure } from '../base/index.ts';
import { REDACT_FAILURES } from './failures.ts';
import { REDACT_LIMITS } from './limits.ts';
import type { NameVerdict } from './telling-name.ts';
import type { RedactionRule } from './types.ts';
import { passes } from './validate-match.ts';

/** Positions in the text that was searched. */
export interface SecretMatch {
  readonly matchStart: number;
  readonly matchEnd: number;
  readonly secretStart: number;
  readonly secretEnd: number;
}

export interface CompiledRule {
  readonly rule: RedactionRule;
  readonly anchor: NonNullable<RedactionRule['anchor']>;
  readonly reach: number;
  readonly missSteps: number;
  /** The match that starts exactly at this position, if it also passes the validators. */
  readonly matchAt: (text: string, at: number) => Attempt;
  /** The first valid match that starts at or after this position and ends before `end`. */
  readonly matchWithin: (text: string, from: number, end: number) => SecretMatch | undefined;
}

export type Attempt =
  | { readonly type: 'match'; readonly match: SecretMatch }
  /** The pattern matched and a validator did not agree; `end` is how far was read. */
  | { readonly type: 'rejected'; readonly end: number }
  | { readonly type: 'miss' };

const MISS: Attempt = { type: 'miss' };

type Judge = (name: string) => NameVerdict;

/** Group positions of one raw match, before the validators; index 0 is the whole match, -1 is "took no part". */
type Spans = readonly (readonly [start: number, end: number] | undefined)[];

/** Runs a pattern from a position; `exact` demands that the match starts there. */
type PatternRunner = (text: string, at: number, exact: boolean) => Spans | undefined;

/**
 * Turns a rule into functions. The patterns of the rules that ship with the program are run by V8: they hold
 * nothing that could backtrack badly, which the tests prove with hostile text. All other patterns are run by re2js,
 * whose time is linear in the text whatever the pattern is.
 */
export function compileRule(rule: RedactionRule, isVetted: boolean, judge: Judge): CompiledRule {
  checkRule(rule);
  const run = isVetted ? nativeRunner(rule) : linearRunner(rule);
  const group = rule.secretGroup ?? 0;
  const validators = rule.validators ?? [];
  const reach = rule.reach ?? REDACT_LIMITS.reachDefault;
  const accept = (text: string, spans: Spans): SecretMatch | undefined => {
    const whole = spans[0];
    const secret = spans[group];
    if (whole === undefined || secret === undefined) return undefined;
    const read = (index: number): string | undefined => {
      const span = spans[index];
      return span === undefined ? undefined : text.slice(span[0], span[1]);
    };
    const match = { text, at: whole[0], secret: text.slice(secret[0], secret[1]), group: read };
    if (!validators.every((validator) => passes(validator, match, judge))) return undefined;
    const [secretStart, secretEnd] = group === 0 ? secret : withoutQuotes(text, secret);
    if (secretStart >= secretEnd) return undefined;
    return { matchStart: whole[0], matchEnd: whole[1], secretStart, secretEnd };
  };
  return {
    rule,
    anchor: rule.anchor ?? 'near',
    reach,
    missSteps: rule.missSteps ?? (isVetted ? REDACT_LIMITS.missSteps : reach),
    matchAt(text, at) {
      // The pattern sees no further than its reach, so that no repetition in it can read a long text again and again.
      const window = at + reach < text.length ? text.slice(0, at + reach) : text;
      const spans = run(window, at, true);
      if (spans === undefined) return MISS;
      const match = accept(text, spans);
      if (match === undefined) return { type: 'rejected', end: spans[0]?.[1] ?? at };
      if (window === text || match.secretEnd < window.length) return { type: 'match', match };
      return { type: 'match', match: { ...match, secretEnd: wordEnd(text, match.secretEnd) } };
    },
    matchWithin(text, from, end) {
      const window = text.slice(0, end);
      for (let at = from; at < end; ) {
        const spans = run(window, at, false);
        if (spans === undefined) return undefined;
        const found = accept(window, spans);
        if (found !== undefined) return found;
        at = Math.max(spans[0]?.[1] ?? end, at + 1);
      }
      return undefined;
    },
  };
}

const WORD_END = /[\s"'\x60<>]|$/g;

/** A value that goes on past the reach of its rule is masked to the end of the word. */
function wordEnd(text: string, from: number): number {
  WORD_END.lastIndex = from;
  return WORD_END.exec(text)?.index ?? text.length;
}

const OPENING = /^(?:\s+|\\{0,7}["'\x60]|&(?:quot|apos|#34|#39);|\\{1,4}u002[27]|%2[27])*/i;
const CLOSING = /(?:\s|["'\x60])+$/;

/** Quotes and blanks round a captured value stay, so that masked JSON is JSON still. */
function withoutQuotes(text: string, [start, end]: readonly [number, number]): readonly [number, number] {
  const value = text.slice(start, end);
  const opening = OPENING.exec(value)?.[0].length ?? 0;
  const closing =
    opening === 0 ? value.length - value.trimEnd().length : (CLOSING.exec(value.slice(opening))?.[0].length ?? 0);
  return [start + opening, end - closing];
}

function nativeRunner(rule: RedactionRule): PatternRunner {
  const flags = rule.flags ?? '';
  const exactly = new RegExp(rule.pattern, `${flags}y`);
  const exactlyWithSpans = new RegExp(rule.pattern, `${flags}yd`);
  const anywhere = new RegExp(rule.pattern, `${flags}gd`);
  return (text, at, exact) => {
    if (exact) {
      // Asking for positions makes each attempt dearer, and nearly all attempts fail.
      exactly.lastIndex = at;
      if (!exactly.test(text)) return undefined;
    }
    const pattern = exact ? exactlyWithSpans : anywhere;
    pattern.lastIndex = at;
    return pattern.exec(text)?.indices;
  };
}

function linearRunner(rule: RedactionRule): PatternRunner {
  const pattern = compileLinear(rule);
  return (text, at, exact) => {
    // One code unit before the position stays in view, so that a pattern may ask for a word boundary.
    const base = Math.max(0, at - 1);
    const matcher = pattern.matcher(text.slice(base));
    if (!matcher.find(at - base)) return undefined;
    const spans: [number, number][] = [];
    for (let index = 0; index <= matcher.groupCount(); index += 1) {
      spans.push([matcher.start(index) + base, matcher.end(index) + base]);
    }
    if (exact && spans[0]?.[0] !== at) return undefined;
    return spans.map((span) => (span[0] < base ? undefined : span));
  };
}

function compileLinear(rule: RedactionRule): RE2JS {
  const flags = rule.flags ?? '';
  let bits = 0;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  try {
    return RE2JS.compile(rule.pattern, bits);
  } catch (cause) {
    throw invalid(rule, `its pattern is not in the syntax of RE2: ${String(cause)}`, cause);
  }
}

function checkRule(rule: RedactionRule): void {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(rule.id) || rule.id.length > 64)
    throw invalid(rule, 'its id is not in kebab case');
  if (rule.keywords.length === 0) throw invalid(rule, 'it has no keywords');
  for (const keyword of rule.keywords) {
    if (!/^[\x20-\x7e]+$/.test(keyword) || keyword !== keyword.toLowerCase()) {
      throw invalid(rule, `its keyword ${JSON.stringify(keyword)} is not lower-case printable ASCII`);
    }
    if (keyword.length > REDACT_LIMITS.keywordLengthMax) throw invalid(rule, `its keyword ${keyword} is too long`);
  }
  if (!/^[ims]*$/.test(rule.flags ?? '')) throw invalid(rule, `its flags ${rule.flags ?? ''} are not among i, m and s`);
  const reach = rule.reach ?? REDACT_LIMITS.reachDefault;
  if (!(reach >= 1 && reach <= REDACT_LIMITS.reachMax)) throw invalid(rule, `its reach ${reach} is out of range`);
}

const invalid = (rule: RedactionRule, reason: string, cause?: unknown): Failure =>
  new Failure(REDACT_FAILURES.ruleInvalid, { rule: rule.id, reason }, cause === undefined ? {} : { cause });
