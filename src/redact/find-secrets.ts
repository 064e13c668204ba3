import type { CompiledRule, SecretMatch } from './compile-rule.ts';
import { createKeywordScan } from './keyword-scan.ts';
import { REDACT_LIMITS } from './limits.ts';
import type { NameVerdict } from './telling-name.ts';

/** A part of a text that some rule wants masked; `rule` is its place in the table: the lower, the more specific. */
export interface FoundSecret {
  start: number;
  end: number;
  rule: number;
}

export type Findings =
  | { readonly type: 'nothing' }
  | { readonly type: 'found'; readonly secrets: readonly FoundSecret[]; readonly steps: number }
  /** The budget ran out or a pattern threw: nobody knows what the text holds. */
  | { readonly type: 'failed'; readonly steps: number };

export interface SecretFinder {
  readonly find: (text: string) => Findings;
}

const NOTHING: Findings = { type: 'nothing' };

/** Finds where keywords occur, and runs only the rules of these keywords, only there. */
export function createSecretFinder(rules: readonly CompiledRule[], judge: (name: string) => NameVerdict): SecretFinder {
  const { keywords, rulesOfKeyword } = gatherKeywords(rules);
  const scan = createKeywordScan(keywords);
  const cards = rules.map((_, index) => index).filter((index) => rules[index]?.anchor === 'digits');
  const searchedTo = new Int32Array(rules.length);
  let search: Search | undefined;
  let text = '';

  const visit = (keyword: number, start: number): boolean => {
    search ??= startSearch(text, searchedTo);
    const { atKeyword, atName, atTellingName } = rulesOfKeyword[keyword] as RulesOfKeyword;
    const end = start + (keywords[keyword] as string).length;
    for (const index of atKeyword) tryAtKeyword(search, rules[index] as CompiledRule, index, { start, end });
    if (atName.length + atTellingName.length === 0) return search.budget >= 0;
    const name = nameAround(text, start, end);
    search.budget -= REDACT_LIMITS.stepsPerNameCodeUnit * (name.end - name.start);
    for (const index of atName) attemptAt(search, rules[index] as CompiledRule, index, name.start);
    // Most names that hold a keyword tell nothing (`author`, `max_tokens`): one remembered verdict spares all patterns.
    if (atTellingName.length > 0 && judge(text.slice(name.start, name.end)) !== 'none') {
      for (const index of atTellingName) attemptAt(search, rules[index] as CompiledRule, index, name.start);
    }
    return search.budget >= 0;
  };

  const tryDigits = (start: number, end: number): boolean => {
    search ??= startSearch(text, searchedTo);
    // A number may follow other digits and a separator, so each group of the run is a possible start.
    for (let at = start; at < end && search.budget >= 0; at += 1) {
      if (at > start && isDigitCode(text.charCodeAt(at - 1))) continue;
      for (const index of cards) attemptAt(search, rules[index] as CompiledRule, index, at);
    }
    return search.budget >= 0;
  };

  return {
    find(subject) {
      if (subject.length > REDACT_LIMITS.textLengthMax) return { type: 'failed', steps: 0 };
      text = subject;
      search = undefined;
      try {
        scan.visit(text, visit);
        if (cards.length > 0) visitDigitRuns(text, tryDigits);
        return search === undefined ? NOTHING : conclude(search);
      } catch {
        // A pattern that fails (V8's backtrack stack is bounded) leaves the text unread, which is not the same as clean.
        return { type: 'failed', steps: 0 };
      } finally {
        text = '';
        search = undefined;
      }
    },
  };
}

interface Search {
  readonly text: string;
  readonly secrets: FoundSecret[];
  /** Per rule: the position before which it has been run already. */
  readonly searchedTo: Int32Array;
  readonly budgetAtStart: number;
  budget: number;
}

function startSearch(text: string, searchedTo: Int32Array): Search {
  searchedTo.fill(0);
  const budget = REDACT_LIMITS.stepsBase + REDACT_LIMITS.stepsPerCodeUnit * text.length;
  return { text, secrets: [], searchedTo, budgetAtStart: budget, budget };
}

function conclude(search: Search): Findings {
  const steps = search.budgetAtStart - search.budget;
  if (search.budget < 0) return { type: 'failed', steps };
  return search.secrets.length === 0 ? NOTHING : { type: 'found', secrets: search.secrets, steps };
}

function tryAtKeyword(search: Search, rule: CompiledRule, index: number, keyword: Extent): void {
  if (rule.anchor === 'near') searchNear(search, rule, index, keyword);
  else if (startsWord(search.text, keyword.start)) attemptAt(search, rule, index, keyword.start);
}

function attemptAt(search: Search, rule: CompiledRule, index: number, at: number): void {
  const done = search.searchedTo[index] as number;
  if (at < done) return;
  const attempt = rule.matchAt(search.text, at);
  switch (attempt.type) {
    case 'miss':
      search.searchedTo[index] = at + 1;
      search.budget -= Math.min(rule.missSteps, search.text.length - at);
      return;
    case 'rejected':
      search.searchedTo[index] = at + 1;
      search.budget -= attempt.end - at + REDACT_LIMITS.rejectionSteps;
      return;
    default:
      search.searchedTo[index] = Math.max(keep(search, attempt.match, index), at + 1);
      search.budget -= (search.searchedTo[index] as number) - at;
  }
}

function searchNear(search: Search, rule: CompiledRule, index: number, keyword: Extent): void {
  const end = Math.min(search.text.length, keyword.end + rule.reach);
  let from = Math.max(search.searchedTo[index] as number, keyword.start - REDACT_LIMITS.nearBefore, 0);
  while (from < end && search.budget >= 0) {
    search.budget -= end - from;
    const match = rule.matchWithin(search.text, from, end);
    if (match === undefined) break;
    from = Math.max(match.matchEnd, keep(search, match, index), from + 1);
    search.searchedTo[index] = from;
  }
  // Whatever starts before the end of this keyword had its whole reach in this window: no need to look there again.
  search.searchedTo[index] = Math.max(search.searchedTo[index] as number, keyword.end);
}

/** Takes a match in; answers where its mask will end, so that nothing of it is walked through again. */
function keep(search: Search, match: SecretMatch, rule: number): number {
  const end = extendToken(search.text, match.secretEnd);
  search.secrets.push({ start: match.secretStart, end, rule });
  return end;
}

/** A token that is longer than its pattern foresees must not keep its tail: the mask goes on to the end of the word. */
function extendToken(text: string, end: number): number {
  if (!isTokenCode(text.charCodeAt(end - 1))) return end;
  let at = end;
  while (at < text.length && isTokenCode(text.charCodeAt(at))) at += 1;
  return at;
}

const isWordCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
const isTokenCode = (code: number): boolean => isWordCode(code) || code === 45 || code === 95;
/** Letters, digits and `_ - . $`: what names of settings, headers and fields are made of. */
const isNameCode = (code: number): boolean => isTokenCode(code) || code === 46 || code === 36;

/** Whether a token can start here: not in the middle of a word, where an escape such as `\n` or `%3D` is no word. */
function startsWord(text: string, at: number): boolean {
  if (at === 0 || !isWordCode(text.charCodeAt(at - 1)) || !isWordCode(text.charCodeAt(at))) return true;
  return /(?:\\[bfnrtv]|%[0-9a-f]{2}|\\u00[0-9a-f]{2}|\\x[0-9a-f]{2}|\u001b\[[\d;]{0,12}m)$/i.test(
    text.slice(Math.max(0, at - 16), at),
  );
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The identifier round a keyword, without the letter or digits of an escape (`\\n`, `%3D`) right before it. */
function nameAround(text: string, keywordStart: number, keywordEnd: number): Extent {
  const floor = Math.max(0, keywordStart - REDACT_LIMITS.nameLengthMax);
  let start = keywordStart;
  while (start > floor && isNameCode(text.charCodeAt(start - 1))) start -= 1;
  const before = text.charCodeAt(start - 1);
  if (before === 92 && start < keywordStart && ESCAPED.has(text.charCodeAt(start))) start += 1;
  else if (before === 37 && start + 1 < keywordStart) start += 2;
  const ceiling = Math.min(text.length, keywordEnd + REDACT_LIMITS.nameLengthMax);
  let end = keywordEnd;
  while (end < ceiling && isNameCode(text.charCodeAt(end))) end += 1;
  return { start, end };
}

/** The letters of `\\n`, `\\r` and `\\t`. */
const ESCAPED: ReadonlySet<number> = new Set([110, 114, 116]);

const DIGIT_RUN_MIN = 13;
const isDigitCode = (code: number): boolean => code >= 48 && code <= 57;

/**
 * Visits the first digit of each run of 13 digits or more. A run with single separators covers any 12 code units in a
 * row with no two neighbours that are both no digits, so looking at two neighbours in every 12 suffices to notice it.
 */
function visitDigitRuns(text: string, visitor: (start: number, end: number) => boolean): void {
  for (let at = 0; at < text.length; at += DIGIT_RUN_MIN - 1) {
    if (!isDigitCode(text.charCodeAt(at)) && !isDigitCode(text.charCodeAt(at + 1))) continue;
    let start = isDigitCode(text.charCodeAt(at)) ? at : at + 1;
    while (start > 0 && continuesRun(text, start - 1)) start -= 1;
    let end = start;
    let digits = 0;
    while (end < text.length && (isDigitCode(text.charCodeAt(end)) || continuesRun(text, end))) {
      if (isDigitCode(text.charCodeAt(end))) digits += 1;
      end += 1;
    }
    if (digits >= DIGIT_RUN_MIN && !visitor(start, end)) return;
    // The next probe must lie behind this run, or a long run would be walked through again and again.
    at = Math.max(at, end - (DIGIT_RUN_MIN - 1));
  }
}

/** A digit, or one space or hyphen between two digits. */
function continuesRun(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (isDigitCode(code)) return true;
  return (code === 32 || code === 45) && isDigitCode(text.charCodeAt(at - 1)) && isDigitCode(text.charCodeAt(at + 1));
}

interface RulesOfKeyword {
  readonly atKeyword: readonly number[];
  readonly atName: readonly number[];
  /** Rules that only a telling name can satisfy. */
  readonly atTellingName: readonly number[];
}

function gatherKeywords(rules: readonly CompiledRule[]): { keywords: string[]; rulesOfKeyword: RulesOfKeyword[] } {
  const byKeyword = new Map<string, number[]>();
  for (const [index, { rule, anchor }] of rules.entries()) {
    if (anchor === 'digits') continue;
    for (const keyword of new Set(rule.keywords)) {
      const list = byKeyword.get(keyword);
      if (list === undefined) byKeyword.set(keyword, [index]);
      else list.push(index);
    }
  }
  const isNamed = (index: number): boolean => rules[index]?.anchor === 'name';
  const needsTelling = (index: number): boolean =>
    isNamed(index) && (rules[index]?.rule.validators ?? []).some((validator) => validator.type === 'telling-name');
  const sortOut = (list: readonly number[]): RulesOfKeyword => ({
    atKeyword: list.filter((index) => !isNamed(index)),
    atName: list.filter((index) => isNamed(index) && !needsTelling(index)),
    atTellingName: list.filter(needsTelling),
  });
  return { keywords: [...byKeyword.keys()], rulesOfKeyword: [...byKeyword.values()].map(sortOut) };
}
