import { searchMistake } from './search-mistake.ts';
import type { SearchValue } from './search-node.ts';

/** Walks over the text of a search. Positions count from 0. */
export interface SearchCursor {
  readonly at: () => number;
  readonly isAtEnd: () => boolean;
  /** The next character; empty at the end. */
  readonly peek: () => string;
  readonly peekAfter: () => string;
  readonly take: () => void;
  readonly skipSpace: () => void;
  /** `AND` or `OR`, when that is the next word, on its own. */
  readonly peekWord: () => 'AND' | 'OR' | undefined;
  readonly takeWord: () => void;
  /** A key with its colon; undefined, and nothing taken, when what follows is text. */
  readonly takeKey: () => { readonly key: string; readonly isTag: boolean } | undefined;
  /** Up to white space, a parenthesis or one of `ends`. */
  readonly takeBare: (ends: string) => SearchValue;
  readonly takeQuoted: () => SearchValue;
}

const PLAIN_KEY = /[\p{L}\p{N}_.@/-]{1,200}:/uy;
const TAG_KEY = /tags\[([^\]\n]{1,200})\]:/y;
const QUOTED_KEY = /"((?:[^"\\\n]|\\.){1,200})":/y;
const BOOLEAN = /(AND|OR)(?=[\s()]|$)/y;

export function createSearchCursor(text: string): SearchCursor {
  let position = 0;
  const matchHere = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    return pattern.exec(text);
  };
  const skipSpace = (): void => {
    while (position < text.length && /\s/.test(text[position] ?? '')) position += 1;
  };
  const takeKey = (): { readonly key: string; readonly isTag: boolean } | undefined => {
    const tag = matchHere(TAG_KEY);
    const quoted = tag === null ? matchHere(QUOTED_KEY) : null;
    const found = tag ?? quoted ?? matchHere(PLAIN_KEY);
    if (found === null || isTextAfterKey(text.slice(position + found[0].length))) return undefined;
    position += found[0].length;
    if (tag !== null) return { key: tag[1] ?? '', isTag: true };
    if (quoted !== null) return { key: (quoted[1] ?? '').replace(/\\(.)/g, '$1'), isTag: true };
    return { key: found[0].slice(0, -1), isTag: false };
  };
  return {
    at: () => position,
    isAtEnd: () => position >= text.length,
    peek: () => text[position] ?? '',
    peekAfter: () => text[position + 1] ?? '',
    take: () => {
      position += 1;
    },
    skipSpace,
    peekWord: () => {
      skipSpace();
      const word = matchHere(BOOLEAN)?.[1];
      return word === 'AND' || word === 'OR' ? word : undefined;
    },
    takeWord: () => {
      position += matchHere(BOOLEAN)?.[0].length ?? 0;
    },
    takeKey,
    takeBare: (ends) => {
      const at = position;
      const value = readValue(text, position, (character) => /[\s()]/.test(character) || ends.includes(character));
      position = value.end;
      return { pieces: value.pieces, text: value.text, isQuoted: false, at };
    },
    takeQuoted: () => {
      const at = position;
      const value = readValue(text, position + 1, (character) => character === '"');
      if (text[value.end] !== '"')
        throw searchMistake(at, 'the quote is not closed', 'add a closing one, or write \\"');
      position = value.end + 1;
      return { pieces: value.pieces, text: value.text, isQuoted: true, at };
    },
  };
}

/** `TypeError: x` and `https://…` are what people paste from a log, not conditions. */
const isTextAfterKey = (rest: string): boolean => rest === '' || /^[\s)]/.test(rest) || rest.startsWith('//');

/** A backslash takes the meaning from `*`, `"` and itself, and is a plain character before anything else. */
function readValue(
  text: string,
  start: number,
  isEnd: (character: string) => boolean,
): { readonly pieces: readonly string[]; readonly text: string; readonly end: number } {
  const pieces: string[] = [];
  let piece = '';
  let whole = '';
  let end = start;
  for (; end < text.length; end += 1) {
    const character = text[end] ?? '';
    if (isEnd(character)) break;
    const next = text[end + 1] ?? '';
    if (character === '\\' && (next === '*' || next === '"' || next === '\\')) {
      end += 1;
      piece += next;
      whole += next;
    } else if (character === '*') {
      pieces.push(piece);
      piece = '';
      whole += '*';
    } else {
      piece += character;
      whole += character;
    }
  }
  pieces.push(piece);
  return { pieces, text: whole, end };
}
