/**
 * Text that every store accepts: lone surrogates become U+FFFD and NUL becomes U+2400 (PostgreSQL refuses
 * NUL, and UTF-8 has no form for a lone surrogate). Returns the same string when nothing had to change.
 */
export function storableText(text: string): string {
  const withoutNul = text.includes('\u0000') ? text.replace(/\u0000/g, '\u2400') : text;
  return isWellFormed(withoutNul) ? withoutNul : toWellFormed(withoutNul);
}

// Node 20 has these methods; TypeScript's ES2023 library does not list them yet.
interface WellFormed {
  isWellFormed(): boolean;
  toWellFormed(): string;
}
const isWellFormed = (text: string): boolean => (text as unknown as WellFormed).isWellFormed();
const toWellFormed = (text: string): string => (text as unknown as WellFormed).toWellFormed();

/** The first `max` characters, with an ellipsis when something was cut. */
export const clip = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`);
