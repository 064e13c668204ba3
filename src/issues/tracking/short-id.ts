/** Crockford's base 32: no I, L, O and U, which are read as other characters (https://www.crockford.com/base32.html). */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `SHOP-1F`: what people say to each other. `number` counts the issues of the project from 1. */
export const shortIdOf = (slug: string, number: number): string => `${slug.toUpperCase()}-${inBase32(number)}`;

function inBase32(number: number): string {
  let rest = number;
  let text = '';
  do {
    text = `${DIGITS[rest % 32] ?? ''}${text}`;
    rest = Math.floor(rest / 32);
  } while (rest > 0);
  return text;
}

/** The form in which a short id is stored, of what a person typed; undefined when it can be none. */
export function acceptedShortId(text: string): string | undefined {
  const parts = /^([a-z0-9-]+)-([0-9a-z]+)$/i.exec(text);
  if (parts === null) return undefined;
  const [, slug = '', number = ''] = parts;
  const digits = number.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  return `${slug.toUpperCase()}-${digits}`;
}
