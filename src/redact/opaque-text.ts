/** Shannon entropy in bits per character, over UTF-16 code units. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

const OPAQUE_BITS_MIN = 2.2;
const DIGITS_MIN = 12;

/**
 * Whether a value looks as if a machine had made it: no blanks, and letters mixed with digits, or letters of both
 * cases mixed beyond what words do, or a long number. Words, numbers, dates, versions, paths and identifiers made
 * of words are not opaque.
 */
export function isOpaque(value: string, lengthMin: number): boolean {
  if (value.length < lengthMin || /\s/.test(value)) return false;
  if (entropyBits(value.slice(0, 256)) < OPAQUE_BITS_MIN) return false;
  if (/^\d+$/.test(value)) return value.length >= DIGITS_MIN;
  if (/^[\d.,:TZ+-]+$/.test(value)) return false;
  if (isPathLike(value) || isWordy(value)) return false;
  return true;
}

const isPathLike = (value: string): boolean =>
  /^(?:[a-z][a-z0-9+.-]*:\/\/|\.{0,2}\/|~\/|[A-Za-z]:\\)/i.test(value) || /^\/?(?:[a-z_.-]{2,}\/){2,}/i.test(value);

/**
 * True for words joined by anything (`user-session-cleanup-3`, `MAX_RETRY_COUNT`, `someCamelCaseName2`): every part
 * is a number of up to four digits or letters of a case that words have, and most of the length is letters.
 */
function isWordy(value: string): boolean {
  const parts = value
    .split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d{1,6}(?:[^A-Za-z0-9]|$))/)
    .filter((part) => part !== '');
  if (parts.length > 1 && parts.every((part) => part.length === 1)) return false;
  const digitsMax = parts.length > 2 ? 6 : 2;
  const words = parts.every((part) =>
    /^[A-Z]?[a-z]+$|^[A-Z]+$/.test(part) ? looksSpoken(part) : /^\d+$/.test(part) && part.length <= digitsMax,
  );
  return words;
}

/** Letters that could be pronounced: no long run of consonants, and some vowel among longer ones. */
function looksSpoken(part: string): boolean {
  if (part.length <= 3) return true;
  if (part.length > 24) return false;
  return /[aeiouy]/i.test(part) && !/[bcdfghjklmnpqrstvwxz]{6}/i.test(part);
}
