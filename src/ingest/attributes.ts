import { INGEST_LIMITS } from './limits.ts';

/** Shared by all records without attributes of a type; frozen, so that nobody can add to it by mistake. */
const NO_STRINGS: Readonly<Record<string, string>> = Object.freeze({});
const NO_NUMBERS: Readonly<Record<string, number>> = Object.freeze({});
const NO_BOOLEANS: Readonly<Record<string, boolean>> = Object.freeze({});

/**
 * The attributes of one record while it is decoded: flat names, one map for each type. A record past a limit is not
 * an exception but a `refusal`, because a batch may hold thousands of them and the others are still wanted.
 */
export interface Attributes {
  strings: Record<string, string> | undefined;
  numbers: Record<string, number> | undefined;
  booleans: Record<string, boolean> | undefined;
  count: number;
  /** Why the record must be refused: the first limit that it passed. */
  refusal: string | undefined;
}

export const startAttributes = (): Attributes => ({
  strings: undefined,
  numbers: undefined,
  booleans: undefined,
  count: 0,
  refusal: undefined,
});

export const stringsOf = (attributes: Attributes): Readonly<Record<string, string>> => attributes.strings ?? NO_STRINGS;
export const numbersOf = (attributes: Attributes): Readonly<Record<string, number>> => attributes.numbers ?? NO_NUMBERS;
export const booleansOf = (attributes: Attributes): Readonly<Record<string, boolean>> =>
  attributes.booleans ?? NO_BOOLEANS;

export function addString(attributes: Attributes, name: string, value: string): void {
  if (!admit(attributes, name)) return;
  if (value.length > INGEST_LIMITS.attributeValueLengthMax) {
    refuse(attributes, `the value of an attribute is longer than ${INGEST_LIMITS.attributeValueLengthMax} characters`);
    return;
  }
  attributes.strings ??= {};
  setAttribute(attributes.strings, name, value);
}

/** Not-a-number and the infinities have no form in JSON, so they are kept as text. */
export function addNumber(attributes: Attributes, name: string, value: number): void {
  if (!Number.isFinite(value)) {
    addString(attributes, name, String(value));
    return;
  }
  if (!admit(attributes, name)) return;
  attributes.numbers ??= {};
  setAttribute(attributes.numbers, name, value);
}

/** Integers that a double cannot hold exactly are kept as decimal text. */
export function addInteger(attributes: Attributes, name: string, value: bigint | number): void {
  const number = Number(value);
  if (Number.isSafeInteger(number)) addNumber(attributes, name, number);
  else addString(attributes, name, String(value));
}

export function addBoolean(attributes: Attributes, name: string, value: boolean): void {
  if (!admit(attributes, name)) return;
  attributes.booleans ??= {};
  setAttribute(attributes.booleans, name, value);
}

export function refuse(attributes: Attributes, reason: string): void {
  attributes.refusal ??= reason;
}

/** The reason for which values nested too deeply are refused. */
export const TOO_DEEP = `a value is nested deeper than ${INGEST_LIMITS.valueDepthMax} levels`;

function admit(attributes: Attributes, name: string): boolean {
  if (attributes.refusal !== undefined) return false;
  attributes.count += 1;
  if (attributes.count > INGEST_LIMITS.attributesPerRecordMax) {
    refuse(attributes, `it has more than ${INGEST_LIMITS.attributesPerRecordMax} attributes`);
    return false;
  }
  if (name.length > INGEST_LIMITS.attributeNameLengthMax) {
    refuse(attributes, `the name of an attribute is longer than ${INGEST_LIMITS.attributeNameLengthMax} characters`);
    return false;
  }
  return true;
}

/** Assigns a property of any name: plain assignment to `__proto__` would be lost. */
export function setAttribute<Value>(map: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__') {
    Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[name] = value;
  }
}

/** Joins the name of a nested value; an empty inner name keeps the outer one alone. */
export const joinName = (outer: string, inner: string): string =>
  outer === '' ? inner : inner === '' ? outer : `${outer}.${inner}`;

/** A body or value counts in UTF-8 bytes; text that cannot be too long is not measured. */
export const isBodyTooLong = (body: string): boolean =>
  body.length * 3 > INGEST_LIMITS.recordBodyBytesMax && Buffer.byteLength(body) > INGEST_LIMITS.recordBodyBytesMax;

export const BODY_TOO_LONG = `its body is longer than ${INGEST_LIMITS.recordBodyBytesMax} bytes`;
