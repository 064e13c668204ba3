import type { JsonObject, JsonValue } from '../types.ts';

/** Reads values of any shape without ever throwing: what is not there, or is something else, is empty or undefined. */

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : NOTHING);

const NOTHING: JsonObject = Object.freeze({});

/** A list, the list in `{ values: [...] }`, or a single object as a list of one. Absent and null are empty. */
export function listOf(value: unknown): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  if (!isObject(value)) return [];
  const { values } = value;
  if (Array.isArray(values)) return values as readonly JsonValue[];
  if (isObject(values)) return [values];
  return 'values' in value ? [] : [value];
}

/** Text as it is; numbers and booleans as people write them; objects as JSON; null is empty. */
export function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? '' : JSON.stringify(value);
    default:
      return '';
  }
}

/** A number, also when it was sent as text. */
export function numberOf(value: unknown): number | undefined {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** A line, a column, an id: whole, not negative, and too small to be anything else in disguise. */
export function countOf(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number >= 0 && number <= 2 ** 31 ? Math.trunc(number) : undefined;
}

export function flagOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 1) return true;
  return value === 'false' || value === 0 ? false : undefined;
}

/** A list of `[name, value]`, of `{ key, value }`, or an object: all the same to SDKs. */
export function pairsOf(value: unknown): readonly (readonly [string, JsonValue])[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(pairOf);
  return isObject(value) ? Object.entries(value) : [];
}

function pairOf(item: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (Array.isArray(item)) {
    const [name, value] = item as readonly JsonValue[];
    return name === undefined || name === null ? [] : [[textOf(name), value ?? null]];
  }
  if (!isObject(item)) return [];
  const name = item.key ?? item.name;
  if (name !== undefined && name !== null && 'value' in item) return [[textOf(name), item.value ?? null]];
  return Object.entries(item);
}

/** An own property whatever its name: `__proto__` is a name like any other. */
export function put<T>(into: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__')
    Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
  else into[name] = value;
}

/** `{ name: value }` when there is a value, for spreading: absent instead of undefined. */
export const present = <K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: T });

/** Milliseconds since 1970 of seconds, milliseconds or an ISO time; undefined when it is none of them. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\s*-?\d+(?:\.\d*)?\s*$/.test(value)) return isoTime(value);
  const number = numberOf(value);
  if (number === undefined || number < 0) return undefined;
  // Nobody means the year 5138 with seconds: it is milliseconds, or finer.
  const ms = number < 1e11 ? number * 1000 : number < 1e14 ? number : number < 1e17 ? number / 1e3 : number / 1e6;
  return ms <= TIME_MS_MAX ? ms : undefined;
}

/** The year 2200; later is nonsense that would break a calendar somewhere. */
const TIME_MS_MAX = 7_258_118_400_000;

function isoTime(text: string): number | undefined {
  const trimmed = text.trim().replace(' ', 'T');
  // Without a zone it is UTC, whatever the machine thinks.
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(trimmed);
  const ms = Date.parse(hasZone || !trimmed.includes('T') ? trimmed : `${trimmed}Z`);
  return Number.isFinite(ms) && ms >= 0 && ms <= TIME_MS_MAX ? ms : undefined;
}
