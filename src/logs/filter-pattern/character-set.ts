/** Characters of a regular expression by code point, both ends included. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly negated: boolean;
}

type Ranges = CharacterSet['ranges'];

const DIGITS: Ranges = [[0x30, 0x39]];
const WORD: Ranges = [...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
const SPACES: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
];

/** `\d`, `\w`, `\s` and their opposites. */
export const NAMED_SETS: Readonly<Record<string, CharacterSet>> = {
  d: { ranges: DIGITS, negated: false },
  D: { ranges: DIGITS, negated: true },
  w: { ranges: WORD, negated: false },
  W: { ranges: WORD, negated: true },
  s: { ranges: SPACES, negated: false },
  S: { ranges: SPACES, negated: true },
};

/** `.`: every character, line ends included. */
export const ANY_CHARACTER: CharacterSet = { ranges: [], negated: true };

export const oneCharacter = (code: number): CharacterSet => ({ ranges: [[code, code]], negated: false });

/** The code of a set that holds exactly one character. */
export const onlyCode = (set: CharacterSet): number | undefined => {
  const [first, second] = set.ranges;
  return !set.negated && second === undefined && first !== undefined && first[0] === first[1] ? first[0] : undefined;
};

export const isInSet = (set: CharacterSet, code: number): boolean =>
  set.ranges.some(([low, high]) => code >= low && code <= high) !== set.negated;

/** The set in RE2's words, spelled out so that no engine's own idea of `\s` or `.` matters. */
export const setToRe2 = (set: CharacterSet): string => {
  const hex = (code: number): string => `\\x${code.toString(16).padStart(2, '0')}`;
  const ranges = set.ranges.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`)).join('');
  return ranges === '' ? '(?s:.)' : `[${set.negated ? '^' : ''}${ranges}]`;
};
