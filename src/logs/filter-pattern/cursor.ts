import { LOGS_LIMITS } from '../limits.ts';
import { type LineRegex, parseLineRegex } from './line-regex.ts';
import { mistake } from './mistake.ts';

/** Reads a pattern from left to right and remembers what is limited per pattern. */
export interface Cursor {
  readonly offset: () => number;
  readonly atEnd: () => boolean;
  /** The next character, or empty at the end. */
  readonly peek: () => string;
  readonly startsWith: (text: string) => boolean;
  /** Moves on when the text comes next. */
  readonly take: (text: string) => boolean;
  /** Takes as many characters as the test accepts. */
  readonly takeWhile: (test: (character: string) => boolean) => string;
  readonly skipSpace: () => void;
  /** After an opening quote: the text up to the closing one, with backslash escapes for both. */
  readonly takeQuoted: (quote: string) => string;
  /** After an opening `%`: the expression up to the closing one. */
  readonly takeRegex: () => LineRegex;
}

export const isSpace = (character: string): boolean => character !== '' && /\s/u.test(character);

export function createCursor(source: string): Cursor {
  let offset = 0;
  let regexes = 0;
  const peek = (): string => source[offset] ?? '';
  const takeWhile = (test: (character: string) => boolean): string => {
    const start = offset;
    while (offset < source.length && test(peek())) offset += 1;
    return source.slice(start, offset);
  };
  return {
    offset: () => offset,
    atEnd: () => offset >= source.length,
    peek,
    startsWith: (text) => source.startsWith(text, offset),
    take: (text) => {
      if (!source.startsWith(text, offset)) return false;
      offset += text.length;
      return true;
    },
    takeWhile,
    skipSpace: () => {
      takeWhile(isSpace);
    },
    takeQuoted: (quote) => {
      const start = offset - 1;
      let text = '';
      while (offset < source.length) {
        const character = peek();
        offset += 1;
        if (character === quote) return text;
        const next = peek();
        if (character === '\\' && (next === quote || next === '\\')) {
          text += next;
          offset += 1;
        } else text += character;
      }
      throw mistake(start, 'the quotation mark is never closed', `close it with ${quote}`);
    },
    takeRegex: () => {
      const start = offset;
      regexes += 1;
      if (regexes > LOGS_LIMITS.filterRegexesMax) {
        throw mistake(
          start - 1,
          `there are more than ${LOGS_LIMITS.filterRegexesMax} regular expressions`,
          'use fewer, or join two of them with |',
        );
      }
      const end = source.indexOf('%', start);
      if (end < 0) throw mistake(start - 1, 'the regular expression is never closed', 'close it with %');
      offset = end + 1;
      return parseLineRegex(source.slice(start, end), start);
    },
  };
}
