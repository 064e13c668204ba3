import { Failure } from '../../base/index.ts';
import { INGEST_FAILURES } from '../failures.ts';

/** A JSON object of unknown content. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const malformedJson = (reason: string): Failure =>
  new Failure(INGEST_FAILURES.requestMalformed, { format: 'OTLP JSON', reason });

/**
 * Parses JSON. The engine's own message quotes the text, which may hold secrets, so only the position is passed on.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    throw malformedJson(position === undefined ? 'it is not JSON' : `it is not JSON at position ${position}`);
  }
}

export function objectOf(value: unknown, name: string): JsonObject {
  if (isObject(value)) return value;
  throw malformedJson(`${name} is not an object`);
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Absent and null mean "not set" (proto3 JSON mapping). */
export function listOf(parent: JsonObject, name: string): readonly unknown[] {
  const value = parent[name];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw malformedJson(`${name} is not an array`);
}

export function textOf(parent: JsonObject, name: string): string {
  const value = parent[name];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw malformedJson(`${name} is not a string`);
}

const INTEGER = /^-?\d{1,20}$/;

/** 64-bit integers are decimal strings in the proto3 JSON mapping; numbers are taken too. */
export function integerOf(parent: JsonObject, name: string): bigint {
  const value = parent[name];
  if (value === undefined || value === null || value === '') return 0n;
  if (typeof value === 'string' && INTEGER.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  throw malformedJson(`${name} is not an integer`);
}

/** A 32-bit number. */
export function numberOf(parent: JsonObject, name: string): number {
  const value = parent[name];
  if (value === undefined || value === null) return 0;
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number)) return number;
  throw malformedJson(`${name} is not an integer`);
}

/** A double, or the words that the proto3 JSON mapping has for what JSON cannot hold. Absent is undefined. */
export function doubleOf(parent: JsonObject, name: string): number | undefined {
  const value = parent[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '') {
    const number = Number(value);
    if (!Number.isNaN(number) || value === 'NaN') return number;
  }
  throw malformedJson(`${name} is not a number`);
}

/** A list of numbers, as numbers or as text. */
export const numbersOf = (parent: JsonObject, name: string): number[] =>
  listOf(parent, name).map((value) => doubleOf({ [name]: value }, name) ?? 0);

/** The number of an enumeration's value, or of its name. */
export function enumOf(parent: JsonObject, name: string, names: readonly string[]): number {
  const value = parent[name];
  if (typeof value !== 'string' || /^\d+$/.test(value)) return numberOf(parent, name);
  const index = names.indexOf(value);
  if (index < 0) throw malformedJson(`${name} is none of its values`);
  return index;
}
