import { storableText } from '../../base/index.ts';

/** Rows that arrive together mostly share these values, often the very same object. */
export function remembering<T>(encode: (value: T) => string): (value: T) => string {
  let known: { readonly value: T; readonly encoded: string } | undefined;
  return (value) => {
    if (known === undefined || known.value !== value) known = { value, encoded: encode(value) };
    return known.encoded;
  };
}

/** The rows of one sender share one resource object; rows of several senders may alternate. */
export function rememberingObjects<T extends object>(encode: (value: T) => string): (value: T) => string {
  const known = new WeakMap<T, string>();
  return (value) => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const encoded = encode(value);
    known.set(value, encoded);
    return encoded;
  };
}

/** Quoted seconds with nine decimals: a bare number would pass through a double and lose nanoseconds. */
export function encodeNs(ns: bigint): string {
  // Ten digits of seconds, because the engine reads four to eight digits as a calendar date.
  const digits = ns.toString().padStart(19, '0');
  return `"${digits.slice(0, -9)}.${digits.slice(-9)}"`;
}

export function encodeMs(ms: number): string {
  const digits = String(Math.trunc(ms)).padStart(13, '0');
  return `"${digits.slice(0, -3)}.${digits.slice(-3)}"`;
}

export const encodeText = (text: string): string => (text === '' ? '""' : JSON.stringify(storableText(text)));

export const encodeByte = (value: number): number => (value >= 0 && value <= 255 ? Math.trunc(value) : 0);

export function encodeTextMap(map: Readonly<Record<string, string>>): string {
  if (isEmpty(map)) return '{}';
  const encoded = JSON.stringify(map);
  // JSON.stringify writes lone surrogates and NUL as escapes that the engine would not take as text.
  return encoded.includes('\\u') ? entries(map, encodeText) : encoded;
}

export function encodeNumberMap(map: Readonly<Record<string, number>>): string {
  if (isEmpty(map)) return '{}';
  const encoded = JSON.stringify(map);
  return encoded.includes('\\u') || encoded.includes('null') ? entries(map, encodeNumber) : encoded;
}

/** JSON has no form for them; the engine reads these words in quotes. */
export const encodeNumber = (value: number): string => (Number.isFinite(value) ? String(value) : `"${value}"`);

export function encodeFlagMap(map: Readonly<Record<string, boolean>>): string {
  if (isEmpty(map)) return '{}';
  const encoded = JSON.stringify(map);
  return encoded.includes('\\u') ? entries(map, String) : encoded;
}

function isEmpty(map: object): boolean {
  for (const _ in map) return false;
  return true;
}

const entries = <T>(map: Readonly<Record<string, T>>, encode: (value: T) => string): string =>
  `{${Object.entries(map)
    .map(([name, value]) => `${encodeText(name)}:${encode(value)}`)
    .join(',')}}`;
