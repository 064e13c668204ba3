import { ANY_CHARACTER, type CharacterSet, NAMED_SETS, oneCharacter, onlyCode } from './character-set.ts';
import { mistake } from './mistake.ts';

export interface RegexState {
  readonly set: CharacterSet;
  /** Once: exactly one character. Optional: none or one. Loop: any number. */
  readonly type: 'once' | 'optional' | 'loop';
}
export interface RegexAlternative {
  readonly states: readonly RegexState[];
  readonly fromStart: boolean;
  readonly toEnd: boolean;
}

interface Reader {
  readonly source: string;
  /** Where the source starts in the whole pattern, for the column of a mistake. */
  readonly offset: number;
  at: number;
}
interface Draft {
  readonly states: RegexState[];
  fromStart: boolean;
  toEnd: boolean;
}

const REPETITION_MAX = 255;
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13 };
const LITERAL = /[A-Za-z0-9:_#=@/;,\- ]/;
const OPERATOR = /[\^$?[\]{}|\\*+.]/;
const ALLOWED = 'letters, digits, spaces, : _ # = @ / ; , - and the operators ^ $ ? [ ] { } | \\ * + . are allowed';

/** Alternatives separated by `|`, each a row of characters, classes and repetitions. There are no groups. */
export function parseRegexAlternatives(source: string, offset: number): readonly RegexAlternative[] {
  const reader: Reader = { source, offset, at: 0 };
  let draft: Draft = { states: [], fromStart: false, toEnd: false };
  const alternatives: RegexAlternative[] = [draft];
  while (reader.at < source.length) {
    if (source[reader.at] === '|') {
      reader.at += 1;
      draft = { states: [], fromStart: false, toEnd: false };
      alternatives.push(draft);
    } else readAtom(reader, draft);
  }
  return alternatives;
}

const refuse = (reader: Reader, reason: string, remedy: string, at = reader.at): Error =>
  mistake(reader.offset + at, reason, remedy);

function readAtom(reader: Reader, draft: Draft): void {
  const character = reader.source[reader.at] ?? '';
  if (draft.toEnd) {
    throw refuse(reader, '$ stands before the end of its alternative', 'write \\x24 for a dollar sign', reader.at - 1);
  }
  if (character === '^') {
    if (draft.states.length > 0 || draft.fromStart) {
      throw refuse(reader, '^ stands after the start of its alternative', 'write \\x5E for a caret');
    }
    draft.fromStart = true;
    reader.at += 1;
  } else if (character === '$') {
    draft.toEnd = true;
    reader.at += 1;
  } else {
    const set = readSet(reader, character);
    const { min, max } = readRepetition(reader);
    for (let count = 0; count < min; count += 1) draft.states.push({ set, type: 'once' });
    if (max === undefined) draft.states.push({ set, type: 'loop' });
    else for (let count = min; count < max; count += 1) draft.states.push({ set, type: 'optional' });
  }
}

function readSet(reader: Reader, character: string): CharacterSet {
  if (character === '[') return readClass(reader);
  if (character === '.') {
    reader.at += 1;
    return ANY_CHARACTER;
  }
  if ('?*+{'.includes(character)) {
    throw refuse(reader, `${character} has nothing to repeat`, 'write it after a character or class');
  }
  return readCharacter(reader);
}

function readCharacter(reader: Reader): CharacterSet {
  const character = reader.source[reader.at] ?? '';
  if (character === '\\') return readEscape(reader);
  if (!LITERAL.test(character)) {
    throw refuse(reader, `the character ${character} is not supported in a regular expression`, ALLOWED);
  }
  reader.at += 1;
  return oneCharacter(character.charCodeAt(0));
}

function readEscape(reader: Reader): CharacterSet {
  const start = reader.at;
  const letter = reader.source[start + 1] ?? '';
  if (letter === 'x') {
    const digits = reader.source.slice(start + 2, start + 4);
    const code = /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : 0x80;
    if (code > 0x7f) {
      throw refuse(reader, '\\x needs two hexadecimal digits of an ASCII character', 'write \\x28 for (, for example');
    }
    reader.at += 4;
    return oneCharacter(code);
  }
  reader.at += 2;
  const named = NAMED_SETS[letter];
  if (named !== undefined) return named;
  const control = CONTROLS[letter];
  if (control !== undefined) return oneCharacter(control);
  if (!OPERATOR.test(letter) && !/[:_#=@/;,-]/.test(letter)) {
    throw refuse(reader, `the escape \\${letter} is not supported`, ALLOWED, start);
  }
  return oneCharacter(letter.charCodeAt(0));
}

/** `[a-z_]` or `[^…]`. Inside, the operators stand for themselves; `]` and `\` need an escape. */
function readClass(reader: Reader): CharacterSet {
  const start = reader.at;
  const ranges: (readonly [number, number])[] = [];
  reader.at += 1;
  const negated = reader.source[reader.at] === '^';
  if (negated) reader.at += 1;
  while (reader.source[reader.at] !== ']') {
    if (reader.at >= reader.source.length) {
      throw refuse(reader, 'the character class is never closed', 'close it with ]', start);
    }
    ranges.push(...readClassMember(reader));
  }
  reader.at += 1;
  if (ranges.length === 0) {
    throw refuse(reader, 'the character class is empty', 'write characters between [ and ]', start);
  }
  return { ranges, negated };
}

function readClassMember(reader: Reader): CharacterSet['ranges'] {
  const start = reader.at;
  const from = readInsideClass(reader);
  const low = onlyCode(from);
  const next = reader.source[reader.at + 1];
  if (low !== undefined && reader.source[reader.at] === '-' && next !== ']' && next !== undefined) {
    reader.at += 1;
    const high = onlyCode(readInsideClass(reader));
    if (high === undefined || high < low) {
      throw refuse(reader, 'the range of the character class is backwards', 'write the smaller character first', start);
    }
    return [[low, high]];
  }
  if (from.negated) {
    throw refuse(reader, '\\D, \\S and \\W are not supported inside [ ]', 'use them outside of it', start);
  }
  return from.ranges;
}

function readInsideClass(reader: Reader): CharacterSet {
  const character = reader.source[reader.at] ?? '';
  if (character === '\\' || !OPERATOR.test(character)) return readCharacter(reader);
  reader.at += 1;
  return oneCharacter(character.charCodeAt(0));
}

function readRepetition(reader: Reader): { readonly min: number; readonly max: number | undefined } {
  const operator = reader.source[reader.at];
  if (operator === '?' || operator === '*' || operator === '+') {
    reader.at += 1;
    return { min: operator === '+' ? 1 : 0, max: operator === '?' ? 1 : undefined };
  }
  if (operator !== '{') return { min: 1, max: 1 };
  const start = reader.at;
  const counts = /\{(\d{0,4})(, ?(\d{0,4}))?\}/y;
  counts.lastIndex = start;
  const found = counts.exec(reader.source);
  const [whole = '', low = '', comma, high = ''] = found ?? [];
  if (found === null || (low === '' && high === '')) {
    throw refuse(reader, 'the repetition is not of the form {m,n}', 'write {2}, {2,}, {,5} or {2,5}', start);
  }
  reader.at += whole.length;
  const min = low === '' ? 0 : Number(low);
  const max = comma === undefined ? min : high === '' ? undefined : Number(high);
  if (min > REPETITION_MAX || (max ?? 0) > REPETITION_MAX || (max ?? min) < min) {
    throw refuse(reader, `the repetition counts are out of order or above ${REPETITION_MAX}`, 'write {2,5}', start);
  }
  return { min, max };
}
