import { clip } from '../../../base/index.ts';
import { METRICS_COLLECTORS_LIMITS as LIMITS } from '../limits.ts';

/**
 * A statement without the values in it: literals, numbers and comments go, blanks shrink. pg_stat_statements does this
 * for most statements, but not for those that define things (CREATE ROLE … PASSWORD) before version 16, nor for
 * comments, into which some programs write ids of requests. Lexical rules: PostgreSQL manual, 4.1.
 */
export function normalizeStatement(text: string): string {
  const read = text.slice(0, LIMITS.statementReadCharsMax);
  const parts: string[] = [];
  let at = 0;
  while (at < read.length) {
    const token = tokenAt(read, at);
    parts.push(token.told);
    at = token.end;
  }
  return clip(parts.join('').replaceAll(/\s+/g, ' ').trim(), LIMITS.statementCharsMax);
}

interface Token {
  readonly end: number;
  readonly told: string;
}

const NUMBER = /(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const PARAMETER = /\$\d+/y;
const DOLLAR_TAG = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function tokenAt(text: string, at: number): Token {
  const two = text.slice(at, at + 2);
  if (two === '--') return { end: endOf(text, at, '\n'), told: ' ' };
  if (two === '/*') return { end: endOfComment(text, at), told: ' ' };
  const char = text[at] ?? '';
  if (char === "'") return { end: endOfQuoted(text, at, false), told: '?' };
  if (char === '"') return quotedName(text, at);
  if (/^[eE]'/.test(two)) return { end: endOfQuoted(text, at + 1, true), told: '?' };
  if (/^[bBxXnN]'/.test(two)) return { end: endOfQuoted(text, at + 1, false), told: '?' };
  const parameter = matchAt(PARAMETER, text, at);
  if (parameter !== undefined) return { end: at + parameter.length, told: parameter };
  const tag = char === '$' ? matchAt(DOLLAR_TAG, text, at) : undefined;
  if (tag !== undefined) return { end: endOf(text, at + tag.length, tag), told: '?' };
  const word = matchAt(WORD, text, at);
  if (word !== undefined) return { end: at + word.length, told: word };
  const number = /[\d.]/.test(char) ? matchAt(NUMBER, text, at) : undefined;
  if (number !== undefined) return { end: at + number.length, told: '?' };
  return { end: at + 1, told: char };
}

function quotedName(text: string, at: number): Token {
  const end = endOfQuoted(text, at, false, '"');
  return { end, told: text.slice(at, end) };
}

/** After the mark; the end of the text where it does not come, so that a torn literal is not told. */
function endOf(text: string, from: number, mark: string): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

/** Comments nest. */
function endOfComment(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length - 1; at += 1) {
    const two = text.slice(at, at + 2);
    if (two !== '/*' && two !== '*/') continue;
    depth += two === '/*' ? 1 : -1;
    at += 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function endOfQuoted(text: string, from: number, hasEscapes: boolean, quote = "'"): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (hasEscapes && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  return text.length;
}
