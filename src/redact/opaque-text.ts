/** Enough of a text to judge it by; a judgement must not cost more than finding the text. */
export const SAMPLE_LENGTH = 256;

/** Shannon entropy in bits per code unit, of the beginning of a text. */
export function entropyBits(text: string): number {
  const length = Math.min(text.length, SAMPLE_LENGTH);
  COUNTS.fill(0);
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at) & 0xff;
    COUNTS[code] = (COUNTS[code] as number) + 1;
  }
  let bits = 0;
  for (const count of COUNTS) {
    if (count === 0) continue;
    const share = count / length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

/** Scratch memory, filled anew by each call; codes are told apart by their low half, which is enough for tokens. */
const COUNTS = new Uint16Array(256);

const OPAQUE_BITS_MIN = 2.2;
const DIGITS_MIN = 12;
/** Longer than names made of words are; the rest is not looked at. */
const WORDY_LENGTH = 96;

/**
 * Whether a value looks as if a machine had made it: no blanks, and letters mixed with digits, or letters of both
 * cases mixed beyond what words do, or a long number. Words, numbers, dates, versions, paths and identifiers made
 * of words are not opaque.
 */
export function isOpaque(value: string, lengthMin: number): boolean {
  if (value.length < lengthMin || entropyBits(value) < OPAQUE_BITS_MIN || /\s/.test(value)) return false;
  if (value.length > WORDY_LENGTH) return !isWordy(value.slice(0, WORDY_LENGTH));
  if (/^\d+$/.test(value)) return value.length >= DIGITS_MIN;
  if (/^[\d.,:TZ+-]+$/.test(value) || /^S-1-\d+(?:-\d+)+$/.test(value)) return false;
  if (isPathLike(value) || isWordy(value)) return false;
  return true;
}

const isPathLike = (value: string): boolean =>
  /^(?:[a-z][a-z0-9+.-]*:\/\/|\.{0,2}\/|~\/|[A-Za-z]:\\)/i.test(value) || /^\/?(?:[a-z_.-]{2,}\/){2,}/i.test(value);

/**
 * True for words joined by anything (`user-session-cleanup-3`, `MAX_RETRY_COUNT`, `someCamelCaseName2`): every part
 * is a short number or letters of a case that words have.
 */
function isWordy(value: string): boolean {
  const parts = value
    .split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d{1,6}(?:[^A-Za-z0-9]|$))/)
    .filter((part) => part !== '');
  if (parts.length > 1 && parts.every((part) => part.length === 1)) return false;
  const digitsMax = parts.length > 2 ? 6 : 2;
  const others = parts.filter(
    (part) =>
      !(/^[A-Z]?[a-z]+$|^[A-Z]+$/.test(part) ? looksSpoken(part) : /^\d+$/.test(part) && part.length <= digitsMax),
  );
  if (others.length === 0) return true;
  // Names that a cluster or a cloud gives end in one short random part: `payments-token-x7k2p`.
  return parts.length > 2 && others.length === 1 && others[0] === parts.at(-1) && (others[0]?.length ?? 0) <= 6;
}

/** Letters that could be pronounced: no long run of consonants, and some vowel among longer ones. */
function looksSpoken(part: string): boolean {
  if (part.length <= 3) return true;
  if (part.length > 24) return false;
  return /[aeiouy]/i.test(part) && !/[bcdfghjklmnpqrstvwxz]{6}/i.test(part);
}
