import { setAttribute } from '../attributes.ts';

/** The value of an AnyValue as plain JSON data. Bytes are base64 text; what JSON cannot hold is text too. */
export type PlainValue = string | number | boolean | null | readonly PlainValue[] | PlainMap;
export interface PlainMap {
  readonly [name: string]: PlainValue;
}

/** Integers beyond 2^53 would lose digits as a JSON number. */
export function plainInteger(value: bigint | number): PlainValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

export const plainNumber = (value: number): PlainValue => (Number.isFinite(value) ? value : String(value));

export function plainMap(entries: readonly (readonly [string, PlainValue])[]): PlainMap {
  const map: Record<string, PlainValue> = {};
  for (const [name, value] of entries) setAttribute(map, name, value);
  return map;
}

/** A body as text: strings as they are, everything else as JSON. */
export const plainText = (value: PlainValue): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
