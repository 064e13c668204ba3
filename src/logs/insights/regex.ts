import { RE2JS } from 're2js';
import { INSIGHTS_LIMITS } from './insights-limits.ts';

/** A named group of a regular expression. */
export interface RegexCapture {
  readonly name: string;
  /** Its number among all capturing groups, from 1. */
  readonly group: number;
  /** Where the name starts in the source. */
  readonly offset: number;
}

/** The named groups of a regular expression, in order. Reads escapes and classes, so a bracket in them is no group. */
export function captureNames(source: string): readonly RegexCapture[] {
  const captures: RegexCapture[] = [];
  let group = 0;
  let isInClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at];
    if (character === '\\') at += 1;
    else if (character === '[' && !isInClass) isInClass = true;
    else if (character === ']' && isInClass) isInClass = false;
    else if (character === '(' && !isInClass) {
      const named = /^\(\?P?<([^>]*)>/.exec(source.slice(at, at + 200));
      if (named !== null) {
        group += 1;
        captures.push({ name: named[1] ?? '', group, offset: at + named[0].indexOf('<') + 1 });
      } else if (source[at + 1] !== '?') group += 1;
    }
  }
  return captures;
}

/** RE2 allows only word characters in the name of a group, CloudWatch's users write @ and dots: names become numbers. */
export function withoutNames(source: string): string {
  let result = '';
  let from = 0;
  for (const capture of captureNames(source)) {
    const open = source.lastIndexOf('(', capture.offset);
    result += `${source.slice(from, open)}(`;
    from = capture.offset + capture.name.length + 1;
  }
  return result + source.slice(from);
}

/** What is wrong with a regular expression, or undefined. RE2 syntax: no look-around, no back references. */
export function regexProblem(source: string): string | undefined {
  if (source.length > INSIGHTS_LIMITS.regexCharacters) {
    return `it has more than ${INSIGHTS_LIMITS.regexCharacters} characters`;
  }
  try {
    RE2JS.compile(withoutNames(source));
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.replace(/^error parsing regexp: /, '');
  }
}

/** The source as the engine takes it: like RE2 and unlike the engine's default, a dot does not match a line break. */
export const engineRegex = (source: string): string => `(?-s)${withoutNames(source)}`;

/** The regular expression of a glob: each `*` captures as little as it can, the last one at the end all the rest. */
export function globRegex(glob: string): string {
  const parts: string[] = [''];
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob[at] ?? '';
    if (character === '\\' && (glob[at + 1] === '*' || glob[at + 1] === '\\')) {
      parts.push((parts.pop() ?? '') + quoteRegex(glob[at + 1] ?? ''));
      at += 1;
    } else if (character === '*') parts.push('');
    else parts.push((parts.pop() ?? '') + quoteRegex(character));
  }
  const isOpenEnded = parts.at(-1) === '';
  return `(?s)${parts.map((part, index) => (index === 0 ? part : `${isOpenEnded && index === parts.length - 1 ? '(.*)$' : '(.*?)'}${part}`)).join('')}`;
}

const quoteRegex = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');

/** The text that a regular expression stands for when it has nothing special in it, else undefined. */
export function literalOf(source: string): string | undefined {
  const text = source.replace(/\\([^A-Za-z0-9])/g, '');
  if (/[\\^$.|?*+()[\]{}]/.test(text)) return undefined;
  return source.replace(/\\([^A-Za-z0-9])/g, '$1');
}

/**
 * A text that must occur in everything a regular expression matches, as long as can be told from its top level;
 * undefined when none of 3 characters or more is certain.
 */
export function requiredText(source: string): string | undefined {
  const runs: string[] = [''];
  const breakRun = (): unknown => runs.push('');
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at] ?? '';
    const last = runs.length - 1;
    if (/[?*{]/.test(character)) {
      // The character before may be missing, or, with {n}, be repeated.
      runs[last] = (runs[last] ?? '').replace(/.$/su, '');
      breakRun();
      if (character === '{') at = skipTo(source, at, '}');
    } else if (/[+.^$]/.test(character)) breakRun();
    else if (character === '[') {
      breakRun();
      at = skipClass(source, at);
    } else if (character === '|' || /^\(\?[a-zA-Z-]+\)/.test(source.slice(at, at + 10))) {
      // Another alternative, or flags for all that follows: nothing before or after is certain.
      return undefined;
    } else if (character === '(') {
      breakRun();
      at = skipGroup(source, at);
    } else if (character === '\\') {
      at += 1;
      const next = source[at] ?? '';
      if (/[A-Za-z0-9]/.test(next)) breakRun();
      else runs[last] = (runs[last] ?? '') + next;
      if (/[xpP]/.test(next) && source[at + 1] === '{') at = skipTo(source, at, '}');
      else if (next === 'x') at += 2;
      else if (/[pP]/.test(next)) at += 1;
      else if (/[Q0-7]/.test(next)) return undefined;
    } else runs[last] = (runs[last] ?? '') + character;
  }
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  return longest.length >= 3 ? longest : undefined;
}

const skipTo = (source: string, at: number, sign: string): number => {
  const end = source.indexOf(sign, at);
  return end === -1 ? source.length : end;
};

function skipClass(source: string, start: number): number {
  let at = start + 1;
  if (source[at] === '^') at += 1;
  if (source[at] === ']') at += 1;
  for (; at < source.length && source[at] !== ']'; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '[' && source[at + 1] === ':') at = skipTo(source, at, ':]') + 1;
  }
  return at;
}

function skipGroup(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '[') at = skipClass(source, at);
    else if (source[at] === '(') depth += 1;
    else if (source[at] === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return source.length;
}
