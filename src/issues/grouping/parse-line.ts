import { Failure } from '../../base/index.ts';
import { ISSUES_GROUPING_FAILURES } from './failures.ts';
import { ISSUES_GROUPING_LIMITS } from './limits.ts';

/** Reads one line of rules from left to right, and knows the column for whoever has to mend it. */

export type RuleLanguage = 'fingerprint' | 'stack trace';

export interface LineReader {
  readonly line: number;
  readonly text: string;
  readonly isAtEnd: () => boolean;
  readonly skipSpaces: () => void;
  /** The rest of the line, for looking ahead. */
  readonly rest: () => string;
  /** Takes `word` if it comes next. */
  readonly take: (word: string) => boolean;
  /** Takes what a sticky expression matches here. */
  readonly match: (pattern: RegExp) => string | undefined;
  /** A text in double quotes; `\"` and `\\` stand for themselves, other backslashes stay for the pattern. */
  readonly quoted: () => string | undefined;
  /** Refuses the line at the place that was reached, or at `column` (from 1). */
  readonly refuse: (reason: string, remedy: string, column?: number) => never;
  readonly column: () => number;
}

export function createLineReader(language: RuleLanguage, line: number, text: string): LineReader {
  let at = 0;
  const refuse = (reason: string, remedy: string, column: number = at + 1): never => {
    throw new Failure(ISSUES_GROUPING_FAILURES.ruleInvalid, { language, line, column, reason, remedy });
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return undefined;
    at += found.length;
    return found;
  };
  return {
    line,
    text,
    isAtEnd: () => at >= text.length,
    skipSpaces: () => {
      while (text[at] === ' ' || text[at] === '\t') at++;
    },
    rest: () => text.slice(at),
    take: (word) => {
      if (!text.startsWith(word, at)) return false;
      at += word.length;
      return true;
    },
    match,
    quoted: () => {
      if (text[at] !== '"') return undefined;
      const start = at + 1;
      const found = match(/"(?:[^"\\]|\\.)*"/y);
      if (found === undefined) return refuse('a text in quotes has no end', 'write " after it', start);
      return found.slice(1, -1).replace(/\\(["\\nrt])/g, (_, char: string) => ESCAPES[char] ?? char);
    },
    refuse,
    column: () => at + 1,
  };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

export interface RuleProblem {
  readonly language: RuleLanguage;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  readonly remedy: string;
}

export interface ParsedRules<T> {
  readonly rules: readonly T[];
  /** Lines that say nothing that can be used. */
  readonly problems: readonly RuleProblem[];
}

/** Reads every line; what is wrong in one does not hide what is wrong in the next. */
export function parseLines<T>(language: RuleLanguage, text: string, parse: (reader: LineReader) => T): ParsedRules<T> {
  refuseLongText(language, text);
  const rules: T[] = [];
  const problems: RuleProblem[] = [];
  text.split(/\r\n|\r|\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    try {
      rules.push(parse(createLineReader(language, index + 1, raw.trimEnd())));
    } catch (error) {
      problems.push(problemOf(language, error));
    }
  });
  if (rules.length > ISSUES_GROUPING_LIMITS.ruleLinesMax) {
    const { ruleLinesMax: max } = ISSUES_GROUPING_LIMITS;
    throw new Failure(ISSUES_GROUPING_FAILURES.rulesTooLong, { language, size: rules.length, unit: 'lines', max });
  }
  return { rules, problems };
}

function refuseLongText(language: RuleLanguage, text: string): void {
  const { ruleTextMaxBytes: max } = ISSUES_GROUPING_LIMITS;
  const size = Buffer.byteLength(text);
  if (size > max) throw new Failure(ISSUES_GROUPING_FAILURES.rulesTooLong, { language, size, unit: 'bytes', max });
}

function problemOf(language: RuleLanguage, error: unknown): RuleProblem {
  if (!(error instanceof Failure) || !error.is(ISSUES_GROUPING_FAILURES.ruleInvalid)) throw error;
  const { line, column, reason, remedy } = error.details;
  return { language, line: Number(line), column: Number(column), reason: String(reason), remedy: String(remedy) };
}

export function refuseProblem(problem: RuleProblem): never {
  throw new Failure(ISSUES_GROUPING_FAILURES.ruleInvalid, { ...problem });
}
